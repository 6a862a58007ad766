import { bundledFile } from '../../library/bundled-file.ts';
import type { GlobalSettings } from '../context.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How this labtui is started again, with the same sessions, configuration and Terraform. */
export interface OwnCommand {
  readonly file: string;
  /** Stand before the arguments of the command. */
  readonly prefix: readonly string[];
  readonly cwd: string;
  /** The whole of it. Its output goes to this program: no colour, and JSON only where it is asked for. */
  readonly environment: Readonly<Record<string, string>>;
  /** On the user's own terminal: as the user has set it. */
  readonly terminalEnvironment: Readonly<Record<string, string>>;
}

export interface OwnCommandInput {
  readonly environment: Environment;
  readonly cwd: string;
  readonly settings: GlobalSettings;
  readonly sessionsRoot: string;
  /** @default the bundle's entry */
  readonly entry?: string | undefined;
}

export function ownCommand({ environment, cwd, settings, sessionsRoot, entry = bundledFile('labtui.js') }: OwnCommandInput): OwnCommand {
  const given = Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined);
  // A twin of the environment wins over labtui.yaml, which may ask for JSON or silence as well.
  const own = { ...Object.fromEntries(given), LABTUI_JSON: '0', LABTUI_QUIET: '0' };
  const colourless = Object.fromEntries(Object.entries(own).filter(([name]) => name !== 'FORCE_COLOR'));
  return {
    file: process.execPath,
    prefix: [
      entry,
      '--sessions-dir',
      sessionsRoot,
      ...(settings.config === null ? [] : ['--config', settings.config]),
      ...(settings.terraformBin === null ? [] : ['--terraform-bin', settings.terraformBin]),
    ],
    cwd,
    environment: { ...colourless, NO_COLOR: '1' },
    terminalEnvironment: { ...own, LABTUI_PLAIN: settings.plain ? '1' : '0' },
  };
}
