import { setImmediate as nextTurn } from 'node:timers/promises';
import { builtins } from './builtins.ts';
import { BreakLoop, ExitShell, ReturnFromFunction } from './control.ts';
import { evaluate } from './evaluate.ts';
import { ExpansionError } from './expand.ts';
import { parseScript } from './parse.ts';
import { Interrupted, type Process, signalName, unlessInterrupted } from './process.ts';
import type { Streams } from './redirects.ts';
import type { RunningShell } from './running-shell.ts';
import { type Node, type Script, ShellSyntaxError } from './script.ts';
import { copyOf, newState, type ShellState } from './shell-state.ts';
import { findCommand, start } from './start.ts';
import { type Input, keptOutput, readLine } from './streams.ts';

interface ShellOptions {
  /** How it names itself in complaints. @default 'sh' */
  readonly name?: string;
  readonly parameters?: readonly string[];
  readonly state?: ShellState;
}

/** A POSIX shell, as much of it as a simulated guest has. Its commands are the guest's own, nothing is started. */
export class Shell implements RunningShell {
  readonly state: ShellState;
  readonly name: string;
  /** The process as its commands have it. */
  process: Process;
  #steps = 0;

  constructor(process: Process, { name = 'sh', parameters = [], state }: ShellOptions = {}) {
    this.name = name;
    this.process = process;
    this.state = state ?? newState(process, parameters);
  }

  /** Runs a script to its end and resolves to its exit code. Rejects with Interrupted. */
  run(text: string): Promise<number> {
    return this.toTheEnd(() => this.list(parseScript(text)));
  }

  /** Runs commands as they come in, line by line; what they leave of the input is theirs to read. */
  runFrom(input: Input): Promise<number> {
    return this.toTheEnd(async () => {
      for (let text = ''; ; ) {
        const line = await this.unlessInterrupted(readLine(input));
        if (line === null && text === '') return;
        text += line === null ? '' : `${line}\n`;
        const script = parsedUnlessIncomplete(text, line);
        if (script === null) continue;
        text = '';
        await this.list(script);
        if (line === null) return;
      }
    });
  }

  /** One line of an interactive shell. `more`: it is not whole yet. Rejects with Interrupted. */
  async step(text: string): Promise<'done' | 'more' | 'exit'> {
    const line = { isWhole: true };
    const exited = await this.#untilExit(async () => {
      const script = parsedUnlessIncomplete(text, text.slice(0, -1));
      line.isWhole = script !== null;
      if (script !== null) await this.list(script);
    });
    if (!line.isWhole) return 'more';
    return exited ? 'exit' : 'done';
  }

  async list(script: Script, checked = false): Promise<number> {
    let code = 0;
    for (const node of script) code = await this.node(node, checked);
    return code;
  }

  /** `checked`: its failure is asked about, so that `set -e` does not end the script. */
  async node(node: Node, checked: boolean): Promise<number> {
    this.#steps += 1;
    // A loop of builtins must leave the others their turn.
    if (this.#steps % 256 === 0) await nextTurn();
    if (this.process.signal.aborted) throw new Interrupted(signalName(this.process.signal));
    const code = await evaluate(node, this, checked);
    this.state.lastCode = code;
    const decides = node.kind === 'simple' || node.kind === 'pipe' || node.kind === 'subshell';
    if (code !== 0 && decides && !checked && this.state.options.has('e')) throw new ExitShell(code);
    return code;
  }

  value(name: string): string | undefined {
    const { parameters, lastCode, options, variables } = this.state;
    switch (name) {
      case '?':
        return String(lastCode);
      case '#':
        return String(parameters.length);
      case '@':
      case '*':
        return parameters.join(' ');
      case '0':
        return this.name;
      case '$':
        return '4242';
      case '-':
        return [...options].join('');
      default:
        return /^\d+$/.test(name) ? parameters[Number(name) - 1] : variables.get(name);
    }
  }

  set(name: string, value: string): void {
    this.state.variables.set(name, value);
  }

  missing(name: string): string {
    if (this.state.options.has('u')) throw new ExpansionError(`${name}: parameter not set`);
    return '';
  }

  get parameters(): readonly string[] {
    return this.state.parameters;
  }

  async output(script: Script): Promise<string> {
    const kept = keptOutput();
    const inner = this.subshell({ stdout: kept });
    this.state.lastCode = await inner.toTheEnd(() => inner.list(script));
    return kept.text();
  }

  /** A program by its words, with variables of its own: neither functions nor builtins. */
  start(words: readonly string[], streams: Streams, given: ReadonlyMap<string, string> = new Map()): Promise<number> {
    return this.unlessInterrupted(start(words, this.#processWith(streams, given), this.name));
  }

  /** Whether a name stands for something that can be run, and what. */
  kindOf(name: string): 'function' | 'builtin' | 'command' | null {
    if (this.state.functions.has(name)) return 'function';
    if (builtins.has(name)) return 'builtin';
    return findCommand(name, this.#processWith(this.process, new Map())) === null ? null : 'command';
  }

  unlessInterrupted<T>(work: Promise<T>): Promise<T> {
    return unlessInterrupted(work, this.process.signal);
  }

  /** Work with other streams; a change of directory in it stays. */
  async with<T>(streams: Streams, work: () => Promise<T>): Promise<T> {
    const before = this.process;
    this.process = { ...before, ...streams };
    try {
      return await work();
    } finally {
      this.process = { ...before, directory: this.process.directory };
    }
  }

  subshell(streams: Partial<Streams>): Shell {
    return new Shell({ ...this.process, ...streams }, { name: this.name, state: copyOf(this.state) });
  }

  /** Runs something as this shell's last work, its trap included, and resolves to the exit code. */
  async toTheEnd(work: () => Promise<unknown>): Promise<number> {
    await this.#untilExit(work);
    const code = this.state.lastCode;
    const trap = this.state.exitTrap;
    this.state.exitTrap = '';
    if (trap !== '') await this.#untilExit(() => this.list(parseScript(trap)));
    return code;
  }

  /** Whether it came to an `exit`. */
  async #untilExit(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return false;
    } catch (error) {
      if (error instanceof ExitShell || error instanceof ReturnFromFunction) this.state.lastCode = error.code;
      else if (error instanceof ShellSyntaxError || error instanceof ExpansionError) {
        const what = error instanceof ShellSyntaxError ? `syntax error: ${error.message}` : error.message;
        this.state.lastCode = 2;
        await this.process.stderr.write(`${this.name}: ${what}\n`);
      } else if (!(error instanceof BreakLoop)) throw error;
      return error instanceof ExitShell;
    }
  }

  #processWith({ stdin, stdout, stderr }: Streams, given: ReadonlyMap<string, string>): Process {
    const { variables, exported, directory } = this.state;
    const environment = new Map([...[...variables].filter(([name]) => exported.has(name)), ...given]);
    return { ...this.process, stdin, stdout, stderr, environment, directory };
  }
}

/** null: another line is needed. `line`: the last one read; null at the end, where nothing more comes. */
function parsedUnlessIncomplete(text: string, line: string | null): Script | null {
  if (line !== null && /(?<!\\)(?:\\\\)*\\$/.test(line)) return null;
  try {
    return parseScript(text);
  } catch (error) {
    if (line !== null && error instanceof ShellSyntaxError && error.incomplete) return null;
    throw error;
  }
}
