import { exitCodes, worstExitCode } from '../core/errors.ts';
import type { Host, ResultEvent } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { StackCreation } from './create-stack.ts';
import type { RefusedStack } from './look-up.ts';
import type { LabPorts } from './ports.ts';
import { warnIfUnprotected } from './protection-now.ts';
import { diagnosticOf, type Run, stoppedExitCode, timedOut } from './run.ts';
import type { SessionBook } from './session-book.ts';
import { stackResults } from './stack-results.ts';
import { teardownStacks } from './teardown-session.ts';

export interface SettleInput {
  readonly book: SessionBook;
  readonly stacks: readonly PinnedStack[];
  /** Those that were never begun: their clouds refused them at the look-up. */
  readonly refused: readonly RefusedStack[];
  readonly outcomes: ReadonlyMap<string, StackCreation>;
  readonly ports: LabPorts;
  readonly run: Run;
}

export interface Settled {
  readonly event: ResultEvent;
  /** Nothing of the session is left: it belongs in the archive. */
  readonly archive: boolean;
}

/** After all stacks ended: cleans up after failed ones as the profile says, runs onReady, and sums up. */
export async function settle(input: SettleInput): Promise<Settled> {
  const { book, outcomes, run } = input;
  const ended = [...outcomes.values()];
  if (run.userSignal.aborted || (!run.signal.aborted && ended.some(({ kind }) => kind === 'interrupted'))) return interrupted(input);

  if (timedOut(run)) {
    run.emit(diagnosticOf({ kind: 'not-ready', summary: 'the time of --timeout is over', hint: 'a longer --timeout' }));
  }
  // A stack may have moved since it was looked up.
  const failed = input.stacks.filter(({ id }) => outcomes.get(id)?.kind !== 'ready').map((stack) => book.record.stacks[stack.id]?.plan ?? stack);
  const hosts = ended.flatMap((outcome) => (outcome.kind === 'ready' ? outcome.hosts : []));
  const codes = codesOf(input);
  if (failed.length === 0 && input.refused.length === 0) return ready(input, hosts);

  if (failed.length > 0 && book.record.onFailure === 'keep') {
    run.emit({ type: 'log', level: 'warn', message: `kept as it is; end it with: labtui destroy ${book.record.id}` });
  } else if (failed.length > 0) {
    for (const [id, code] of await cleanUp(input, failed)) codes.set(id, worstExitCode([codes.get(id) ?? 0, code]));
  }
  const gone = Object.values(book.record.stacks).every(({ goneAt, applyStartedAt }) => goneAt !== null || applyStartedAt === null);
  await book.enter('failed');
  run.phase('failed', 100, gone ? 'nothing of it is left' : `what stands: labtui show ${book.record.id}`);
  const event = run.result({ exitCode: worstExitCode([...codes.values()]), phase: 'failed', hosts, stacks: stackResults(book.record, codes) });
  return { event, archive: gone };
}

function codesOf({ outcomes, refused, run }: SettleInput): Map<string, number> {
  const ended = [...outcomes].map(([id, outcome]) => [id, exitCodeOfCreation(outcome, run)] as const);
  return new Map([...ended, ...refused.map(({ id, exitCode }) => [id, exitCode] as const)]);
}

function exitCodeOfCreation(outcome: StackCreation, run: Run): number {
  if (outcome.kind === 'ready') return exitCodes.done;
  return outcome.kind === 'failed' ? outcome.exitCode : stoppedExitCode(run);
}

async function ready(input: SettleInput, hosts: readonly Host[]): Promise<Settled> {
  const { book, run, ports } = input;
  const { onReady } = book.record;
  warnIfUnprotected(input);
  if (onReady !== null) {
    const exitCode = await ports.runOnReady(onReady, hosts, run.signal);
    if (exitCode !== 0) {
      run.emit(
        diagnosticOf({
          kind: 'not-ready',
          summary: `onReady ended with exit code ${exitCode}; the machines are up and kept`,
          hint: `labtui ssh ${book.record.id}   or   labtui destroy ${book.record.id}`,
        }),
      );
      await book.enter('failed');
      return { event: run.result({ exitCode: exitCodes.notReady, phase: 'failed', hosts, protectedBy: book.record.protection.by, stacks: stackResults(book.record, codesOf(input)) }), archive: false };
    }
  }
  await book.enter('ready');
  run.phase('ready', 100, hosts.map(({ name }) => name).join(' · '));
  return { event: run.result({ exitCode: exitCodes.done, phase: 'ready', hosts, protectedBy: book.record.protection.by, stacks: stackResults(book.record, codesOf(input)) }), archive: false };
}

async function interrupted(input: SettleInput): Promise<Settled> {
  const { book, run } = input;
  await book.enter('failed');
  run.emit({
    type: 'log',
    level: 'warn',
    message: `interrupted; Terraform stopped cleanly and its state is saved. End it with: labtui destroy ${book.record.id}`,
  });
  run.phase('failed', 100, 'interrupted');
  const hosts = Object.values(book.record.stacks).flatMap((stack) => stack.hosts.filter(({ instanceId }) => instanceId !== null));
  return { event: run.result({ exitCode: stoppedExitCode(run), phase: 'failed', hosts, stacks: stackResults(book.record, codesOf(input)) }), archive: false };
}

/** Removes what failed stacks left; by stack: 0 when nothing of it is left, 7 otherwise. */
async function cleanUp({ book, run, ports }: SettleInput, failed: readonly PinnedStack[]): Promise<ReadonlyMap<string, number>> {
  run.phase('destroying', 90, `removing what ${failed.map(({ id }) => id).join(', ')} left`);
  // The run's time may be over; cleaning up has its own, until the user stops it.
  const cleaning: Run = { ...run, signal: run.userSignal };
  const { exitCode, codes } = await teardownStacks(failed, { ports, run: cleaning, book });
  if (exitCode === exitCodes.leftBehind) {
    run.emit({ type: 'log', level: 'error', message: `something is left; again: labtui destroy ${book.record.id}` });
  }
  return codes;
}
