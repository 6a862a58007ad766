import type { CloudApi } from '../core/cloud.ts';
import { exitCodeOf, exitCodes, LabError } from '../core/errors.ts';
import type { Host, InstanceState } from '../core/events.ts';
import { isOff } from '../core/power.ts';
import { confirmDeadline } from './confirm-deadline.ts';
import { guestLayer } from './extend-stack.ts';
import type { MachineTarget } from './machine-targets.ts';
import { refreshStack } from './refresh-stack.ts';
import { diagnosticOf, stoppedExitCode, timedOut } from './run.ts';
import type { SessionWork } from './session-work.ts';
import { untilStopped } from './until-stopped.ts';
import { waitForHosts } from './wait-ready.ts';

export type PowerVerb = 'stop' | 'start' | 'restart';

/** An API that can switch machines. */
export type PowerApi = CloudApi & Required<Pick<CloudApi, 'setPower'>>;

/**
 * Stops, starts or restarts machines of one stack, and writes what has become of them into the session. Resolves with its exit code;
 * what failed is reported. Nothing is ever torn down for it.
 */
export async function powerStack(verb: PowerVerb, target: MachineTarget, api: PowerApi, context: SessionWork): Promise<number> {
  const { run } = context;
  const { id } = target.stack;
  try {
    if (verb !== 'start' && !(await stop(target, api, context))) return exitCodes.failed;
    if (verb === 'stop') return exitCodes.done;
    return await start(target, api, context);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    if (run.signal.aborted) return stoppedExitCode(run);
    run.emit(diagnosticOf(error.problem), id);
    return exitCodeOf(error.problem.kind, 'after-creation');
  }
}

/** false: Terraform could not read back how they stand. */
async function stop(target: MachineTarget, api: PowerApi, context: SessionWork): Promise<boolean> {
  const { run } = context;
  const { stack, hosts } = target;
  const wereOff = hosts.every(({ state }) => state === 'stopped');
  run.phase('stopping', 10, `${howMany(hosts)}${wereOff ? ', stopped already' : ''}`, stack.id);
  await mark(target, 'stopping', context);
  await switched(target, 'stopped', api, context);
  await mark(target, 'stopped', context);
  run.phase('stopping', 70, 'reading back how they stand', stack.id);
  const { problems } = await refreshStack(stack, api, context);
  if (run.signal.aborted) throw interrupted();
  await context.book.updateStack(stack.id, (record) => ({ ...record, phase: 'stopping' }));
  run.phase('stopping', 100, `${howMany(hosts)} ${wereOff ? 'stopped already' : 'stopped'}`, stack.id);
  return problems.length === 0;
}

async function start(target: MachineTarget, api: PowerApi, context: SessionWork): Promise<number> {
  const { run, book, ports } = context;
  const { stack } = target;
  const names = new Set(target.hosts.map(({ name }) => name));
  const wereOn = target.hosts.every((host) => hostNow(host, context).state === 'running');
  run.phase('waiting-for-ssh', 20, `${howMany(target.hosts)} ${wereOn ? 'running already' : 'starting'}`, stack.id);
  if (!wereOn) await mark(target, 'pending', context);
  await switched(target, 'running', api, context);
  await mark(target, 'running', context);
  run.phase('waiting-for-ssh', 50, 'reading their addresses', stack.id);
  const refreshed = await refreshStack(stack, api, context);
  if (run.signal.aborted) throw interrupted();
  if (refreshed.problems.length > 0) return exitCodes.failed;
  const hosts = refreshed.hosts.filter(({ name }) => names.has(name));
  run.phase('waiting-for-ssh', 60, hosts.map(({ name, publicIp }) => `${name}${publicIp === null ? '' : ` ${publicIp}`}`).join(' · '), stack.id);
  const { expiresAt } = book.record;
  const guestBefore = book.record.stacks[stack.id]?.guestDeadline;
  const [readiness] = await run.measure('ssh', () => Promise.all([waitForHosts(stack, hosts, context), confirmDeadline(stack, context)]));
  if (!readiness.ok && readiness.interrupted) throw interrupted();
  if (!readiness.ok) {
    run.emit(
      diagnosticOf({
        kind: 'not-ready',
        summary: readiness.reasons[0] ?? 'a machine was not ready in time',
        detail: readiness.reasons.slice(1).join('\n') || undefined,
        hint: 'labtui console SESSION   shows how far it came; it is kept, and can be waited for again: labtui start SESSION',
      }),
      stack.id,
    );
    return exitCodes.notReady;
  }
  if (expiresAt !== null && guestBefore !== undefined && guestBefore.reason !== null) {
    const moved = await guestLayer(stack, { until: expiresAt }, context);
    if (moved !== null) await book.updateStack(stack.id, (record) => ({ ...record, guestDeadline: moved.deadline }));
  }
  await book.updateStack(stack.id, (record) => ({ ...record, phase: record.hosts.some(({ state }) => isOff(state)) ? 'stopping' : 'ready' }));
  await ports.ssh.writeConfig(book.paths, book.record);
  run.phase('ready', 100, hosts.map(({ name }) => `ssh ${name}`).join(' · '), stack.id);
  return exitCodes.done;
}

/** Rejects as the cloud does, or where the run is stopped first. */
async function switched({ hosts }: MachineTarget, power: 'running' | 'stopped', api: PowerApi, { run }: SessionWork): Promise<void> {
  const ids = hosts.flatMap(({ instanceId }) => instanceId ?? []);
  const work = run.measure('apply', () => api.setPower(ids, power, run.signal).then(() => true));
  if ((await untilStopped(work, run.signal)) === null) throw interrupted();
}

/** On disk before the cloud is told, so that a run that is cut off does not leave them looking as they were; and once the cloud has done it. */
async function mark({ stack, hosts }: MachineTarget, state: InstanceState, { book }: SessionWork): Promise<void> {
  const names = new Set(hosts.map(({ name }) => name));
  const marked = (host: Host): Host => (names.has(host.name) ? { ...host, state, stage: null, reason: null } : host);
  await book.updateStack(stack.id, (record) => ({ ...record, hosts: record.hosts.map(marked) }));
}

function hostNow({ name }: Host, { book }: SessionWork): Host {
  const host = Object.values(book.record.stacks).flatMap(({ hosts }) => hosts).find((each) => each.name === name);
  if (host === undefined) throw new Error(`there is no ${name}`);
  return host;
}

function interrupted(): LabError {
  return new LabError({ kind: 'not-ready', summary: 'interrupted' });
}

function howMany(hosts: readonly Host[]): string {
  return hosts.length === 1 ? 'one machine' : `${hosts.length} machines`;
}

/** What is said where the run was stopped, by its user or by its time. */
export function leftAs(verb: PowerVerb, id: string, context: Pick<SessionWork, 'run'>): string {
  const why = timedOut(context.run) ? 'the time of --timeout is over' : 'interrupted';
  return `${why}; the clouds go on with what they were told. How it stands: labtui show ${id} --refresh   again: labtui ${verb} ${id}`;
}
