import type { Clouds } from '../core/open-clouds.ts';

/** The world around one call, as whoever makes it sees it: nothing here reads `process`. */
export interface LabContext {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly home: string;
  readonly settings: LabSettings;
  /** Every cloud there is. On demand: most calls that must answer at once need none. */
  readonly loadClouds: () => Promise<Clouds>;
  /** What programs say that run for the user (`onReady`). */
  readonly err: (text: string) => void;
  /** Aborted with the signal's name: the call is to end cleanly. */
  readonly signal: AbortSignal;
}

/** Files and folders that are not at their usual places; null: they are. */
export interface LabSettings {
  readonly sessionsDir: string | null;
  readonly config: string | null;
  readonly terraformBin: string | null;
}
