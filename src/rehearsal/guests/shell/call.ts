import { builtins } from './builtins.ts';
import { ReturnFromFunction } from './control.ts';
import { expandText, expandWords } from './expand.ts';
import type { Streams } from './redirects.ts';
import type { Node, SimpleCommand } from './script.ts';
import type { RunningShell } from './running-shell.ts';
import { BrokenPipe } from './streams.ts';

/** Runs a simple command on these streams: assignments, function, builtin or program. */
export async function callSimple({ assignments, words }: SimpleCommand, shell: RunningShell, streams: Streams): Promise<number> {
  const { state } = shell;
  const before = state.lastCode;
  // Without a command the code is that of the last `$( )`, if there is one.
  if (words.length === 0) state.lastCode = 0;
  const expanded = await expandWords(words, shell);
  const given = new Map<string, string>();
  for (const { name, value } of assignments) given.set(name, await expandText(value, shell));
  const [name, ...args] = expanded;
  if (name === undefined) {
    for (const [variable, value] of given) shell.set(variable, value);
    return state.lastCode;
  }
  state.lastCode = before;

  const body = state.functions.get(name);
  if (body !== undefined) return shell.with(streams, () => callFunction(body, args, shell));
  const builtin = builtins.get(name);
  if (builtin !== undefined) {
    for (const [variable, value] of given) shell.set(variable, value);
    return shell.unlessInterrupted(builtin(args, shell, streams));
  }
  try {
    return await shell.start(expanded, streams, given);
  } catch (error) {
    // As a shell tells of a program that SIGPIPE ended.
    if (error instanceof BrokenPipe) return 141;
    throw error;
  }
}

async function callFunction(body: Node, args: readonly string[], shell: RunningShell): Promise<number> {
  const { parameters } = shell.state;
  shell.state.parameters = args;
  try {
    return await shell.node(body, false);
  } catch (error) {
    if (error instanceof ReturnFromFunction) return error.code;
    throw error;
  } finally {
    shell.state.parameters = parameters;
  }
}
