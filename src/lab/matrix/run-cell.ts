import { exitCodes, worstExitCode } from '../../core/errors.ts';
import type { CellResult, CellTimings } from '../../core/matrix.ts';
import { applyCell, endLab, type MadeLab, replaceCell, stands } from './make-lab.ts';
import type { MatrixContext } from './matrix-request.ts';
import type { PlannedCell } from './plan-cells.ts';
import { useLab } from './use-lab.ts';

/** How a cell ended, and the lab that the next one of its lane can go on with. */
export interface EndedCell {
  readonly result: CellResult;
  readonly standing: string | null;
}

export interface CellPlace {
  /** The lab of the cell before; null: one is made. */
  readonly standing: string | null;
  /** Another cell of the lane goes on with what stands. */
  readonly goesOn: boolean;
}

type Attempt = Pick<CellResult, 'outcome' | 'testExitCode' | 'labExitCode' | 'reason' | 'session' | 'collected'> & {
  readonly timings: Omit<CellTimings, 'total'>;
  /** Another lab may come to something. */
  readonly again: boolean;
};

/** What a cloud that refused is given before it is asked again, times the attempt. */
const retryAfterMs = 15_000;

/** Lives through one cell: a lab, its work, and its end, whatever happens in between. */
export async function runCell(planned: PlannedCell, { standing, goesOn }: CellPlace, context: MatrixContext): Promise<EndedCell> {
  const { request, ports } = context;
  const startedMs = ports.now().getTime();
  let before = standing;
  for (let attempts = 1; ; attempts += 1) {
    const { attempt, kept, reused, destroyMs } = await attemptCell(planned, { standing: before, goesOn, retriesLeft: request.retries + 1 - attempts }, context);
    if (attempt.again && attempt.labExitCode !== exitCodes.leftBehind && !request.signal.aborted) {
      before = null;
      request.onStep(planned.cell, 'waiting', attempt.reason ?? '', attempt.session);
      await ports.sleep(retryAfterMs * attempts, request.signal);
      continue;
    }
    const { again: _, ...ended } = attempt;
    const timings = { ...ended.timings, ...(destroyMs === null ? {} : { destroy: destroyMs }), total: ports.now().getTime() - startedMs };
    return { result: { ...planned.cell, ...ended, attempts, kept, hourlyPrice: planned.hourlyPrice, timings }, standing: reused };
  }
}

interface AttemptEnd {
  readonly attempt: Attempt;
  readonly kept: boolean;
  /** The session that the next cell goes on with. */
  readonly reused: string | null;
  readonly destroyMs: number | null;
}

async function attemptCell(planned: PlannedCell, { standing, goesOn, retriesLeft }: CellPlace & { readonly retriesLeft: number }, context: MatrixContext): Promise<AttemptEnd> {
  const { request, ports } = context;
  let session = standing;
  const destroy = async (): Promise<{ readonly exitCode: number; readonly destroyMs: number | null }> => {
    if (session === null) return { exitCode: exitCodes.done, destroyMs: null };
    const startedMs = ports.now().getTime();
    const exitCode = await endLab(session, planned, context);
    return { exitCode, destroyMs: ports.now().getTime() - startedMs };
  };
  try {
    const attempt = await makeAndUse(planned, { standing, retriesLeft, onSession: (made) => (session = made) }, context);
    const bad = attempt.outcome === 'failed' || (attempt.outcome === 'broken' && !attempt.again);
    if (request.keepFailed && bad && !request.signal.aborted && session !== null && (await stands(session, ports))) return { attempt, kept: true, reused: null, destroyMs: null };
    if (goesOn && !request.signal.aborted && (attempt.outcome === 'passed' || attempt.outcome === 'failed')) return { attempt, kept: false, reused: session, destroyMs: null };
    const ended = await destroy();
    const reason = ended.exitCode === exitCodes.done ? attempt.reason : [attempt.reason, `its lab is not gone: labtui destroy ${session ?? ''}`].filter((part) => part !== null).join('; ');
    return { attempt: { ...attempt, reason, labExitCode: worstExitCode([attempt.labExitCode, ended.exitCode]) }, kept: false, reused: null, destroyMs: ended.destroyMs };
  } catch (error) {
    await destroy();
    throw error;
  }
}

interface Making {
  readonly standing: string | null;
  readonly retriesLeft: number;
  /** Told before anything is done on it: whatever goes wrong then, it is to be destroyed. */
  readonly onSession: (session: string) => void;
}

async function makeAndUse(planned: PlannedCell, { standing, retriesLeft, onSession }: Making, context: MatrixContext): Promise<Attempt> {
  const { request, ports } = context;
  const startedMs = ports.now().getTime();
  const stopped = { outcome: 'stopped', testExitCode: null, labExitCode: exitCodes.done, reason: null, collected: [], again: false } as const;
  const isStopped = (): boolean => request.signal.aborted;
  if (isStopped()) return { ...stopped, session: standing, timings: {} };
  request.onStep(planned.cell, standing === null ? 'creating' : 'replacing', '', standing);
  const made: MadeLab = standing === null ? await applyCell(planned, context) : await replaceCell(planned, standing, context);
  const { session } = made;
  if (session !== null) onSession(session);
  const ready = ports.now().getTime() - startedMs;
  if (!made.ready) {
    // A stop may come just as a lab fails by itself: what it says then is still true, and the run's code is the signal's.
    if (isStopped()) return { ...stopped, labExitCode: made.exitCode === exitCodes.leftBehind ? made.exitCode : exitCodes.done, session, timings: {} };
    return { outcome: 'broken', testExitCode: null, labExitCode: made.exitCode, reason: made.reason, session, collected: [], timings: {}, again: made.mayPass && retriesLeft > 0 };
  }
  const used = await useLab(planned.cell, made.session, made.hosts, context);
  const timings = { ready, ...used.timings };
  const { collected } = used;
  if ('broken' in used) {
    if (isStopped()) return { ...stopped, session, collected, timings };
    return { outcome: 'broken', testExitCode: null, labExitCode: used.labExitCode, reason: used.broken, session, collected, timings, again: used.mayPass && retriesLeft > 0 };
  }
  return { outcome: used.exitCode === exitCodes.done ? 'passed' : 'failed', testExitCode: used.exitCode, labExitCode: exitCodes.done, reason: used.reason, session, collected, timings, again: false };
}
