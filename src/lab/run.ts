import { exitCodeOf, exitCodes, LabError, type Problem } from '../core/errors.ts';
import type { DiagnosticEvent, Emit, EventOrigin, LabEvent, LabEventBody, Phase, ResultEvent, Timings } from '../core/events.ts';
import type { LabPorts, SessionStore } from './ports.ts';

export type Step = Exclude<keyof Timings, 'total'>;

/** One use case under way: stamps its events, measures its steps, and knows when it was asked to stop. */
export interface Run {
  readonly emit: Emit;
  /** Aborted when the user asks to stop or the run's time is over. */
  readonly signal: AbortSignal;
  /** Aborted by the user alone: what cleans up after a time-out listens to this one. */
  readonly userSignal: AbortSignal;
  /** From now on events also go to the session's events.ndjson, those so far included. */
  recordTo(store: SessionStore, sessionId: string): void;
  /** The events that follow carry this id, though nothing is recorded yet. */
  about(sessionId: string): void;
  /** Events go to the caller only: the session's directory is about to move or vanish. */
  stopRecording(): void;
  phase(phase: Phase, percent: number, message: string, stack?: string | null): void;
  /** Runs a step and adds its time to the result's timings (parallel stacks: the longest counts). */
  measure<T>(step: Step, work: () => Promise<T>): Promise<T>;
  result(outcome: Omit<ResultEvent, 'type' | 'ok' | 'durationMs' | 'timings'>): ResultEvent;
}

export interface RunOptions {
  readonly now: () => Date;
  /** Stands in every event. */
  readonly origin: EventOrigin;
  readonly sink: (event: LabEvent) => void;
  /** Aborted with the signal's name as its reason. */
  readonly signal: AbortSignal;
  /** Over the whole run; null: none. */
  readonly timeoutMs: number | null;
}

/** Starts the clock of a run. */
export function startRun({ now, origin, sink, signal: userSignal, timeoutMs }: RunOptions): Run {
  // Not AbortSignal.any with AbortSignal.timeout: on Node 20 the timer of such a pair can be collected as garbage.
  const stop = new AbortController();
  const { signal } = stop;
  const onUser = (): void => stop.abort(userSignal.reason);
  if (userSignal.aborted) onUser();
  else userSignal.addEventListener('abort', onUser, { once: true });
  const timer = timeoutMs === null ? undefined : setTimeout(() => stop.abort('timeout'), timeoutMs);
  const startedMs = now().getTime();
  const timings: Partial<Record<Step, number>> = {};
  let session: string | null = null;
  let record: ((event: LabEvent) => void) | null = null;
  let pending: LabEvent[] = [];
  const elapsedMs = (): number => now().getTime() - startedMs;

  const emit = (body: LabEventBody, stack: string | null = null): void => {
    const event: LabEvent = { v: 1, time: now().toISOString(), session, stack, ...named(body, session), ...origin };
    if (record === null) pending.push(event);
    else record(event);
    sink(event);
  };
  return {
    emit,
    signal,
    userSignal,
    about: (sessionId) => {
      session = sessionId;
    },
    recordTo: (store, sessionId) => {
      session = sessionId;
      record = (event) => store.appendEvent(sessionId, event);
      for (const event of pending) record(event);
      pending = [];
    },
    stopRecording: () => {
      record = () => undefined;
    },
    phase: (phase, percent, message, stack = null) => {
      emit({ type: 'phase', phase, percent, elapsedMs: elapsedMs(), message }, stack);
    },
    measure: async (step, work) => {
      const begunMs = now().getTime();
      try {
        return await work();
      } finally {
        timings[step] = Math.max(timings[step] ?? 0, now().getTime() - begunMs);
      }
    },
    result: ({ exitCode, phase, hosts, ...more }) => {
      clearTimeout(timer);
      userSignal.removeEventListener('abort', onUser);
      const event: ResultEvent = {
        type: 'result',
        ok: exitCode === exitCodes.done,
        exitCode,
        phase,
        hosts,
        ...more,
        durationMs: elapsedMs(),
        timings: { ...timings, total: elapsedMs() },
      };
      emit(event);
      return event;
    },
  };
}

/** A hint whose command is about this session, with the session's id in it: ready to paste. */
function named(body: LabEventBody, session: string | null): LabEventBody {
  if (body.type !== 'diagnostic' || body.hint === null || session === null) return body;
  return { ...body, hint: body.hint.replaceAll(/\bSESSION\b/g, session) };
}

/** A problem as the event that reports it. */
export function diagnosticOf(problem: Problem, severity: DiagnosticEvent['severity'] = 'error'): DiagnosticEvent {
  return {
    type: 'diagnostic',
    severity,
    kind: problem.kind,
    code: problem.code ?? null,
    summary: problem.summary,
    detail: problem.detail ?? null,
    hint: problem.hint ?? null,
    address: problem.address ?? null,
    retryable: problem.retryable ?? false,
  };
}

/** Reports what ended a run, and keeps the stack trace of a bug; its exit code. */
export function reportEnd(
  error: unknown,
  run: Run,
  ports: Pick<LabPorts, 'keepStackTrace'>,
  where: { readonly moment: 'before-creation' | 'after-creation'; readonly sessionRoot: string | null },
): number {
  if (error instanceof LabError) {
    run.emit(diagnosticOf(error.problem));
    return error.exitCode ?? exitCodeOf(error.problem.kind, where.moment);
  }
  const file = ports.keepStackTrace(error, where.sessionRoot);
  run.emit(
    diagnosticOf({
      kind: 'internal',
      summary: `a bug in labtui: ${error instanceof Error ? error.message : String(error)}`,
      hint: file === null ? undefined : `the stack trace is in ${file}`,
    }),
  );
  return exitCodes.bug;
}

/** Whether the run's time is over, without the user having asked for anything. */
export function timedOut({ signal, userSignal }: Run): boolean {
  return signal.aborted && !userSignal.aborted;
}

/** 130 or 143, by the signal that came; 6 where the run's time was over. */
export function stoppedExitCode(run: Run): number {
  if (timedOut(run)) return exitCodes.notReady;
  return run.userSignal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
}
