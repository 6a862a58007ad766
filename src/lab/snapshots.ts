import type { CloudApi } from '../core/cloud.ts';
import { exitCodeOf, exitCodes, invalidInput, LabError, worstExitCode } from '../core/errors.ts';
import type { Host, LabEvent, ResultEvent } from '../core/events.ts';
import { isOff } from '../core/power.ts';
import { type MachineSnapshot, snapshotNamePattern, type SnapshotVerb } from '../core/snapshot.ts';
import type { SessionRecord } from '../core/session.ts';
import { type MachineChoice, type MachineTarget, machineTargets, requireCapability } from './machine-targets.ts';
import { openApis, type OpenedTarget } from './open-apis.ts';
import type { LabPorts } from './ports.ts';
import { settlePhase } from './power.ts';
import { refreshStack } from './refresh-stack.ts';
import { diagnosticOf, reportEnd, startRun, stoppedExitCode } from './run.ts';
import { openBook } from './session-book.ts';
import { stackResults } from './stack-results.ts';
import type { SessionWork } from './session-work.ts';
import { untilStopped } from './until-stopped.ts';
import { waitForHosts } from './wait-ready.ts';

type SnapshotCloud = CloudApi & Required<Pick<CloudApi, 'snapshots'>>;
const hasSnapshots = (api: CloudApi): api is SnapshotCloud => api.snapshots !== undefined;
const what = 'keep snapshots';

export interface SnapshotRequest extends MachineChoice {
  readonly verb: SnapshotVerb;
  readonly name: string;
  /** Resolved. */
  readonly id: string;
  readonly archived: boolean;
  readonly sink: (event: LabEvent) => void;
  readonly signal: AbortSignal;
  /** Over the whole run; null: none. */
  readonly timeoutMs: number | null;
}

/** Throws invalid-input for a name that not every cloud takes. */
export function checkSnapshotName(name: string): void {
  if (!snapshotNamePattern.test(name)) throw invalidInput(`"${name}" is no name for a snapshot`, 'lower-case letters, digits and hyphens, at most 40: before-upgrade');
}

/**
 * Makes a snapshot of a session's machines, takes them back to one, or deletes one. A restored machine that runs is waited for, under
 * the host key that is pinned. Never rejects for an expected failure; the result has the snapshots that there are now.
 */
export async function snapshotSession(request: SnapshotRequest, ports: LabPorts): Promise<ResultEvent> {
  const run = startRun({ now: ports.now, origin: ports.origin, sink: request.sink, signal: request.signal, timeoutMs: request.timeoutMs });
  const { id, verb } = request;
  run.about(id);
  try {
    checkSnapshotName(request.name);
    if (request.archived) throw invalidInput(`${id} is gone already`, 'labtui list   shows what is there');
    const lock = await ports.sessions.lock(id, `snapshot ${verb}`, run.emit);
    try {
      const record = await ports.sessions.load(id);
      const targets = machineTargets(record, request);
      requireCapability(targets, 'snapshots', ports);
      run.recordTo(ports.sessions, id);
      const book = openBook(record, ports);
      await ports.rehearsal?.prepare(book.paths);
      return await inAll(request, targets, { ports, run, book });
    } finally {
      await lock.release();
    }
  } catch (error) {
    const exitCode = reportEnd(error, run, ports, { moment: 'before-creation', sessionRoot: ports.sessions.paths(id).root });
    return run.result({ exitCode, phase: 'failed', hosts: [] });
  }
}

async function inAll(request: SnapshotRequest, targets: readonly MachineTarget[], context: SessionWork): Promise<ResultEvent> {
  const { run, book, ports } = context;
  const opened = await openApis(targets, ports, hasSnapshots, what);
  try {
    const codes = new Map(await Promise.all(opened.map(async (one) => [one.target.stack.id, await inStack(request, one, context)] as const)));
    if (request.verb === 'restore') await settlePhase(book);
    const exitCode = run.signal.aborted && [...codes.values()].some((code) => code !== exitCodes.done) ? stoppedExitCode(run) : worstExitCode([...codes.values()]);
    const snapshots = run.signal.aborted ? [] : await listOf(opened).catch(noneIfRefused);
    const hosts = targets.flatMap(({ stack }) => book.record.stacks[stack.id]?.hosts ?? []);
    return run.result({ exitCode, phase: book.record.phase, hosts, stacks: stackResults(book.record, codes), snapshots });
  } finally {
    for (const { api } of opened) api.close();
  }
}

async function inStack({ verb, name }: SnapshotRequest, { target: { stack, hosts }, api }: OpenedTarget<SnapshotCloud>, context: SessionWork): Promise<number> {
  const { run } = context;
  try {
    for (const host of hosts) {
      run.emit({ type: 'log', level: 'info', message: `${host.name}: ${{ create: 'making', restore: 'going back to', delete: 'deleting' }[verb]} the snapshot ${name}` }, stack.id);
      const done = await untilStopped(api.snapshots[verb](host.instanceId ?? '', name).then(() => true), run.signal);
      if (done === null) return stoppedExitCode(run);
    }
    return verb === 'restore' ? await comeBack({ stack, hosts }, api, context) : exitCodes.done;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    run.emit(diagnosticOf(error.problem), stack.id);
    return exitCodeOf(error.problem.kind, 'after-creation');
  }
}

/** What is recorded of the machines may be of another time than they are now. */
async function comeBack({ stack, hosts }: MachineTarget, api: CloudApi, context: SessionWork): Promise<number> {
  const { run } = context;
  const refreshed = await refreshStack(stack, api, context);
  if (refreshed.problems.length > 0) return run.signal.aborted ? stoppedExitCode(run) : exitCodes.failed;
  const meant = new Set(hosts.map(({ name }) => name));
  const up = refreshed.hosts.filter(({ name, state }) => meant.has(name) && !isOff(state) && state !== 'terminated');
  if (up.length === 0) return exitCodes.done;
  run.phase('waiting-for-ssh', 70, up.map(({ name }) => name).join(' · '), stack.id);
  const readiness = await run.measure('ssh', () => waitForHosts(stack, up, context));
  if (readiness.ok) {
    run.phase('ready', 100, up.map(({ name }) => `ssh ${name}`).join(' · '), stack.id);
    return exitCodes.done;
  }
  if (readiness.interrupted) return stoppedExitCode(run);
  run.emit(diagnosticOf({ kind: 'not-ready', summary: readiness.reasons[0] ?? 'it did not come back in time', hint: 'labtui console SESSION   shows how far it came' }), stack.id);
  return exitCodes.notReady;
}

/** The snapshots that each machine has, oldest first. Rejects with invalid-input where its cloud cannot keep any. */
export async function listSnapshots(record: SessionRecord, choice: MachineChoice, ports: Pick<LabPorts, 'cloud'>): Promise<readonly MachineSnapshot[]> {
  const targets = machineTargets(record, choice);
  requireCapability(targets, 'snapshots', ports);
  const opened = await openApis(targets, ports, hasSnapshots, what);
  try {
    return await listOf(opened);
  } finally {
    for (const { api } of opened) api.close();
  }
}

async function listOf(opened: readonly OpenedTarget<SnapshotCloud>[]): Promise<readonly MachineSnapshot[]> {
  const each = opened.flatMap(({ target: { stack, hosts }, api }) => hosts.map((host: Host) => ({ stack: stack.id, host, api })));
  const lists = await Promise.all(
    each.map(async ({ stack, host, api }) => (await api.snapshots.list(host.instanceId ?? '')).map(({ name, createdAt, sizeBytes }): MachineSnapshot => ({ stack, host: host.name, name, createdAt, sizeBytes }))),
  );
  return lists.flat();
}

function noneIfRefused(error: unknown): readonly MachineSnapshot[] {
  if (error instanceof LabError) return [];
  throw error;
}
