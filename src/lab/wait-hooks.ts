import type { Host } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { hasHooks, noHooks } from '../core/ready-hooks.ts';
import type { CreateContext } from './stack-run.ts';
import type { Readiness } from './wait-ready.ts';

/** Waits on every machine of the stack, all at once, for what `--wait-for` and `--wait-port` ask. */
export async function waitForHooks(stack: PinnedStack, hosts: readonly Host[], { ports, run, book, hooks = noHooks }: CreateContext): Promise<Readiness> {
  if (!hasHooks(hooks)) return { ok: true, hosts };
  const outcomes = await run.measure('ssh', () =>
    Promise.all(
      hosts.map(async (host) => ({
        host,
        outcome: await ports.ssh.awaitHooks({
          host,
          session: book.record,
          paths: book.paths,
          hooks,
          signal: run.signal,
          onWait: (flag) => run.phase('waiting-for-ssh', 90, `${host.name}: ${flag}`, stack.id),
        }),
      })),
    ),
  );
  const failed = outcomes.flatMap(({ host, outcome }) => (outcome.ok ? [] : [{ host, outcome }]));
  if (failed.length === 0) return { ok: true, hosts };
  return { ok: false, hosts, interrupted: run.userSignal.aborted && failed.some(({ outcome }) => outcome.interrupted), ended: false, reasons: failed.map(({ host, outcome }) => `${host.name}: ${outcome.reason}`) };
}
