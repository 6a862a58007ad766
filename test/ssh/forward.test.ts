import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LabError } from '../../src/core/errors.ts';
import type { ForwardEvent } from '../../src/core/port-mapping.ts';
import { errnoOf } from '../../src/platform/errno.ts';
import { forwardPorts, type ForwardRequest } from '../../src/ssh/forward.ts';
import { skipLoudly } from '../support/labtui.ts';
import { type LoopbackLab, sshdSkipReason, startLoopbackLab } from '../support/loopback-sshd.ts';

/** Answers what it is sent once that has ended, behind a greeting. */
function startEcho(): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const chunks: Buffer[] = [];
    socket.on('error', () => undefined).on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => socket.end(Buffer.concat([Buffer.from('got '), ...chunks])));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function ask(port: number, bytes: Buffer | string): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.end(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

describe.skipIf(skipLoudly('forward through a real sshd', sshdSkipReason()))('forward', () => {
  let lab: LoopbackLab;
  let echo: Server;
  let end: AbortController;
  beforeEach(async () => {
    [lab, echo] = await Promise.all([startLoopbackLab(), startEcho()]);
    end = new AbortController();
  });
  afterEach(async () => {
    end.abort('SIGINT');
    await lab.close();
    echo.close();
  });

  const echoPort = () => (echo.address() as AddressInfo).port;
  const start = (mappings: ForwardRequest['mappings']) => {
    const events: ForwardEvent[] = [];
    const done = forwardPorts({ session: lab.record, paths: lab.paths, host: lab.host, signal: end.signal, environment: {}, mappings, onEvent: (event) => events.push(event) });
    const ports = async () => {
      await vi.waitFor(() => expect(events.filter(({ kind }) => kind === 'listening')).toHaveLength(mappings.length), 60_000);
      return events.flatMap((event) => (event.kind === 'listening' ? [event.port] : []));
    };
    return { events, done, ports };
  };

  it('carries bytes both ways, ends included, and many at once', async () => {
    const { done, ports } = start([{ bind: '127.0.0.1', port: 0, host: 'localhost', hostPort: echoPort() }, { bind: '127.0.0.1', port: 0, host: '127.0.0.1', hostPort: echoPort() }]);
    const [first = 0, second = 0] = await ports();
    const large = Buffer.alloc(5_000_000, 'b');
    expect((await ask(first, large)).equals(Buffer.concat([Buffer.from('got '), large]))).toBe(true);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(second, `n${index}`)));
    expect(answers.map(String)).toEqual(Array.from({ length: 20 }, (_, index) => `got n${index}`));
    end.abort('SIGINT');
    await done;
    await expect(ask(first, 'x')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('connects again after a cut, with the port open meanwhile', async () => {
    const { events, ports, done } = start([{ bind: '127.0.0.1', port: 0, host: 'localhost', hostPort: echoPort() }]);
    const [port = 0] = await ports();
    lab.refuse(true);
    lab.cut();
    await vi.waitFor(() => expect(events.map(({ kind }) => kind)).toContain('not-yet'), 60_000);
    const waiting = ask(port, 'patient');
    lab.refuse(false);
    expect(String(await waiting)).toBe('got patient');
    expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['lost', 'connected-again']));

    // Another machine at the address is no machine to go on with.
    lab.showOtherKey();
    lab.cut();
    await expect(done).rejects.toMatchObject({ problem: { summary: expect.stringContaining('not the pinned') as string } });
  });

  it('says what refuses: the machine, for a port where nothing listens; this computer, for one in use', async () => {
    const { events, ports } = start([{ bind: '127.0.0.1', port: 0, host: '127.0.0.1', hostPort: 1 }]);
    const [port = 0] = await ports();
    // What was sent and never read makes the end a reset.
    const answer = await ask(port, 'x').catch((error: unknown) => (errnoOf(error) === 'ECONNRESET' ? '' : Promise.reject(error as Error)));
    expect(String(answer)).toBe('');
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ kind: 'refused', reason: 'Connection refused' }), 60_000);
    const taken: unknown = await start([{ bind: '127.0.0.1', port, host: 'localhost', hostPort: 80 }]).done.then(() => null, (error: unknown) => error);
    expect(taken).toBeInstanceOf(LabError);
    expect(taken).toMatchObject({ problem: { kind: 'conflict', summary: `127.0.0.1:${port} is in use` } });
  });
});
