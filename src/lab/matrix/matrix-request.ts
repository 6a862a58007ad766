import type { Host, LabEvent } from '../../core/events.ts';
import type { Cell, CellResult, CellStep } from '../../core/matrix.ts';
import type { LabPorts } from '../ports.ts';
import type { CellStreams } from './cell-streams.ts';
import type { GuestPorts } from './guest-ports.ts';
import type { PlannedCell } from './plan-cells.ts';

export interface MatrixRequest {
  /** In the order in which they are begun. */
  readonly cells: readonly PlannedCell[];
  /** Labs at the same time. */
  readonly parallelism: number;
  /** Cells of one cloud and architecture one after the other on one lab, whose machine is replaced in place. */
  readonly reuse: boolean;
  /** The lab of a cell that did not pass stays. */
  readonly keepFailed: boolean;
  /** How many more labs are made for a cell whose lab failed in a way that may pass. A failed test is never run again. */
  readonly retries: number;
  readonly guests: GuestPorts;
  /** Where the output of a cell's machine goes, from its first byte on; `end` once there is no more. */
  readonly openOutput: (cell: Cell, host: Host, several: boolean) => CellStreams;
  /** Events of the cells' labs, mixed. */
  readonly sink: (event: LabEvent, cell: Cell) => void;
  readonly onStep: (cell: Cell, step: CellStep, message: string, session: string | null) => void;
  /** Called once for each cell, in the order in which they end. */
  readonly onEnd: (result: CellResult) => void;
  /** Aborted when the user stops, or the time of the whole run is over: labs that stand are destroyed all the same. */
  readonly signal: AbortSignal;
}

/** What the parts of a matrix run share. */
export interface MatrixContext {
  readonly request: MatrixRequest;
  readonly ports: LabPorts;
}
