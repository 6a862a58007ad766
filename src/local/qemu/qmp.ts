import { connect, type Socket } from 'node:net';
import * as z from 'zod';
import { LabError } from '../../core/errors.ts';

/** A machine's monitor. One connection at a time: QEMU answers the next one when this one is closed. */
export interface Monitor {
  /** Sends one command; its `return`. Rejects with a LabError of kind conflict where QEMU refuses it. */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): void;
}

const answer = z.object({
  QMP: z.unknown().optional(),
  return: z.unknown().optional(),
  error: z.object({ class: z.string(), desc: z.string() }).optional(),
  event: z.string().optional(),
  id: z.number().optional(),
});
type Answer = z.output<typeof answer>;

const usualAnswerMs = 10_000;

/**
 * Connects to a monitor (QEMU Machine Protocol, docs/interop/qmp-spec in QEMU) and negotiates. Rejects with the system's error where
 * nothing listens, and with a LabError of kind not-ready where QEMU does not answer in time.
 */
export async function openMonitor(socketFile: string, { answerMs = usualAnswerMs }: { readonly answerMs?: number } = {}): Promise<Monitor> {
  const socket = await connected(socketFile);
  const waiting = new Map<number, (given: Answer | Error) => void>();
  const greeting = 0;
  let lastId = greeting;
  let rest = '';
  const failAll = (error: Error): void => {
    for (const settle of waiting.values()) settle(error);
    waiting.clear();
  };
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((each) => each.trim() !== '')) {
      const message = answer.safeParse(parsed(line));
      if (!message.success || message.data.event !== undefined) continue;
      const id = message.data.QMP !== undefined ? greeting : (message.data.id ?? lastId);
      waiting.get(id)?.(message.data);
      waiting.delete(id);
    }
  });
  socket.on('error', failAll);
  socket.on('close', () => failAll(new Error('the monitor closed the connection')));

  const awaited = (id: number, what: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new LabError({ kind: 'not-ready', summary: `QEMU does not answer ${what} within ${answerMs / 1_000} s` }));
      }, answerMs);
      waiting.set(id, (given) => {
        clearTimeout(timer);
        if (given instanceof Error) reject(given);
        else resolve(given);
      });
    });
  const execute: Monitor['execute'] = async (command, args) => {
    const id = ++lastId;
    const given = awaited(id, command);
    socket.write(`${JSON.stringify({ execute: command, ...(args === undefined ? {} : { arguments: args }), id })}\n`);
    const { error, return: result } = await given;
    if (error !== undefined) throw new LabError({ kind: 'conflict', code: error.class, summary: `QEMU refused ${command}: ${error.desc}` });
    return result;
  };
  try {
    await awaited(greeting, 'the connection');
    await execute('qmp_capabilities');
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return { execute, close: () => socket.destroy() };
}

/** Does some work on a machine's monitor and closes it. */
export async function withMonitor<T>(socketFile: string, work: (monitor: Monitor) => Promise<T>, options: { readonly answerMs?: number } = {}): Promise<T> {
  const monitor = await openMonitor(socketFile, options);
  try {
    return await work(monitor);
  } finally {
    monitor.close();
  }
}

function connected(file: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: file });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
