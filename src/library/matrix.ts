import { runOf } from './events-of.ts';
import type { LabRun } from './lab-run.ts';
import type { MatrixOptions } from './matrix-options.ts';

/**
 * Runs a command on one lab for each combination of distros, clouds and architectures, and destroys every lab again, whatever happens. Its events are
 * those of all labs, each with its `cell`; the result has `cells`. One text is a line for the remote shell; a list reaches the program word by word.
 * Rejects with a LabError for what cannot be begun.
 */
export function run(command: string | readonly string[], options: MatrixOptions): LabRun {
  return runOf(options, async (call, sink) => (await import('./work/matrix/run-cells.ts')).runCells(call, typeof command === 'string' ? [command] : command, options, sink));
}
