import type { Files } from '../files.ts';
import type { Guest } from '../guest.ts';
import type { Input, Output } from './streams.ts';

/** A login of the guest. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
}

/** A command of the guest while it runs. */
export interface Process {
  readonly guest: Guest;
  readonly files: Files;
  readonly commands: ReadonlyMap<string, Command>;
  readonly account: Account;
  readonly directory: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted when the command is to end: a signal, Ctrl-C, a broken connection. The reason is the signal's name. */
  readonly signal: AbortSignal;
}

/** Resolves to the exit code. */
export type Command = (args: readonly string[], process: Process) => Promise<number>;

/** A signal ended the command. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** `INT`, `TERM`, `HUP` */
  readonly signal: string;

  constructor(signal: string) {
    super(signal);
    this.signal = signal;
  }
}

/** The result of some work, or Interrupted as soon as the signal is aborted. */
export function unlessInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new Interrupted(signalName(signal)));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

export function signalName({ reason }: AbortSignal): string {
  return typeof reason === 'string' ? reason : 'HUP';
}

/** Writes a complaint as a program does and resolves to its exit code. */
export async function complain(process: Process, text: string, code = 1): Promise<number> {
  await process.stderr.write(`${text}\n`);
  return code;
}

/** A path of the user's as an absolute one. */
export function absolutePath(path: string, directory: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
