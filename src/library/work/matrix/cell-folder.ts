import { join } from 'node:path';
import type { Cell } from '../../../core/matrix.ts';

/** Where the results of a cell's machine are; `host` where the cell has several. */
export function cellFolder(output: string, { label }: Cell, host: string | null): string {
  return host === null ? join(output, label) : join(output, label, host);
}
