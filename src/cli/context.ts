import type { Clouds } from '../core/open-clouds.ts';
import type { Theme } from './theme.ts';

/** Switches that every command has. */
export interface GlobalSettings {
  readonly json: boolean;
  readonly plain: boolean;
  readonly quiet: boolean;
  readonly sessionsDir: string | null;
  readonly config: string | null;
  readonly terraformBin: string | null;
}

/** What a command sees of the world around it. Only here and in `main.ts` is `process` read. */
export interface CliContext {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly settings: GlobalSettings;
  /** Every cloud there is. On demand: most commands that must answer at once need none. */
  readonly loadClouds: () => Promise<Clouds>;
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress and prose. */
  readonly err: (text: string) => void;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  /** A person sits there and can be asked. */
  readonly interactive: boolean;
  /** Width of the terminal; 100 where there is none. */
  readonly columns: number;
  readonly theme: Theme;
  /** Aborted with the signal's name by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}
