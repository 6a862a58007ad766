import type { CloudApi } from '../core/cloud.ts';
import { type DiagnosticEvent, type Host } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { GuestDeadline } from '../core/session.ts';
import type { ReadyOutcome } from '../core/ssh.ts';
import type { LabPorts } from './ports.ts';
import { diagnosticOf, type Run } from './run.ts';
import type { SessionBook } from './session-book.ts';

export type Readiness =
  | { readonly ok: true; readonly hosts: readonly Host[] }
  | { readonly ok: false; readonly hosts: readonly Host[]; readonly interrupted: boolean; readonly reasons: readonly string[] };

/**
 * Reads the machines' addresses from the state into the session, so that ssh works from then on.
 * Resolves to the hosts of the stack.
 */
export async function recordHosts(
  stack: PinnedStack,
  { ports, run, book }: { ports: LabPorts; run: Run; book: SessionBook },
): Promise<readonly Host[]> {
  const state = await ports.readState(book.paths.state(stack.id));
  const found = state.kind === 'ok' ? ports.cloud(stack.cloud).hostsOf(state.resources) : [];
  const launchedAt = ports.now().toISOString();
  const before = book.record.stacks[stack.id]?.hosts ?? [];
  const hosts = before.map((host): Host => {
    const now = found.find(({ name }) => name === host.name);
    if (now === undefined) return { ...host, state: 'unknown' };
    const sameMachine = now.instanceId === host.instanceId;
    return { ...host, ...now, launchedAt: sameMachine ? (host.launchedAt ?? launchedAt) : launchedAt };
  });
  await book.updateStack(stack.id, (record) => ({ ...record, hosts }));
  await ports.ssh.writeConfig(book.paths, book.record);
  for (const host of hosts) run.emit({ type: 'host', ...host }, stack.id);
  return hosts;
}

/** Waits until every machine of the stack can be used, all at once. */
export async function waitForHosts(
  stack: PinnedStack,
  hosts: readonly Host[],
  { ports, run, book }: { ports: LabPorts; run: Run; book: SessionBook },
): Promise<Readiness> {
  const published = publishedKeys(stack, ports);
  const waiting = Promise.all(
    hosts.map((host) =>
      ports.ssh.waitUntilReady({
        host,
        session: book.record,
        paths: book.paths,
        init: stack.distro.init,
        timeoutMs: book.record.ssh.timeoutMs,
        signal: run.signal,
        publishedHostKeys: host.instanceId === null ? undefined : published.of(host.instanceId),
        onHost: (event) => run.emit(event, stack.id),
      }),
    ),
  );
  const outcomes = await waiting.finally(() => published.close());
  const after = outcomes.map(({ host }) => host);
  const guestDeadline = guestDeadlineOf(outcomes, book.record.expiresAt);
  await book.updateStack(stack.id, (record) => ({ ...record, hosts: after, ...(guestDeadline === null ? {} : { guestDeadline }) }));
  for (const outcome of outcomes) {
    if (!outcome.ok) continue;
    for (const summary of outcome.warnings) run.emit(warning(`${outcome.host.name}: ${summary}`), stack.id);
  }
  const failed = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome]));
  if (failed.length === 0) return { ok: true, hosts: after };
  return {
    ok: false,
    hosts: after,
    interrupted: failed.some(({ interrupted }) => interrupted),
    reasons: failed.map(({ host, reason }) => `${host.name}: ${reason}${isPrivateOnly(host) ? `; it has no public address, so its private one was tried: ${host.privateIp ?? ''}` : ''}`),
  };
}

function isPrivateOnly({ publicIp, publicDns, privateIp }: Host): boolean {
  return publicIp === null && publicDns === null && privateIp !== null;
}

/** How the host keys are learnt that guests publish through their cloud: of images that take none of labtui's. */
function publishedKeys(stack: PinnedStack, ports: LabPorts): { of(instanceId: string): (() => Promise<readonly string[]>) | undefined; close(): Promise<void> } {
  const { facts, loadApi } = ports.cloud(stack.cloud);
  const takesKey = stack.distro.init === 'cloud-init' || stack.distro.init === 'ignition';
  if (takesKey || !facts.capabilities.publishesHostKeys || loadApi === undefined) return { of: () => undefined, close: () => Promise.resolve() };
  let opened: Promise<CloudApi> | null = null;
  const api = (): Promise<CloudApi> => (opened ??= loadApi({ region: stack.region, settings: stack.settings, account: stack.account }));
  return {
    of: (instanceId) => async () => (await (await api()).publishedHostKeys?.(instanceId)) ?? [],
    close: async () => {
      // One that could not be opened was reported as no key, and is nothing to close.
      (await opened?.catch(() => null))?.close();
    },
  };
}

/** null: nobody could look, so what the user data says stands. */
function guestDeadlineOf(outcomes: readonly ReadyOutcome[], expiresAt: string | null): GuestDeadline | null {
  const looked = outcomes.filter((outcome) => outcome.ok && outcome.guestTimer !== undefined);
  if (looked.length === 0 || looked.length < outcomes.length) return null;
  const without = looked.filter((outcome) => outcome.ok && outcome.guestTimer === 'absent');
  if (without.length === 0) return { at: expiresAt, reason: null };
  return { at: null, reason: `${without.map(({ host }) => host.name).join(', ')}: no timer is armed in it` };
}

function warning(summary: string): DiagnosticEvent {
  return diagnosticOf({ kind: 'not-ready', summary }, 'warning');
}
