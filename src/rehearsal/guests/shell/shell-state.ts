import type { Process } from './process.ts';
import type { Node } from './script.ts';

/** What a shell keeps from one command to the next. */
export interface ShellState {
  directory: string;
  readonly variables: Map<string, string>;
  readonly exported: Set<string>;
  readonly functions: Map<string, Node>;
  /** Letters of `set`: `e`, `u`. */
  readonly options: Set<string>;
  parameters: readonly string[];
  lastCode: number;
  /** What `trap ... EXIT` has to be run; '' for nothing. */
  exitTrap: string;
}

export function newState({ directory, environment }: Process, parameters: readonly string[]): ShellState {
  return {
    directory,
    variables: new Map(environment),
    exported: new Set(environment.keys()),
    functions: new Map(),
    options: new Set(),
    parameters,
    lastCode: 0,
    exitTrap: '',
  };
}

/** As a subshell begins with it: its traps are its own. */
export function copyOf(state: ShellState): ShellState {
  const { variables, exported, functions, options } = state;
  return {
    ...state,
    variables: new Map(variables),
    exported: new Set(exported),
    functions: new Map(functions),
    options: new Set(options),
    exitTrap: '',
  };
}
