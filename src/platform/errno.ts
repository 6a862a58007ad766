/** The system's name of an error (`ENOENT`); null for anything that did not come from a system call. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
