import { readFileSync } from 'node:fs';
import type { IPty } from '@lydell/node-pty';

const frameEnd = '\u001b[?2026l';
/** Clock ticks of a second in /proc; the same on every Linux that Node runs on. */
const ticksASecond = 100;

/** A program in a pseudo-terminal, without an emulator behind it: what it writes is timed as it arrives. */
export class TerminalProbe {
  readonly pid: number;
  /** Frames that have arrived whole. */
  frames = 0;
  /** The tallest row that was written to. */
  lowest = 0;
  readonly exited: Promise<number>;
  readonly #pty: IPty;
  #text = '';
  #onFrame: ((atMs: number, text: string) => void) | null = null;

  constructor(pty: IPty) {
    this.#pty = pty;
    this.pid = pty.pid;
    this.exited = new Promise((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
    pty.onData((text) => this.#arrived(text));
  }

  /** Resolves with the time at which a frame with this in it, or any, has arrived. */
  frame(wanted = ''): Promise<number> {
    return new Promise((resolve) => {
      this.#onFrame = (atMs, text) => {
        if (!text.includes(wanted)) return;
        this.#onFrame = null;
        resolve(atMs);
      };
    });
  }

  write(text: string): void {
    this.#pty.write(text);
  }

  /** Milliseconds from a key to the frame that it changes. */
  async answer(key: string): Promise<number> {
    const frame = this.frame();
    const pressedMs = performance.now();
    this.write(key);
    return (await frame) - pressedMs;
  }

  /** Seconds of computing so far, and the most memory at a time, MB; null where there is no /proc. */
  usage(): { readonly cpuSeconds: number; readonly peakMb: number } | null {
    try {
      const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
      const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
      return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksASecond, peakMb: Number(kilobytes) / 1024 };
    } catch {
      return null;
    }
  }

  async close(): Promise<void> {
    this.#pty.kill('SIGKILL');
    await this.exited;
  }

  #arrived(text: string): void {
    const atMs = performance.now();
    // eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
    for (const [, row] of text.matchAll(/\u001b\[(\d+);1H/gu)) this.lowest = Math.max(this.lowest, Number(row));
    this.#text += text;
    for (let end = this.#text.indexOf(frameEnd); end >= 0; end = this.#text.indexOf(frameEnd)) {
      const frame = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + frameEnd.length);
      this.frames += 1;
      this.#onFrame?.(atMs, frame);
    }
  }
}
