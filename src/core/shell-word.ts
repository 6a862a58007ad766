/** A word as a POSIX shell reads it back: bare where that is safe, else in single quotes. So does Python's shlex. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Arguments as one line that a POSIX shell splits into the same ones. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
