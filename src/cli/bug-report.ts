import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CliContext } from './context.ts';
import { stateHome } from './directories.ts';

/** Appends the stack trace to labtui's own log; the file, or null where it cannot be written. */
export function keepStackTrace(error: unknown, context: CliContext): string | null {
  const directory = join(stateHome(context), 'labtui');
  const file = join(directory, 'bugs.log');
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    appendFileSync(file, `${new Date().toISOString()} labtui ${context.version} node ${process.version}\n${trace}\n\n`, { mode: 0o600 });
    return file;
  } catch {
    return null;
  }
}
