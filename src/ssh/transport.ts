import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { ConnectError } from './connect-error.ts';
import { proxyArguments, proxyWords } from './proxy-command.ts';

/** Where a machine is and how it is reached. */
export interface Target {
  /** The machine's name: its SSH alias and its key in known_hosts. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly proxyCommand: string | null;
  /** Reaches it without a network or a process, in the place of both. */
  readonly dial?: Dial | undefined;
}

/** A way to a machine that exists in this process only. Rejects as a refused connection does. */
export type Dial = (target: Pick<Target, 'address' | 'port' | 'user'>) => Promise<Duplex>;

/** A byte stream to a machine's SSH port. */
export interface Transport {
  readonly stream: Duplex;
  /** Why the proxy command failed, as far as it says; null where there is none, or nothing to tell. */
  readonly complaint: () => Promise<string | null>;
  /** Ends the connection and the proxy command. */
  close(): void;
}

/**
 * Opens the way to a machine: TCP, or the proxy command's standard input and output. Rejects with a ConnectError, with
 * a LabError (invalid-input) for a proxy command that needs a shell.
 */
export async function openTransport(
  target: Target,
  { timeoutMs, signal, environment }: { timeoutMs: number; signal: AbortSignal; environment: NodeJS.ProcessEnv },
): Promise<Transport> {
  if (signal.aborted) throw new ConnectError('tcp', 'network', 'interrupted');
  if (target.dial !== undefined) return openDialled(await target.dial(target));
  return target.proxyCommand === null ? openTcp(target, timeoutMs, signal) : openProxy(target, target.proxyCommand, environment);
}

function openDialled(stream: Duplex): Transport {
  return { stream, complaint: () => Promise.resolve(null), close: () => void stream.on('error', () => undefined).destroy() };
}

function openTcp({ address, port }: Target, timeoutMs: number, signal: AbortSignal): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, noDelay: true });
    const timer = setTimeout(() => fail(new ConnectError('tcp', 'network', 'no answer')), timeoutMs);
    const onAbort = () => fail(new ConnectError('tcp', 'network', 'interrupted'));
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('error', fail);
    };
    const fail = (error: Error) => {
      settle();
      // A late error of a socket that nobody waits for any more.
      socket.on('error', () => undefined).destroy();
      reject(error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', fail);
    socket.once('connect', () => {
      settle();
      resolve({ stream: socket, complaint: () => Promise.resolve(null), close: () => socket.destroy() });
    });
  });
}

const graceMs = 300;

function openProxy(target: Target, command: string, environment: NodeJS.ProcessEnv): Transport {
  const { name: alias, address, port, user } = target;
  const [file, ...args] = proxyArguments(proxyWords(command, environment), { alias, address, port, user });
  const proxy = execa(file, args, {
    env: environment,
    extendEnv: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
  });
  let said = '';
  proxy.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  let ended: string | null = null;
  const over = proxy.then((result) => {
    if (result.code === 'ENOENT') ended = `there is no ${file}`;
    else if (result.failed) ended = `${file} ended with ${result.exitCode ?? result.signal ?? 'an error'}`;
  });
  const stream = Duplex.from({ readable: proxy.stdout, writable: proxy.stdin });
  return {
    stream,
    complaint: async () => {
      // Its streams close before its end is known.
      await Promise.race([over, delay(graceMs, undefined, { ref: false })]);
      const lastLine = said.trim().split('\n').at(-1) ?? '';
      const why = [ended, lastLine].filter((part) => part !== null && part !== '').join(': ');
      return why === '' ? null : `proxy command: ${why}`;
    },
    close: () => {
      stream.on('error', () => undefined).destroy();
      proxy.kill('SIGTERM');
    },
  };
}
