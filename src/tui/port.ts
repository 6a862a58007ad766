import type { LabEvent } from '../core/events.ts';
import type { SessionSummary } from '../core/session.ts';

/** How one run of labtui ended, for the interface that asked for it. */
export interface Answer {
  readonly exitCode: number;
  /** What it printed with `--json`: one document of a query, or the lines of a run. */
  readonly documents: readonly unknown[];
  /** Its results as text, where JSON was not asked for, and its prose. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that goes on as a process of its own, also when the interface is closed. */
export interface StartedRun {
  /** Names it to `watchRun`. */
  readonly run: string;
  readonly pid: number;
}

/** A command of the command line, as data: for the palette. */
export interface CommandInfo {
  /** `rehearsal status` */
  readonly name: string;
  /** `<session> [command...]` */
  readonly usage: string;
  readonly description: string;
  /** Takes the terminal for itself: a shell, a prompt. */
  readonly interactive: boolean;
}

/** A file that labtui made in a session, to be read in the interface. */
export interface SessionFile {
  /** `stacks/aws/cdk.tf.json` */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** Ends a watch. */
export type Stop = () => void;

/** What does not change while the interface is open. */
export interface TuiFacts {
  readonly version: string;
  readonly sessionsRoot: string;
  /** Glyphs beyond ASCII can be shown. */
  readonly unicode: boolean;
  readonly colour: boolean;
  /** Every command of the command line. */
  readonly commands: readonly CommandInfo[];
  /** Folder that `save as profile` writes to. */
  readonly profilesFolder: string;
}

/**
 * Everything the terminal UI may do. All that changes anything is a command line of labtui, so it can do nothing that the
 * command line cannot, and each screen can say how.
 */
export interface TuiPort {
  readonly facts: TuiFacts;
  nowMs(): number;
  /** The sessions, at once and whenever a file of theirs changed; archived ones too. No cloud is asked. */
  watchSessions(listener: (rows: readonly SessionSummary[]) => void): Stop;
  /** The events of a session so far, then each as it is written; several at once where they come fast. */
  watchSession(session: string, listener: (events: readonly LabEvent[]) => void): Stop;
  /** As watchSession, of a run that may have no session yet. `ended` comes last: its exit code, null where it was killed. */
  watchRun(run: string, listener: (events: readonly LabEvent[], ended: { readonly exitCode: number | null; readonly stderr: string } | null) => void): Stop;
  /** Runs `labtui ARGS` to its end, without a terminal. `json` adds the switch and reads what it prints. */
  query(args: readonly string[], options: { readonly json: boolean; readonly signal: AbortSignal }): Promise<Answer>;
  /** Starts `labtui ARGS --json` in the background. Rejects where it cannot be started. */
  start(args: readonly string[]): Promise<StartedRun>;
  /** One SIGINT for the labtui that works on a session or is this run; false where nobody does. */
  interrupt(target: { readonly run: string } | { readonly session: string }): Promise<boolean>;
  /** Runs `labtui ARGS` on this terminal, which the interface has left for that time; its exit code. */
  foreground(args: readonly string[]): Promise<number>;
  /** Opens a file in $VISUAL or $EDITOR on this terminal; its exit code. */
  edit(path: string): Promise<number>;
  /** The files of a session that a person may want to read: Terraform, session.json, receipt. */
  files(session: string): Promise<readonly SessionFile[]>;
}
