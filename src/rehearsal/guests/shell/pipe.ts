import { BrokenPipe, type Input, type Output } from './streams.ts';

const roomBytes = 65_536;

/** A pipe: what is written comes out, and the writer waits while it is full. */
export class Pipe implements Input, Output {
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #ended = false;
  #broken = false;
  #wake: (() => void)[] = [];

  async write(data: string | Buffer): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
    while (this.#size >= roomBytes && !this.#broken) await this.#change();
    if (this.#broken) throw new BrokenPipe();
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    this.#wakeAll();
  }

  async read(): Promise<Buffer | null> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#size -= chunk.length;
        this.#wakeAll();
        return chunk;
      }
      if (this.#ended || this.#broken) return null;
      await this.#change();
    }
  }

  unread(bytes: Buffer): void {
    this.#chunks.unshift(bytes);
    this.#size += bytes.length;
  }

  /** The writer has no more. */
  end(): void {
    this.#ended = true;
    this.#wakeAll();
  }

  /** The reader takes no more. */
  break(): void {
    this.#broken = true;
    this.#chunks.length = 0;
    this.#wakeAll();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
