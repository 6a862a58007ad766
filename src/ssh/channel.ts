import { constants } from 'node:os';
import { Readable, Writable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { Connection } from './connect.ts';
import { ConnectError } from './connect-error.ts';

export interface ChannelStreams {
  /** null: the command reads nothing. */
  readonly stdin: Readable | null;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/**
 * Runs a command over a connection, without a terminal, and resolves to its exit code (128 + n where a signal ended
 * it) once `stdout` and `stderr`, which stay open, have taken all its output. Where one of them goes away (| head), the
 * command is ended and its code is that of SIGPIPE. Rejects with a ConnectError where the connection breaks first.
 */
export async function runCommand(
  connection: Connection,
  command: string,
  streams: ChannelStreams,
  onChannel: (channel: ClientChannel) => void = () => undefined,
): Promise<number> {
  const { channel, exit, closed } = await open(connection, command);
  onChannel(channel);
  const stopFeeding = feed(streams.stdin, channel);
  try {
    await Promise.all([deliver(channel, streams.stdout), deliver(channel.stderr, streams.stderr)]);
    await closed;
  } catch (error) {
    channel.close();
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 128 + constants.signals.SIGPIPE;
    throw error;
  } finally {
    stopFeeding();
  }
  if (exit.code !== null) return exit.code;
  throw new ConnectError('auth', 'network', connection.brokenBy() ?? 'the command ended without an exit code');
}

/** Runs a command with a text as its input and keeps what it printed. */
export async function capture(
  connection: Connection,
  command: string,
  { input = '', onChannel }: { readonly input?: string | Readable; readonly onChannel?: (channel: ClientChannel) => void } = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const stdout = keeper();
  const stderr = keeper();
  const stdin = typeof input === 'string' ? Readable.from([Buffer.from(input)]) : input;
  const code = await runCommand(connection, command, { stdin, stdout: stdout.stream, stderr: stderr.stream }, onChannel);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/**
 * Sends the running command a signal (`INT`). ssh2's own method says nothing once the input has ended, which RFC 4254
 * does not ask for; then its protocol is spoken to directly.
 */
export function sendSignal({ client }: Connection, channel: ClientChannel, name: 'INT' | 'TERM'): void {
  const { outgoing } = channel;
  const inputEnded = isRecord(outgoing) && outgoing.state === 'eof';
  if (!inputEnded) {
    channel.signal(name);
    return;
  }
  const protocol: unknown = '_protocol' in client ? client._protocol : null;
  if (canSignal(protocol)) protocol.signal(outgoing.id, name);
}

function canSignal(protocol: unknown): protocol is { signal: (channelId: unknown, name: string) => void } {
  return isRecord(protocol) && typeof protocol.signal === 'function';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

interface OpenChannel {
  readonly channel: ClientChannel;
  readonly exit: { code: number | null };
  readonly closed: Promise<void>;
}

/** Listens from the very first moment: the exit code of a quick command comes in the packet that opens the channel. */
function open({ client }: Connection, command: string): Promise<OpenChannel> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new ConnectError('auth', 'network', error.message));
    try {
      client.exec(command, (error, channel) => {
        if (error !== undefined) {
          fail(error);
          return;
        }
        const exit: OpenChannel['exit'] = { code: null };
        channel.on('exit', (code: number | null, signal?: string) => {
          exit.code = code ?? 128 + signalNumber(signal);
        });
        resolve({ channel, exit, closed: new Promise((close) => channel.once('close', close)) });
      });
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Hands all of a stream over, at the taker's pace; resolves when the taker has the last of it. */
function deliver(from: Readable, to: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null) => {
      to.off('error', settle);
      if (error instanceof Error) reject(error);
      else resolve();
    };
    to.on('error', settle);
    from.once('end', () => to.write('', settle));
    from.pipe(to, { end: false });
  });
}

/** Passes the input on, its end included; the function returned stops that and leaves the input to others. */
function feed(from: Readable | null, channel: ClientChannel): () => void {
  if (from === null) {
    channel.end();
    return () => undefined;
  }
  from.pipe(channel);
  const endInput = () => channel.end();
  from.once('error', endInput);
  return () => {
    from.off('error', endInput);
    from.unpipe(channel);
    from.pause();
  };
}

function signalNumber(name: string | undefined): number {
  return Object.entries(constants.signals).find(([signal]) => signal === name)?.[1] ?? 0;
}

const keptBytes = 1024 * 1024;

function keeper(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  let size = 0;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (size < keptBytes) chunks.push(chunk);
      size += chunk.length;
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
