import type { Readable, Writable } from 'node:stream';
import { exitCodes } from '../core/errors.ts';
import { called } from './call.ts';
import type { CallOptions } from './options.ts';
import type { CopyReport } from './copy-report.ts';

interface ReachOptions extends CallOptions {
  /** Which machine, by its name or the end of it. @default the only one */
  readonly host?: string | undefined;
  /** Another machine of the session, to go through. */
  readonly jump?: string | undefined;
  /** `10m`, or milliseconds. @default none */
  readonly timeout?: string | number | undefined;
}

export interface ExecOptions extends ReachOptions {
  /** What the command reads. @default nothing */
  readonly stdin?: Readable | string | undefined;
  /** Gets what it prints, at its own pace; stays open. @default it is in the result */
  readonly stdout?: Writable | undefined;
  readonly stderr?: Writable | undefined;
}

export interface Executed {
  readonly session: string;
  readonly host: string;
  /** The command's own; 128 + n where a signal ended it, 124 where its time was over. */
  readonly exitCode: number;
  /** Empty where it went to a stream. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface CopyOptions extends ReachOptions {
  /** Copies what links lead to in the place of the links. @default false */
  readonly dereference?: boolean | undefined;
  readonly onProgress?: ((progress: { readonly files: number; readonly filesTotal: number; readonly bytes: number; readonly bytesTotal: number }) => void) | undefined;
}

/**
 * Runs a command on a machine of a session. One text goes to the remote shell as it is; a list reaches the program word by word. Rejects with a
 * LabError of exit code 255 where there is no connection.
 */
export function exec(session: string, command: string | readonly string[], options: ExecOptions = {}): Promise<Executed> {
  return called(options, async ({ context, settings }) => {
    const [{ collector, execOn }, { hostsOf, jumpOf, oneHost, requireAwake }, { timeoutOf }, streams] = await Promise.all([
      import('./work/reach.ts'),
      import('./work/machines.ts'),
      import('./work/run-options.ts'),
      import('node:stream'),
    ]);
    const choice = await hostsOf(context, session);
    const host = oneHost(choice, options.host);
    requireAwake(choice, host);
    const { stdin } = options;
    const [out, err] = [collector(), collector()];
    const run = await execOn(context, {
      choice,
      host,
      jump: jumpOf(choice, options.jump),
      command: typeof command === 'string' ? [command] : command,
      stdin: typeof stdin === 'string' ? streams.Readable.from([Buffer.from(stdin)]) : (stdin ?? null),
      stdout: options.stdout ?? out.stream,
      stderr: options.stderr ?? err.stream,
      timeoutMs: timeoutOf(options, settings),
    });
    return { session: choice.record.id, host: host.name, exitCode: run.timedOut ? exitCodes.timedOut : run.value, stdout: out.text(), stderr: err.text() };
  });
}

/**
 * Copies a file or a directory; one side is `SESSION:path` or `SESSION/HOST:path`. What a cut copy left is gone on with by the same call. Rejects with
 * a LabError: names (exit code 3), permission and network (5).
 */
export function copy(source: string, target: string, options: CopyOptions = {}): Promise<CopyReport> {
  return called(options, async ({ context, settings }) => {
    const [{ copyBetween }, { timeoutOf }] = await Promise.all([import('./work/reach.ts'), import('./work/run-options.ts')]);
    const { host, jump, dereference = false, onProgress = () => undefined } = options;
    return copyBetween(context, { source, target, host, jump, dereference, timeoutMs: timeoutOf(options, settings), onProgress });
  });
}
