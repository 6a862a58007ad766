import { execa } from 'execa';
import { parse } from 'shell-quote';
import { invalidInput } from '../core/errors.ts';
import type { Host } from '../core/events.ts';
import type { LabContext } from './context.ts';

/** Splits a command line into words as a shell would; operators are refused, since no shell runs it. */
export function commandWords(field: string, command: string): readonly string[] {
  const words = parse(command, (name) => `$${name}`).map((part) => {
    if (typeof part === 'string') return part;
    if ('op' in part && part.op === 'glob') return part.pattern;
    throw invalidInput(`${field} is one command with its arguments, not a line for a shell: ${command}`, `put it into a script, or write sh -c '...'`);
  });
  if (words.length === 0) throw invalidInput(`${field} is empty`);
  return words;
}

/** Runs the profile's onReady with the hosts as JSON on its standard input; its output is prose. Resolves to its exit code. */
export async function runOnReady(command: string, hosts: readonly Host[], context: LabContext, signal: AbortSignal): Promise<number> {
  const [file = '', ...args] = commandWords('onReady', command);
  const outcome = await execa(file, args, {
    cwd: context.cwd,
    input: JSON.stringify(hosts),
    stdout: ['pipe'],
    stderr: ['pipe'],
    reject: false,
    cancelSignal: signal,
    all: true,
  });
  if (outcome.all !== '') context.err(`${outcome.all}\n`);
  if (outcome.exitCode !== undefined) return outcome.exitCode;
  context.err(`${outcome.shortMessage ?? 'onReady could not be started'}\n`);
  return 127;
}
