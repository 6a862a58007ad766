import type { FileHandle } from 'node:fs/promises';
import type { LabEvent } from '../core/events.ts';
import { parseEventLine } from './event-lines.ts';

const newline = 0x0a;
const chunkBytes = 64 * 1024;

/** Reads a growing file of events from its beginning on; the handle stays its owner's. */
export class EventTail {
  readonly #handle: FileHandle;
  #position = 0;
  /** The begin of a line whose end is not written yet. */
  #rest = Buffer.alloc(0);

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** The events of the lines that were completed since the last call; lines that are none are passed over. */
  async next(): Promise<readonly LabEvent[]> {
    const text = Buffer.concat([this.#rest, ...(await this.#readOn())]);
    const events: LabEvent[] = [];
    let start = 0;
    for (let end = text.indexOf(newline); end >= 0; end = text.indexOf(newline, start)) {
      const event = parseEventLine(text.toString('utf8', start, end));
      start = end + 1;
      if (event !== null) events.push(event);
    }
    this.#rest = text.subarray(start);
    return events;
  }

  async #readOn(): Promise<readonly Buffer[]> {
    const chunks: Buffer[] = [];
    for (;;) {
      const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, this.#position);
      if (bytesRead === 0) return chunks;
      chunks.push(buffer.subarray(0, bytesRead));
      this.#position += bytesRead;
    }
  }
}
