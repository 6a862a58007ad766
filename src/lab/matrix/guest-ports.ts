import type { Writable } from 'node:stream';
import type { Cell } from '../../core/matrix.ts';
import type { Host } from '../../core/events.ts';

/** A machine of a cell, and the session that it belongs to. */
export interface CellHost {
  readonly session: string;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/** What a cell does on its machines. All of it rejects with a LabError where the connection does not come about, or breaks. */
export interface GuestPorts {
  /** Brings the files of the run there; in words what it was. */
  copyThere(at: CellHost): Promise<string>;
  /** Runs the command where the files are; its exit code, 124 where its time was over. */
  run(at: CellHost, output: { readonly stdout: Writable; readonly stderr: Writable }): Promise<number>;
  /** Brings what is to be collected back, as far as it is there; where it is now. Rejects also where this computer does not take it. */
  collect(at: CellHost, cell: Cell, several: boolean): Promise<{ readonly paths: readonly string[]; readonly missing: readonly string[] }>;
}
