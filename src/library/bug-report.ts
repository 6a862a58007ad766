import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LabContext } from './context.ts';
import { stateHome } from './directories.ts';

/** Appends the stack trace to the session's log, or where there is none to labtui's own; the file, or null where it cannot be written. */
export function keepStackTrace(error: unknown, context: LabContext, sessionRoot: string | null = null): string | null {
  const directory = sessionRoot ?? join(stateHome(context), 'labtui');
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
