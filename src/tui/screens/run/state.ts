import { noProgress, type RunProgress } from './progress.ts';

/** A run in progress, or one that has ended. */
export interface RunState {
  readonly kind: 'run';
  /** `apply`, `destroy`, `cleanup`. */
  readonly verb: string;
  /** Its command line, without `labtui`; empty: it was started elsewhere. */
  readonly args: readonly string[];
  readonly source: { readonly run: string } | { readonly session: string };
  readonly progress: RunProgress;
  /** Set when the process is gone: its exit code, null where it was killed, and what it said on its standard error. */
  readonly ended: { readonly exitCode: number | null; readonly stderr: string } | null;
  readonly pane: 'progress' | 'log';
  /** Lines of the log above the last one that is seen; 0: it follows. */
  readonly back: number;
  /** What is to follow once the run has stopped. */
  readonly afterStop: 'nothing' | 'destroy';
  readonly stopping: boolean;
}

/** A run just started, or the one that works on a session. */
export function runState(verb: string, args: readonly string[], source: RunState['source']): RunState {
  return { kind: 'run', verb, args, source, progress: noProgress, ended: null, pane: 'progress', back: 0, afterStop: 'nothing', stopping: false };
}

/** The session that a run works on, as far as it is known. */
export function sessionOf({ progress, source }: RunState): string | null {
  return progress.session ?? ('session' in source ? source.session : null);
}

/** Whether the run is over: its result is there, or its process is gone. */
export function isOver({ progress, ended }: RunState): boolean {
  return progress.result !== null || ended !== null;
}

/** Whether it came to what it was to do. */
export function wentWell({ progress, ended }: RunState): boolean {
  return progress.result?.ok ?? ended?.exitCode === 0;
}
