import type { CliContext } from '../context.ts';
import { createTheme, mayColour } from '../theme.ts';
import { jsonReader } from './json.ts';
import { plainReader } from './plain.ts';
import type { Reader } from './reader.ts';

export interface ReaderChoices {
  /** A question follows that shows plan and protection itself. @default false */
  readonly asks?: boolean;
  /** Events of several sessions come mixed: each line says whose it is. @default false */
  readonly several?: boolean;
}

/** The face that fits: NDJSON when asked for, moving lines on a terminal, else one line per change. */
export async function openReader(context: CliContext, { asks = false, several = false }: ReaderChoices = {}): Promise<Reader> {
  const { settings, stderr, environment } = context;
  if (settings.json) return jsonReader(context.out);
  const theme = createTheme(mayColour(stderr.isTTY, environment, settings.plain), environment);
  if (context.interactive && !settings.plain && !settings.quiet) {
    const { liveReader } = await import('./live.ts');
    return liveReader({ stream: stderr, theme, asks, several });
  }
  return plainReader({ err: context.err, theme, quiet: settings.quiet, several });
}
