import { wrongUsage } from './wrong-usage.ts';

/** One side of a copy as it is written. */
export type CopyPlace =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'remote'; readonly session: string; readonly host: string | null; readonly path: string };

/**
 * `SESSION:path` and `SESSION/HOST:path` are on a machine, anything else is a path here; so is what begins with `/`, `./`, `../` or `~`, also
 * where it has a colon.
 */
export function readCopyPlace(text: string): CopyPlace {
  if (text === '') throw wrongUsage('a path is empty', 'labtui cp FILE SESSION:');
  const [, session, host, path] = /^([A-Za-z0-9][A-Za-z0-9_-]*)(?:\/([A-Za-z0-9][A-Za-z0-9_-]*))?:(.*)$/s.exec(text) ?? [];
  if (session === undefined || path === undefined) return { kind: 'local', path: text };
  return { kind: 'remote', session, host: host ?? null, path };
}
