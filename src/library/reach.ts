import type { Readable, Writable } from 'node:stream';
import { exitCodes } from '../core/errors.ts';
import type { ForwardEvent, PortMapping } from '../core/port-mapping.ts';
import type { LogSource } from '../ssh/guest-logs.ts';
import { called } from './call.ts';
import type { ConsoleOptions } from './console-options.ts';
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

export interface LogsOptions extends Omit<ReachOptions, 'timeout'> {
  /** `cloud-init` or `journal`. @default both */
  readonly source?: LogSource | undefined;
  /** Only what was written from then on. @default all of this boot */
  readonly since?: Date | undefined;
}

/** One log of a machine. */
export interface ReadLog {
  readonly source: LogSource;
  /** The machine has it. */
  readonly found: boolean;
  readonly text: string;
  /** Why it could not be read, or not all of it. */
  readonly problem: string | null;
}

/** What cloud-init and the journal of a machine say. Rejects with a LabError without a connection. */
export function logs(session: string, options: LogsOptions = {}): Promise<readonly ReadLog[]> {
  return called(options, async ({ context }) => {
    const [{ readLogs }, { hostsOf, jumpOf, oneHost }, { collector }, { noSuchLog }] = await Promise.all([
      import('./work/logs.ts'),
      import('./work/machines.ts'),
      import('./work/reach.ts'),
      import('../ssh/guest-logs.ts'),
    ]);
    const choice = await hostsOf(context, session);
    const said = new Map<LogSource, readonly [out: ReturnType<typeof collector>, err: ReturnType<typeof collector>]>();
    const codes = await readLogs(context, {
      choice,
      host: oneHost(choice, options.host),
      jump: jumpOf(choice, options.jump),
      source: options.source,
      follow: false,
      sinceS: options.since === undefined ? null : Math.floor(options.since.getTime() / 1_000),
      streamsOf: (source) => {
        const [out, err] = [collector(), collector()];
        said.set(source, [out, err]);
        return { stdout: out.stream, stderr: err.stream };
      },
    });
    return [...codes].map(([source, code]): ReadLog => {
      const [out, err] = said.get(source) ?? [];
      return { source, found: code !== noSuchLog, text: out?.text() ?? '', problem: code === 0 ? null : (err?.text().trim() ?? '') };
    });
  });
}

/** What a machine has written to its console, by its cloud, also where SSH does not answer. Rejects with invalid-input where its cloud shows none. */
export function readConsole(session: string, options: ConsoleOptions = {}): Promise<{ readonly session: string; readonly host: string; readonly text: string }> {
  return called(options, async ({ context }) => (await import('./work/console.ts')).consoleOf(context, session, options));
}

export interface ForwardOptions extends Omit<ReachOptions, 'timeout'> {
  /** Hears which ports were opened, and when the connection is cut and made again. */
  readonly onEvent?: ((event: ForwardEvent) => void) | undefined;
}

/** Opens ports of this computer's loopback that lead through a machine, until `signal` comes. Rejects with a LabError where it cannot begin. */
export function forward(session: string, mappings: readonly PortMapping[], options: ForwardOptions = {}): Promise<void> {
  return called(options, async ({ context }) => {
    const [{ forwardPorts }, { hostsOf, jumpOf, oneHost, requireAwake }] = await Promise.all([import('../ssh/forward.ts'), import('./work/machines.ts')]);
    const choice = await hostsOf(context, session);
    const host = oneHost(choice, options.host);
    requireAwake(choice, host);
    const { record, paths } = choice;
    const { signal, environment } = context;
    await forwardPorts({ session: record, paths, host, jump: jumpOf(choice, options.jump), mappings, signal, environment, onEvent: (event) => options.onEvent?.(event) });
  });
}
