import { setTimeout as sleep } from 'node:timers/promises';
import type { IPty } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { bundle, type Workplace } from './labtui.ts';
import { type StyledText, styledLine } from './terminal-cells.ts';
import { keySequence } from './terminal-keys.ts';

/** Why no pseudo-terminal can be opened here; null: one can. */
export async function missingTerminal(): Promise<string | null> {
  try {
    await import('@lydell/node-pty');
    return null;
  } catch (error) {
    return `no pseudo-terminal: @lydell/node-pty has no binary for ${process.platform}-${process.arch} (${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)})`;
  }
}

export interface TerminalOptions {
  /** @default 80 */
  readonly columns?: number;
  /** @default 24 */
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Another program in the place of labtui. */
  readonly program?: string;
}

/** How a program ended. */
export interface Exit {
  readonly exitCode: number;
  /** The number of the signal that ended it; 0: none did. */
  readonly signal: number;
}

/** What to wait for: a text or a pattern on the screen, or whatever can be seen in its lines. */
export type Sight = string | RegExp | ((screen: readonly string[]) => boolean);

/** A lone Escape is told from the start of a sequence by the silence behind it: nothing follows until it was answered, or for so long. */
const escapeMs = { least: 80, most: 1_000 };

/** Starts labtui in a pseudo-terminal with an emulator behind it, as a user of the workplace. */
export async function openTerminal(place: Workplace, args: readonly string[] = [], options: TerminalOptions = {}): Promise<TerminalEmulator> {
  const { columns = 80, rows = 24, env = {}, cwd = place.cwd, program } = options;
  const { spawn } = await import('@lydell/node-pty');
  const [file, all] = program === undefined ? [process.execPath, [bundle, ...args]] : [program, args];
  const environment = defined(place.environment({ TERM: 'xterm-256color', ...env }));
  const pty = spawn(file, [...all], { name: environment.TERM ?? '', cols: columns, rows, cwd, env: environment });
  return new TerminalEmulator(pty, columns, rows);
}

/** A program in a terminal: keys in, screen out. */
export class TerminalEmulator {
  readonly pid: number;
  /** Resolves when the program has ended. */
  readonly exited: Promise<Exit>;
  /** Written by the program so far: bytes, and synchronized updates. */
  bytes = 0;
  frames = 0;
  /** All that was written, with its escape sequences. */
  raw = '';
  cursorVisible = true;
  readonly #pty: IPty;
  readonly #terminal: xterm.Terminal;
  readonly #listeners = new Set<() => void>();
  #exit: Exit | null = null;

  constructor(pty: IPty, columns: number, rows: number) {
    this.#pty = pty;
    this.pid = pty.pid;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 1_000, allowProposedApi: true });
    for (const on of [true, false]) {
      this.#terminal.parser.registerCsiHandler({ prefix: '?', final: on ? 'h' : 'l' }, (parameters) => {
        if (parameters.includes(25)) this.cursorVisible = on;
        if (on && parameters.includes(2026)) this.frames += 1;
        return false;
      });
    }
    this.#terminal.onData((text) => pty.write(text));
    pty.onData((text) => {
      this.bytes += Buffer.byteLength(text);
      this.raw += text;
      this.#terminal.write(text, () => this.#changed());
    });
    this.exited = new Promise((resolve) => {
      pty.onExit(({ exitCode, signal = 0 }) => {
        this.#exit = { exitCode, signal };
        resolve(this.#exit);
        this.#changed();
      });
    });
  }

  /** Presses keys one after the other, by name: `n`, `enter`, `ctrl-c`. */
  async send(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const before = this.bytes;
      this.#pty.write(keySequence(key));
      if (key !== 'escape') continue;
      await sleep(escapeMs.least);
      for (const deadline = performance.now() + escapeMs.most; this.bytes === before && performance.now() < deadline; ) await sleep(10);
    }
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  /** As a terminal pastes: in brackets where the program asked for them. */
  paste(text: string): void {
    this.#pty.write(this.#terminal.modes.bracketedPasteMode ? `\u001b[200~${text}\u001b[201~` : text);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** The lines that are seen, without the blanks at their ends. */
  screen(): readonly string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '');
  }

  text(): string {
    return this.screen().join('\n');
  }

  /** What is seen, with its styles. */
  cells(): readonly (readonly StyledText[])[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row) => {
      const line = active.getLine(active.baseY + row);
      return line === undefined ? [] : styledLine(line, this.#terminal.cols);
    });
  }

  /** The first screen with all that was scrolled out of it, whichever screen is seen. */
  history(): readonly string[] {
    const { normal } = this.#terminal.buffer;
    return Array.from({ length: normal.length }, (_, row) => normal.getLine(row)?.translateToString(true) ?? '');
  }

  get alternateScreen(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  get bracketedPaste(): boolean {
    return this.#terminal.modes.bracketedPasteMode;
  }

  /** Waits until it is seen; its time is an upper bound, and a failure shows the screen. */
  async waitFor(sight: Sight, { timeoutMs = 180_000 }: { readonly timeoutMs?: number } = {}): Promise<readonly string[]> {
    const deadline = performance.now() + timeoutMs;
    while (!isSeen(sight, this.screen())) {
      const leftMs = deadline - performance.now();
      if (this.#exit !== null) {
        // What was written last may still be on its way.
        await this.settled();
        if (isSeen(sight, this.screen())) break;
      }
      if (leftMs <= 0 || this.#exit !== null) throw new Error(`${this.#exit === null ? `not seen within ${timeoutMs} ms` : `labtui ended (exit ${this.#exit.exitCode}) before it was seen`}: ${describe(sight)}\n${this.picture()}`);
      await this.#change(Math.min(leftMs, 1_000));
    }
    return this.screen();
  }

  /** Waits until nothing was written for so long. */
  async settled(quietMs = 150): Promise<void> {
    for (let before = -1; before !== this.bytes; ) {
      before = this.bytes;
      await sleep(quietMs);
    }
  }

  /** Waits for the program's end; fails with the screen where it goes on. */
  async ended(timeoutMs = 60_000): Promise<Exit> {
    const limit = new AbortController();
    const late = sleep(timeoutMs, null, { signal: limit.signal }).catch(() => null);
    const exit = await Promise.race([this.exited, late]);
    limit.abort();
    if (exit === null) throw new Error(`it has not ended within ${timeoutMs} ms\n${this.picture()}`);
    await this.settled(50);
    return exit;
  }

  /** The screen in a frame, for messages. */
  picture(): string {
    const { cols } = this.#terminal;
    return [`+${'-'.repeat(cols)}+`, ...this.screen().map((line) => `|${line.padEnd(cols)}|`), `+${'-'.repeat(cols)}+`].join('\n');
  }

  /** Closes the terminal under the program, as when its window is closed, and waits for the program's end. */
  async hangUp(timeoutMs = 60_000): Promise<void> {
    this.#exit = { exitCode: 129, signal: 0 };
    // Not among its types: closes the terminal's own end, and leaves the rest to the system.
    (this.#pty as IPty & { destroy(): void }).destroy();
    const deadline = performance.now() + timeoutMs;
    while (isAlive(this.pid)) {
      if (performance.now() > deadline) throw new Error(`it goes on without its terminal for ${timeoutMs} ms`);
      await sleep(20);
    }
  }

  /** Ends the program if it has not ended, and the emulator. */
  async close(): Promise<void> {
    if (this.#exit === null) {
      this.#pty.kill('SIGKILL');
      await this.exited;
    }
    this.#terminal.dispose();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async #change(limitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(done);
        resolve();
      };
      const timer = setTimeout(done, limitMs);
      this.#listeners.add(done);
    });
  }
}

function isSeen(sight: Sight, screen: readonly string[]): boolean {
  if (typeof sight === 'function') return sight(screen);
  const text = screen.join('\n');
  return typeof sight === 'string' ? text.includes(sight) : sight.test(text);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function describe(sight: Sight): string {
  return typeof sight === 'function' ? sight.toString() : String(sight);
}

function defined(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
