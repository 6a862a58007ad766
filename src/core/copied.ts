/** What a copy of a file or a directory came to. */
export interface CopyResult {
  readonly files: number;
  readonly directories: number;
  readonly links: number;
  /** Of all files together. */
  readonly bytes: number;
  /** Of those, what an earlier copy had left in partial files. */
  readonly resumedBytes: number;
  /** Files that were there already, with the same size and time. */
  readonly unchanged: number;
  /** What is no file, directory or link, and was left out. */
  readonly skipped: readonly string[];
}
