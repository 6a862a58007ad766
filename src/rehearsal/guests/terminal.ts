import { StringDecoder } from 'node:string_decoder';
import type { ServerChannel } from 'ssh2';
import { channelOutput } from './channel-streams.ts';
import { BrokenPipe, type Input, type Output } from './shell/streams.ts';

/** What a kernel's terminal does for a program: echo, line editing, Ctrl-C and Ctrl-D, line ends. */
export class Terminal implements Input, Output {
  readonly #output: Output;
  readonly #decoder = new StringDecoder('utf8');
  /** null: an end of input that was typed. */
  readonly #ready: (Buffer | null)[] = [];
  #line = '';
  #escape = false;
  #over = false;
  #wake: (() => void) | null = null;
  #interrupt: () => void = () => undefined;

  constructor(channel: ServerChannel, signal: AbortSignal) {
    this.#output = channelOutput(channel, channel, signal);
    channel.on('data', (chunk: Buffer) => this.#typed(this.#decoder.write(chunk)));
    const end = () => {
      this.#over = true;
      this.#wake?.();
    };
    channel.on('end', end);
    channel.on('close', end);
  }

  /** What Ctrl-C does from now on. */
  onInterrupt(action: () => void): void {
    this.#interrupt = action;
  }

  write(data: string | Buffer): Promise<void> {
    // A Buffer may hold anything; what it means to a terminal are its line ends.
    return this.#output.write(typeof data === 'string' ? data.replace(/\r?\n/g, '\r\n') : Buffer.from(data.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1'));
  }

  async read(): Promise<Buffer | null> {
    for (;;) {
      const next = this.#ready.shift();
      if (next !== undefined) return next;
      if (this.#over) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  unread(bytes: Buffer): void {
    this.#ready.unshift(bytes);
  }

  #typed(text: string): void {
    let echo = '';
    for (const char of text) {
      if (this.#escape) {
        // Arrow keys and their like: up to their final letter.
        if (/[A-Za-z~]/.test(char)) this.#escape = false;
      } else if (char === '\x1b') this.#escape = true;
      else if (char === '\r' || char === '\n') {
        echo += '\n';
        this.#push(Buffer.from(`${this.#line}\n`, 'utf8'));
        this.#line = '';
      } else if (char === '\x7f' || char === '\b') {
        if (this.#line !== '') echo += '\b \b';
        this.#line = Array.from(this.#line).slice(0, -1).join('');
      } else if (char === '\x15') {
        echo += '\b \b'.repeat(Array.from(this.#line).length);
        this.#line = '';
      } else if (char === '\x03') {
        echo += '^C\n';
        this.#line = '';
        this.#interrupt();
      } else if (char === '\x04') {
        if (this.#line === '') this.#push(null);
      } else if (char >= ' ') {
        this.#line += char;
        echo += char;
      }
    }
    if (echo !== '') void this.write(echo).catch((error: unknown) => {
      if (!(error instanceof BrokenPipe)) throw error;
    });
  }

  #push(item: Buffer | null): void {
    this.#ready.push(item);
    this.#wake?.();
  }
}
