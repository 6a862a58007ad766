import type { Writable } from 'node:stream';

/** Streams that take what a command writes; `end` is called once there is no more. */
export interface CellStreams {
  readonly stdout: Writable;
  readonly stderr: Writable;
  end(): Promise<void>;
}
