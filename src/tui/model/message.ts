import type { LabEvent } from '../../core/events.ts';
import type { SessionSummary } from '../../core/session.ts';
import type { Answer, SessionFile, StartedRun } from '../port.ts';

/** Names one screen on the stack, for as long as it is there. */
export type ScreenId = number;

/** What reaches a screen from outside: answers to its own effects, and what it watches. */
export type Incoming =
  | { readonly type: 'answered'; readonly tag: string; readonly answer: Answer }
  | { readonly type: 'started'; readonly tag: string; readonly started: StartedRun }
  | { readonly type: 'files'; readonly tag: string; readonly files: readonly SessionFile[] }
  /** Back from the terminal: a shell or an editor has ended. */
  | { readonly type: 'returned'; readonly tag: string; readonly exitCode: number }
  | { readonly type: 'failed'; readonly tag: string; readonly reason: string }
  | { readonly type: 'events'; readonly events: readonly LabEvent[] }
  | { readonly type: 'run-ended'; readonly exitCode: number | null; readonly stderr: string }
  /** A dialog's answer: the id of the choice, and what was typed. */
  | { readonly type: 'chosen'; readonly tag: string; readonly choice: string; readonly text: string };

/** Everything that changes what is on the screen. */
export type Message =
  | { readonly type: 'key'; readonly key: string; readonly text: string }
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly type: 'tick'; readonly nowMs: number }
  | { readonly type: 'sessions'; readonly rows: readonly SessionSummary[] }
  | { readonly type: 'to-screen'; readonly screen: ScreenId; readonly incoming: Incoming }
  /** SIGTERM or SIGHUP: leave, and leave runs as they are. */
  | { readonly type: 'leave'; readonly exitCode: number };
