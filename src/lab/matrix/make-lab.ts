import { exitCodes, type ErrorKind, LabError } from '../../core/errors.ts';
import type { Host, LabEvent } from '../../core/events.ts';
import { applyLab } from '../apply.ts';
import { destroySession } from '../destroy.ts';
import { replaceMachines } from '../replace.ts';
import type { MatrixContext } from './matrix-request.ts';
import type { PlannedCell } from './plan-cells.ts';

/** What a lab came to: its machines are ready, or why not. */
export type MadeLab =
  | { readonly ready: true; readonly session: string; readonly hosts: readonly Host[] }
  | { readonly ready: false; readonly session: string | null; readonly exitCode: number; readonly reason: string; readonly mayPass: boolean };

/** What another lab, a little later, may not meet again. */
const passing: ReadonlySet<ErrorKind> = new Set(['quota', 'capacity', 'network', 'throttled', 'conflict', 'preempted', 'not-ready']);

export function mayPass(kind: ErrorKind): boolean {
  return passing.has(kind);
}

/** A new lab for a cell. Whether what a failure leaves stays is for the run to say, which ends it by itself otherwise. */
export async function applyCell({ cell, lab }: PlannedCell, { request, ports }: MatrixContext): Promise<MadeLab> {
  const seen = watch((event) => request.sink(event, cell));
  const { exitCode } = await applyLab(
    { lab: { ...lab, profile: { ...lab.profile, onFailure: request.keepFailed ? 'keep' : 'destroy' } }, autoApprove: true, parallelism: null, create: true, sink: seen.take, signal: request.signal, timeoutMs: null },
    ports,
  );
  return madeLab(exitCode, seen, ports);
}

/** The lab of the cell before, its machine made what this cell is. A failure is not undone: the lab is of no use then. */
export async function replaceCell({ cell, lab }: PlannedCell, session: string, { request, ports }: MatrixContext): Promise<MadeLab> {
  const seen = watch((event) => request.sink(event, cell), session);
  const { exitCode } = await replaceMachines(
    { id: session, archived: false, wanted: { distro: cell.distro, profile: lab.profile, asked: new Set() }, stack: null, host: null, rollback: false, autoApprove: true, sink: seen.take, signal: request.signal, timeoutMs: null },
    ports,
  );
  return madeLab(exitCode, seen, ports);
}

/** Destroys a session where it is there, whatever the user stopped meanwhile; the destroy's exit code, 0 where nothing is there. */
export async function endLab(session: string, { cell }: PlannedCell, { request, ports }: MatrixContext): Promise<number> {
  if (!(await stands(session, ports))) return exitCodes.done;
  request.onStep(cell, 'destroying', '', session);
  const { exitCode } = await destroySession({ id: session, archived: false, sink: (event) => request.sink(event, cell), signal: new AbortController().signal, timeoutMs: null }, ports);
  return exitCode;
}

/** Whether a session's directory is there, and not in the archive. */
export async function stands(session: string, { sessions }: MatrixContext['ports']): Promise<boolean> {
  try {
    return !(await sessions.resolve(session, { archived: true })).archived;
  } catch (error) {
    if (error instanceof LabError && error.problem.kind === 'not-found') return false;
    throw error;
  }
}

interface Seen {
  readonly take: (event: LabEvent) => void;
  readonly session: () => string | null;
  readonly problem: () => { readonly kind: ErrorKind; readonly summary: string } | null;
}

/** The session that a run's events are about, and the first thing that went wrong: what follows is mostly its consequence. */
function watch(sink: (event: LabEvent) => void, known: string | null = null): Seen {
  let session = known;
  let problem: { readonly kind: ErrorKind; readonly summary: string } | null = null;
  return {
    take: (event) => {
      session = event.session ?? session;
      if (event.type === 'diagnostic' && event.severity === 'error') problem ??= { kind: event.kind, summary: event.summary };
      sink(event);
    },
    session: () => session,
    problem: () => problem,
  };
}

async function madeLab(exitCode: number, seen: Seen, ports: MatrixContext['ports']): Promise<MadeLab> {
  const session = seen.session();
  if (exitCode === exitCodes.done && session !== null) {
    const { stacks } = await ports.sessions.load(session);
    return { ready: true, session, hosts: Object.values(stacks).flatMap(({ hosts }) => hosts.filter(({ instanceId }) => instanceId !== null)) };
  }
  const problem = seen.problem();
  return { ready: false, session, exitCode, reason: problem?.summary ?? `ended with ${exitCode}`, mayPass: problem !== null && mayPass(problem.kind) };
}
