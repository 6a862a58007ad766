import { exitCodes, LabError } from '../core/errors.ts';
import type { LabEvent, ResultEvent } from '../core/events.ts';
import type { SessionRecord } from '../core/session.ts';
import type { LabPorts } from './ports.ts';
import { mendSession } from './mend-session.ts';
import { reportEnd, startRun } from './run.ts';
import { openBook } from './session-book.ts';
import { stackResults } from './stack-results.ts';
import { teardownSession } from './teardown-session.ts';

export interface DestroyRequest {
  /** Resolved ids. */
  readonly id: string;
  readonly archived: boolean;
  readonly sink: (event: LabEvent) => void;
  readonly signal: AbortSignal;
  /** Over the whole run; null: none. */
  readonly timeoutMs: number | null;
  /** The cloud's own API deletes by tag. @default false */
  readonly withoutTerraform?: boolean | undefined;
}

/**
 * Ends one session: destroys from its state, proves it with a receipt, archives it. Destroying what is gone
 * already is a friendly no-op (exit 0).
 */
export async function destroySession(request: DestroyRequest, ports: LabPorts): Promise<ResultEvent> {
  const run = startRun({ now: ports.now, origin: ports.origin, sink: request.sink, signal: request.signal, timeoutMs: request.timeoutMs });
  run.about(request.id);
  if (request.archived) return alreadyGone(run, request.id);
  try {
    const lock = await ports.sessions.lock(request.id, 'destroy', run.emit);
    try {
      const record = await loadUnlessGone(request.id, ports);
      if (record === null) return alreadyGone(run, request.id);
      run.recordTo(ports.sessions, request.id);
      for (const event of await mendSession(request.id, ports.sessions)) run.emit(event);
      const book = openBook(record, ports);
      await ports.rehearsal?.prepare(book.paths);
      if (request.withoutTerraform !== true) await requireTerraform(record, ports);
      const { exitCode, codes } = await teardownSession({ ports, run, book }, request.withoutTerraform === true ? 'by-listing' : 'from-state');
      const gone = exitCode === exitCodes.done;
      const result = run.result({ exitCode, phase: gone ? 'destroyed' : 'failed', hosts: [], stacks: stackResults(book.record, codes) });
      run.stopRecording();
      if (gone) await ports.sessions.archive(request.id);
      return result;
    } finally {
      await lock.release();
    }
  } catch (error) {
    const exitCode = reportEnd(error, run, ports, { moment: 'before-creation', sessionRoot: ports.sessions.paths(request.id).root });
    return run.result({ exitCode, phase: 'failed', hosts: [] });
  }
}

/** Rejects before anything is touched where there is something to destroy and no Terraform for it, naming the other way. */
async function requireTerraform({ id, stacks }: SessionRecord, ports: LabPorts): Promise<void> {
  if (Object.values(stacks).every(({ applyStartedAt, goneAt }) => applyStartedAt === null || goneAt !== null)) return;
  try {
    await ports.terraform.version();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const { hint } = error.problem;
    const other = `labtui destroy ${id} --without-terraform   deletes by tag through the cloud's own API`;
    throw new LabError({ ...error.problem, hint: hint === undefined ? other : `${hint}\n${other}` }, { cause: error });
  }
}

function alreadyGone(run: ReturnType<typeof startRun>, id: string): ResultEvent {
  run.emit({ type: 'log', level: 'info', message: `${id} is gone already; its receipt: labtui receipt ${id}` });
  return run.result({ exitCode: exitCodes.done, phase: 'destroyed', hosts: [] });
}

/** Another labtui may have finished the same session while this one waited for the lock. */
async function loadUnlessGone(id: string, ports: LabPorts): Promise<SessionRecord | null> {
  const { archived } = await ports.sessions.resolve(id, { archived: true });
  return archived ? null : ports.sessions.load(id);
}
