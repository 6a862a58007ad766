import type { LabContext, LabSettings } from '../library/context.ts';
import type { Theme } from './theme.ts';

/** Switches that every command has. */
export interface GlobalSettings extends LabSettings {
  readonly json: boolean;
  readonly plain: boolean;
  readonly quiet: boolean;
}

/** What a command sees of the world around it. Only here and in `main.ts` is `process` read. */
export interface CliContext extends LabContext {
  readonly settings: GlobalSettings;
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
}
