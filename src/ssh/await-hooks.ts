import { connect as connectTcp } from 'node:net';
import { LabError } from '../core/errors.ts';
import { joinSignals } from '../core/joined-signal.ts';
import type { HookOutcome, HookRequest } from '../core/ssh.ts';
import { capture } from './channel.ts';
import { addressOf } from './config.ts';
import type { Connection } from './connect.ts';
import { ConnectError } from './connect-error.ts';
import { longer, type Patience, pause } from './patience.ts';
import { connectToHost, refusalOf } from './session-connection.ts';
import type { Dial } from './transport.ts';

export interface HookContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly patience: Patience;
  readonly dial?: Dial | undefined;
}

/** What is waited for; `attempt` resolves to null where it is reached, else to why it is not. */
interface Condition {
  readonly shown: string;
  readonly attempt: (connection: Connection) => Promise<string | null>;
}

/**
 * Waits until every command has ended with 0 and every port answers, one after the other, connecting again where the machine restarts
 * meanwhile. Resolves with which was not reached in time and what it said last.
 */
export async function awaitHooks(request: HookRequest, context: HookContext): Promise<HookOutcome> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), request.hooks.timeoutMs);
  const { signal, leave } = joinSignals(request.signal, over.signal);
  let connection: Connection | null = null;
  const logIn = async (): Promise<Connection> => {
    if (connection !== null && connection.brokenBy() === null) return connection;
    connection = await connectToHost({ ...request, signal, environment: context.environment, dial: context.dial });
    return connection;
  };
  const end = () => connection?.close();
  signal.addEventListener('abort', end);
  try {
    for (const condition of conditionsOf(request, context.dial === undefined)) {
      request.onWait(condition.shown);
      const why = await untilReached(condition, logIn, signal, context.patience);
      if (why !== null) return { ok: false, interrupted: request.signal.aborted, reason: `${condition.shown} is not reached in time: ${why}` };
    }
    return { ok: true };
  } finally {
    clearTimeout(timer);
    leave();
    signal.removeEventListener('abort', end);
    end();
  }
}

function conditionsOf({ hooks, host }: HookRequest, fromHere: boolean): readonly Condition[] {
  return [
    ...hooks.ports.map((port): Condition => ({ shown: `--wait-port ${port}`, attempt: (connection) => tryPort(connection, port, fromHere ? addressOf(host) : null) })),
    ...hooks.commands.map((command): Condition => ({ shown: `--wait-for '${command}'`, attempt: (connection) => tryCommand(connection, command) })),
  ];
}

async function untilReached({ attempt }: Condition, logIn: () => Promise<Connection>, signal: AbortSignal, patience: Patience): Promise<string | null> {
  let why = 'it was not tried';
  for (let pauseMs = patience.firstPauseMs; !signal.aborted; pauseMs = longer(pauseMs, patience)) {
    try {
      const reason = await attempt(await logIn());
      if (reason === null) return null;
      if (!stopped(signal)) why = reason;
    } catch (error) {
      if (!(error instanceof ConnectError || error instanceof LabError)) throw error;
      if (!stopped(signal)) why = error.message;
    }
    await pause(pauseMs, signal);
  }
  return why;
}

/** What an abort breaks tells nothing about the machine. */
function stopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function tryCommand(connection: Connection, command: string): Promise<string | null> {
  const { code, stdout, stderr } = await capture(connection, command);
  if (code === 0) return null;
  const said = (stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '';
  return `it ended with ${code}${said === '' ? '' : `: ${said.slice(0, 300)}`}`;
}

/** Through SSH, as the machine reaches it itself; where its SSH server forbids that, from here. */
async function tryPort(connection: Connection, port: number, address: string | null): Promise<string | null> {
  const refusal = await new Promise<string | null>((resolve) => {
    connection.client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, (error, channel) => {
      if (error === undefined) channel.close();
      resolve(error === undefined ? null : refusalOf(error));
    });
  });
  if (refusal === null || address === null || !/prohibited|not permitted/i.test(refusal)) return refusal;
  return (await answersTcp(address, port)) ? null : `its SSH server forwards nothing (${refusal}), and ${address}:${port} does not answer from here`;
}

const tcpTimeoutMs = 5_000;

function answersTcp(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port, timeout: tcpTimeoutMs });
    const settle = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', () => settle(true)).once('timeout', () => settle(false)).once('error', () => settle(false));
  });
}
