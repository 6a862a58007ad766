import { exitCodes, LabError } from '../core/errors.ts';
import type { LabEvent, ResultEvent } from '../core/events.ts';
import type { StateFile } from '../core/terraform.ts';
import type { LabPorts } from './ports.ts';
import { reportEnd, startRun, stoppedExitCode } from './run.ts';
import { openBook } from './session-book.ts';
import { settleEarlier } from './stack-teardown.ts';
import { forgottenBy, stateHistory, type StateVersion } from './state-versions.ts';
import type { SessionWork } from './session-work.ts';

export interface RestoreStateRequest {
  /** Resolved, of a session that is not archived. */
  readonly id: string;
  readonly stackId: string;
  /** Name of the kept version. */
  readonly backup: string;
  /** Also where its lineage is not that of the present state. */
  readonly force: boolean;
  readonly sink: (event: LabEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Puts a stack's state back to a kept version, under the session's lock and with no Terraform at work. The state as it was stays among
 * the versions. Nothing in the cloud is touched: what only the newer state knew is looked for by tag at the next apply or destroy.
 */
export async function restoreState(request: RestoreStateRequest, ports: LabPorts): Promise<ResultEvent> {
  const { id } = request;
  const run = startRun({ now: ports.now, origin: ports.origin, sink: request.sink, signal: request.signal, timeoutMs: null });
  run.about(id);
  try {
    const lock = await ports.sessions.lock(id, 'state restore', run.emit);
    try {
      const book = openBook(await ports.sessions.load(id), ports);
      run.recordTo(ports.sessions, id);
      const exitCode = await restore(request, { ports, run, book });
      return run.result({ exitCode, phase: book.record.phase, hosts: [] });
    } finally {
      await lock.release();
    }
  } catch (error) {
    const exitCode = reportEnd(error, run, ports, { moment: 'before-creation', sessionRoot: ports.sessions.paths(id).root });
    return run.result({ exitCode, phase: 'failed', hosts: [] });
  }
}

async function restore(
  { id, stackId, backup, force }: RestoreStateRequest,
  { ports, run, book }: SessionWork,
): Promise<number> {
  const stack = book.record.stacks[stackId];
  if (stack === undefined) throw new LabError({ kind: 'not-found', summary: `${id} has no stack ${stackId}`, hint: `one of: ${Object.keys(book.record.stacks).join(', ')}` });
  if (!(await settleEarlier(stack.plan, { ports, run, book }))) return stoppedExitCode(run);
  const { now, versions } = await stateHistory(id, stackId, ports);
  const version = versions.find(({ name }) => name === backup);
  if (version === undefined) throw new LabError({ kind: 'not-found', summary: `that version of ${stackId} is not kept any more`, hint: `labtui state list ${id}` });
  if (version.present) {
    run.emit({ type: 'log', level: 'info', message: `the state is this version already (${versionText(version)})` }, stackId);
    return exitCodes.done;
  }
  requireSameLineage(version, now, id, force);
  const forgotten = forgottenBy(version, now);
  await ports.sessions.putBack(id, stackId, backup);
  await book.updateStack(stackId, (record) => ({
    ...record,
    // A stack that is not ready is searched for what its state lacks.
    phase: forgotten.length > 0 || now.kind !== 'ok' ? 'failed' : record.phase,
    goneAt: version.resources.length > 0 ? null : record.goneAt,
  }));
  run.emit({ type: 'fallback', from: `${stackId}/terraform.tfstate (${stateText(now)})`, to: `backup ${backup} (${versionText(version)})`, reason: 'asked for: state restore' }, stackId);
  if (forgotten.length > 0) {
    run.emit({ type: 'log', level: 'warn', message: `the state does not know ${forgotten.join(', ')} any more; if it exists, the next apply or destroy looks for it by tag` }, stackId);
  }
  return exitCodes.done;
}

/** As Terraform does at `state push`: another lineage is another infrastructure's state. */
function requireSameLineage(version: StateVersion, now: StateFile, id: string, force: boolean): void {
  if (force || now.kind !== 'ok' || now.lineage === version.lineage) return;
  throw new LabError({
    kind: 'state',
    summary: `that version has another lineage (${version.lineage}) than the state that is there (${now.lineage})`,
    hint: `if it is the right one all the same: labtui state restore ${id} ${version.number} --force`,
  });
}

function versionText({ time, serial, resources }: StateVersion): string {
  return `of ${time}, serial ${serial}, ${resources.length} resources`;
}

function stateText(state: StateFile): string {
  if (state.kind === 'absent') return 'missing';
  return state.kind === 'unreadable' ? state.reason : `serial ${state.serial}, ${state.resources.length} resources`;
}
