import { Duplex } from 'node:stream';

/** Two ends of a connection inside this process: what is written to one is read from the other, at the reader's pace. */
export function duplexPair(): readonly [Duplex, Duplex] {
  const left = new End();
  const right = new End();
  left.peer = right;
  right.peer = left;
  return [left, right];
}

class End extends Duplex {
  peer: End | null = null;
  #taken: (() => void) | null = null;

  constructor() {
    // Like a socket: an end that is over on both sides is closed.
    super({ allowHalfOpen: false, readableHighWaterMark: 262_144, writableHighWaterMark: 262_144 });
  }

  override _read(): void {
    const taken = this.#taken;
    this.#taken = null;
    taken?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const { peer } = this;
    if (peer === null || peer.destroyed || peer.readableEnded) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      return;
    }
    // Asynchronous as a network is: a write never calls the reader back before it has returned.
    setImmediate(() => {
      if (peer.destroyed || peer.push(chunk)) done();
      else peer.#taken = done;
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    setImmediate(() => {
      if (this.peer !== null && !this.peer.destroyed) this.peer.push(null);
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const { peer } = this;
    const taken = this.#taken;
    this.#taken = null;
    taken?.();
    setImmediate(() => {
      if (peer !== null && !peer.destroyed && !peer.readableEnded) peer.push(null);
    });
    done(error);
  }
}
