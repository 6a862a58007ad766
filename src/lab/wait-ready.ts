import type { CloudApi } from '../core/cloud.ts';
import { type DiagnosticEvent, type Host, type InstanceState } from '../core/events.ts';
import { joinSignals } from '../core/joined-signal.ts';
import { machineStackNamed } from '../core/machine-stack.ts';
import type { PinnedStack } from '../core/plan.ts';
import { whyAsleep } from '../core/power.ts';
import type { GuestDeadline } from '../core/session.ts';
import type { ReadyOutcome } from '../core/ssh.ts';
import type { LabPorts } from './ports.ts';
import { diagnosticOf } from './run.ts';
import type { SessionWork } from './session-work.ts';
import { watchPower } from './watch-power.ts';

export type Readiness =
  | { readonly ok: true; readonly hosts: readonly Host[] }
  /** `ended`: none of them could be waited for any longer, for the cloud says that they are off or gone. */
  | { readonly ok: false; readonly hosts: readonly Host[]; readonly interrupted: boolean; readonly ended: boolean; readonly reasons: readonly string[] };

/** What is known of the machines beside the state. */
export interface Seen {
  /** What the cloud says they do, by instance id, where the state does not. */
  readonly power?: ReadonlyMap<string, InstanceState> | undefined;
  /** What a machine is that the state does not have (any more). @default unknown */
  readonly missing?: InstanceState | undefined;
}

/**
 * Reads the machines' addresses from the state into the session, so that ssh works from then on.
 * Resolves to the hosts of the stack.
 */
export async function recordHosts(
  stack: PinnedStack,
  { ports, run, book }: SessionWork,
  { power, missing = 'unknown' }: Seen = {},
): Promise<readonly Host[]> {
  const state = await ports.readState(book.paths.state(stack.id));
  const found = state.kind === 'ok' ? ports.cloud(stack.cloud).hostsOf(state.resources) : [];
  const launchedAt = ports.now().toISOString();
  const before = book.record.stacks[stack.id]?.hosts ?? [];
  const hosts = before.map((host): Host => {
    const now = found.find(({ name }) => name === host.name);
    if (now === undefined) return missing === 'unknown' || host.instanceId === null ? { ...host, state: 'unknown' } : { ...host, ...nowhere, state: missing };
    const sameMachine = now.instanceId === host.instanceId;
    const doing = power?.get(now.instanceId ?? '') ?? now.state;
    return {
      ...host,
      ...now,
      state: doing,
      launchedAt: sameMachine ? (host.launchedAt ?? launchedAt) : launchedAt,
      // How far it had come in its last life says nothing of the next.
      ...(whyAsleep(doing) === null ? {} : { stage: null, reason: null }),
    };
  });
  await book.updateStack(stack.id, (record) => ({ ...record, hosts }));
  await ports.ssh.writeConfig(book.paths, book.record);
  for (const fallback of state.kind === 'ok' ? (ports.cloud(stack.cloud).fallbacksOf?.(state.resources) ?? []) : []) run.emit(fallback, stack.id);
  for (const host of hosts) run.emit({ type: 'host', ...host }, stack.id);
  return hosts;
}

const nowhere = { publicIp: null, publicDns: null, privateIp: null, stage: null, reason: null } as const;

/** Waits until these machines of the stack can be used, all at once. */
export async function waitForHosts(
  stack: PinnedStack,
  hosts: readonly Host[],
  { ports, run, book }: SessionWork,
): Promise<Readiness> {
  const published = publishedKeys(stack, ports);
  const watch = watchPower(stack, hosts, { ports });
  const waitFor = async (host: Host): Promise<ReadyOutcome> => {
    const { signal, leave } = joinSignals(run.signal, watch.ended(host));
    const outcome = await ports.ssh
      .waitUntilReady({
        host,
        session: book.record,
        paths: book.paths,
        init: machineStackNamed(stack, host.name).distro.init,
        timeoutMs: book.record.ssh.timeoutMs,
        signal,
        publishedHostKeys: published.of(host),
        onHost: (event) => run.emit(event, stack.id),
      })
      .finally(leave);
    const state = outcome.ok || run.signal.aborted ? null : watch.stateOf(host);
    if (state === null) return outcome;
    return { ok: false, host: { ...outcome.host, state }, interrupted: false, reason: `it ${whyAsleep(state) ?? ''}, before it could be reached` };
  };
  const outcomes = await Promise.all(hosts.map(waitFor)).finally(async () => {
    watch.close();
    await published.close();
  });
  const after = outcomes.map(({ host }) => host);
  const looked = guestDeadlineOf(outcomes, book.record.expiresAt);
  // What is well with some of the machines says nothing of the others.
  const guestDeadline = looked?.reason === null && after.length < stack.machines.length ? null : looked;
  await book.updateStack(stack.id, (record) => ({
    ...record,
    hosts: record.hosts.map((host) => after.find(({ name }) => name === host.name) ?? host),
    ...(guestDeadline === null ? {} : { guestDeadline }),
  }));
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
    ended: failed.every(({ host }) => watch.stateOf(host) !== null),
    reasons: failed.map(({ host, reason }) => `${host.name}: ${reason}${isPrivateOnly(host) ? `; it has no public address, so its private one was tried: ${host.privateIp ?? ''}` : ''}`),
  };
}

function isPrivateOnly({ publicIp, publicDns, privateIp }: Host): boolean {
  return publicIp === null && publicDns === null && privateIp !== null;
}

/** How the host keys are learnt that guests publish through their cloud: of images that take none of labtui's. */
function publishedKeys(stack: PinnedStack, ports: LabPorts): { of(host: Host): (() => Promise<readonly string[]>) | undefined; close(): Promise<void> } {
  const { facts, loadApi } = ports.cloud(stack.cloud);
  const takesKey = ({ name }: Host): boolean => ['cloud-init', 'ignition'].includes(machineStackNamed(stack, name).distro.init);
  if (!facts.capabilities.publishesHostKeys || loadApi === undefined) return { of: () => undefined, close: () => Promise.resolve() };
  let opened: Promise<CloudApi> | null = null;
  const api = (): Promise<CloudApi> => (opened ??= loadApi({ region: stack.region, settings: stack.settings, account: stack.account }));
  return {
    of: (host) => {
      const { instanceId } = host;
      return instanceId === null || takesKey(host) ? undefined : async () => (await (await api()).publishedHostKeys?.(instanceId)) ?? [];
    },
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
