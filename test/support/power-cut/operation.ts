/** What a program did to the files below a directory. Paths are relative to it; a file keeps its number whatever it is called. */
export type DiskOperation =
  | { readonly op: 'mkdir'; readonly path: string }
  | { readonly op: 'create'; readonly path: string; readonly file: number }
  /** It was there before the recording, or another process made it: that part is sure. */
  | { readonly op: 'found'; readonly path: string; readonly file: number; readonly data: Buffer }
  | { readonly op: 'write'; readonly file: number; readonly at: number; readonly data: Buffer }
  | { readonly op: 'truncate'; readonly file: number; readonly size: number }
  | { readonly op: 'sync'; readonly file: number }
  | { readonly op: 'sync-directory'; readonly path: string }
  | { readonly op: 'rename' | 'link'; readonly from: string; readonly to: string }
  /** A file, a link, an empty directory, or a directory with all it holds. */
  | { readonly op: 'remove'; readonly path: string };

/** As a line of a log: `data` in base64. */
export function operationLine(operation: DiskOperation): string {
  return `${JSON.stringify('data' in operation ? { ...operation, data: operation.data.toString('base64') } : operation)}\n`;
}

export function readOperations(log: string): readonly DiskOperation[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const parsed = JSON.parse(line) as DiskOperation & { data?: string };
      return 'data' in parsed ? { ...parsed, data: Buffer.from(String(parsed.data), 'base64') } : parsed;
    });
}
