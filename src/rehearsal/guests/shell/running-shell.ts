import type { Variables } from './expand.ts';
import type { Process } from './process.ts';
import type { Streams } from './redirects.ts';
import type { Node, Script } from './script.ts';
import type { ShellState } from './shell-state.ts';

/** The shell as what it runs sees it. */
export interface RunningShell extends Variables {
  readonly state: ShellState;
  readonly name: string;
  /** The process as its commands have it. */
  process: Process;
  readonly parameters: readonly string[];
  list(script: Script, checked?: boolean): Promise<number>;
  /** `checked`: its failure is asked about, so that `set -e` does not end the script. */
  node(node: Node, checked: boolean): Promise<number>;
  /** A program by its words, with variables of its own: neither functions nor builtins. */
  start(words: readonly string[], streams: Streams, given?: ReadonlyMap<string, string>): Promise<number>;
  /** Whether a name stands for something that can be run, and what. */
  kindOf(name: string): 'function' | 'builtin' | 'command' | null;
  unlessInterrupted<T>(work: Promise<T>): Promise<T>;
  /** Work with other streams; a change of directory in it stays. */
  with<T>(streams: Streams, work: () => Promise<T>): Promise<T>;
  subshell(streams: Partial<Streams>): RunningShell;
  /** Runs something as this shell's last work, its trap included, and resolves to the exit code. */
  toTheEnd(work: () => Promise<unknown>): Promise<number>;
}
