import type { Host } from '../core/events.ts';
import type { Cell, CellResult, CellStep } from '../core/matrix.ts';
import type { CellStreams } from '../lab/matrix/cell-streams.ts';
import type { LabOptions } from './options.ts';

/** A matrix: `distro`, `cloud` and `arch` are lists of which every combination is a lab; a distro may be a pattern such as `debian@*`. */
export interface MatrixOptions extends LabOptions {
  /** Labs at the same time. @default what the free memory has room for, at most 10 */
  readonly parallelism?: number | undefined;
  /** Files and directories to copy; false: nothing. @default all of the working directory */
  readonly copy?: readonly string[] | false | undefined;
  /** Names of files and directories that are not copied, wherever they are. */
  readonly exclude?: readonly string[] | undefined;
  /** What is brought back, from where the files were copied to. */
  readonly collect?: readonly string[] | undefined;
  /** Where that goes, one directory for each cell. @default labtui-results, where something is collected */
  readonly output?: string | undefined;
  /** Leaves the lab of a cell that did not pass. */
  readonly keepFailed?: boolean | undefined;
  /** One lab for all distros of a cloud and architecture, its machine replaced in place. */
  readonly reuse?: boolean | undefined;
  /** How many more labs are made where one fails; a test is never repeated. @default 1 */
  readonly retries?: number | undefined;
  /** Leaves combinations out that cannot be; those of a pattern are left out anyway. */
  readonly skipImpossible?: boolean | undefined;
  /** Over the command alone: `10m`, or milliseconds; it has failed then. @default none */
  readonly testTimeout?: string | number | undefined;
  /** Told once what there is to do: before the first lab. */
  readonly onBegin?: ((matrix: MatrixBegin) => void) | undefined;
  /** Where the output of a cell's machine goes, from its first byte on. @default nowhere */
  readonly openOutput?: ((cell: Cell, host: Host, several: boolean) => CellStreams) | undefined;
  /** Told of each step of a cell. */
  readonly onStep?: ((cell: Cell, step: CellStep, message: string, session: string | null) => void) | undefined;
  /** Told of each cell when it has ended. */
  readonly onCell?: ((result: CellResult) => void) | undefined;
}

export interface MatrixBegin {
  /** In the order in which they begin. */
  readonly cells: readonly Cell[];
  /** What cannot be, and is left out. */
  readonly skipped: readonly Cell[];
  readonly parallelism: number;
  /** Absolute; null: nothing is kept. */
  readonly output: string | null;
}
