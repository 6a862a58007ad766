import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LabError } from '../../src/core/errors.ts';
import type { SessionKey } from '../../src/core/session.ts';
import { execRemote, type ExecRequest } from '../../src/ssh/exec.ts';
import { makeHostKey } from '../../src/ssh/host-key.ts';
import { makeLoginKey } from '../../src/ssh/keys.ts';
import { writeSessionFiles } from '../../src/ssh/session-files.ts';
import { hostAt, pathsBelow, sessionWith } from '../support/lab-session.ts';
import { type SshGuest, startSshGuest } from '../support/ssh-server.ts';

const loginKey = makeLoginKey('ed25519', 'labtui');
const hostKey = makeHostKey();
const generated: SessionKey = { kind: 'generated', publicKey: loginKey.publicKey };

let root: string;
let guest: SshGuest;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'labtui-exec-'));
  guest = await startSshGuest({ hostKeyPem: hostKey.privateKeyPem, authorizedKeys: [loginKey.publicKey] });
});
afterEach(async () => {
  await guest.close();
  rmSync(root, { recursive: true, force: true });
});

class Sink extends Writable {
  text = '';
  bytes = 0;
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.bytes += chunk.length;
    if (this.bytes < 100_000) this.text += chunk.toString('utf8');
    done();
  }
}

async function request(command: readonly string[], options: Partial<ExecRequest> & { key?: SessionKey } = {}): Promise<ExecRequest> {
  const host = hostAt('lab', '127.0.0.1', { port: guest.port });
  const key = options.key ?? generated;
  const session = sessionWith([host], { key });
  const paths = pathsBelow(root);
  await writeSessionFiles(
    paths,
    session,
    { key, privateKeyPem: key.kind === 'generated' ? loginKey.privateKeyPem : null },
    new Map([['lab', hostKey.publicKey]]),
  );
  return {
    session,
    paths,
    host,
    command,
    stdin: null,
    stdout: new Sink(),
    stderr: new Sink(),
    signal: new AbortController().signal,
    environment: {},
    ...options,
  };
}

async function run(command: readonly string[], options: Parameters<typeof request>[1] = {}) {
  const stdout = new Sink();
  const stderr = new Sink();
  const code = await execRemote(await request(command, { stdout, stderr, ...options }));
  return { code, stdout: stdout.text, stderr: stderr.text, bytes: stdout.bytes };
}

describe('exec', () => {
  it('gives the command\'s own exit code, output and errors', async () => {
    expect(await run(['echo out; echo err >&2; exit 7'])).toMatchObject({ code: 7, stdout: 'out\n', stderr: 'err\n' });
    expect(await run(['true'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(await run(['kill -KILL $$'])).toMatchObject({ code: 137 });
  });

  it('leaves one argument to the remote shell, and hands several over as they are', async () => {
    expect(await run(['printf "<%s>" a "b c"'])).toMatchObject({ stdout: '<a><b c>' });
    const awkward = ['b c', "it's", '$HOME', '`id`', '', '*', 'a\nb', '"', '\\'];
    expect(await run(['printf', '<%s>', ...awkward])).toMatchObject({ stdout: awkward.map((word) => `<${word}>`).join('') });
  });

  it('passes input on, its end included, and survives a command that does not read it', async () => {
    const megabytes = Readable.from((function* () {
      for (let index = 0; index < 64; index += 1) yield Buffer.alloc(65_536, 'x');
    })());
    expect(await run(['wc -c'], { stdin: megabytes })).toMatchObject({ code: 0, stdout: `${64 * 65_536}\n` });

    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(65_536, 'y'));
      },
    });
    expect(await run(['head -c 3'], { stdin: endless })).toMatchObject({ code: 0, stdout: 'yyy' });
    expect(endless.isPaused()).toBe(true);
    expect(await run(['cat'])).toMatchObject({ code: 0, stdout: '' });
  });

  it('delivers large output whole to a slow reader, without piling it up', async () => {
    let most = 0;
    let bytes = 0;
    const slow = new Writable({
      highWaterMark: 65_536,
      write(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        most = Math.max(most, slow.writableLength);
        setTimeout(done, 1);
      },
    });
    expect(await run(['head -c 24000000 /dev/zero'], { stdout: slow })).toMatchObject({ code: 0 });
    expect(bytes).toBe(24_000_000);
    expect(most).toBeLessThan(4 * 1024 * 1024);
  });

  it('ends like a pipe whose reader went away', async () => {
    const gone = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    expect(await run(['while true; do echo y; done'], { stdout: gone })).toMatchObject({ code: 141 });
  });

  it('interrupts the remote command: its trap runs, the code is the signal\'s', async () => {
    const controller = new AbortController();
    const stdout = new Sink();
    const running = run(['trap "echo stopped; exit 130" INT; echo started; while true; do sleep 0.1; done'], { stdin: new PassThrough(), stdout, signal: controller.signal });
    await vi.waitFor(() => expect(stdout.text).toContain('started'), 60_000);
    controller.abort('SIGINT');
    expect(await running).toMatchObject({ code: 130 });
    expect(stdout.text).toContain('stopped');

    const deaf = new AbortController();
    const output = new Sink();
    const stuck = run(['trap "" TERM; echo started; sleep 60'], { stdout: output, signal: deaf.signal });
    await vi.waitFor(() => expect(output.text).toContain('started'), 60_000);
    deaf.abort('SIGTERM');
    expect(await stuck).toMatchObject({ code: 143 });
  });

  it('fails with 255 where the connection does: refused, broken, another host key', async () => {
    const failure = async (options: Promise<unknown>) => {
      const error: unknown = await options.then(() => null, (caught: unknown) => caught);
      if (!(error instanceof LabError)) throw new Error(`expected a LabError, got ${String(error)}`);
      return { exitCode: error.exitCode, summary: error.problem.summary };
    };
    const broken = run(['sleep 30']);
    await vi.waitFor(() => expect(guest.commands).toHaveLength(1), 60_000);
    guest.dropConnections();
    expect(await failure(broken)).toMatchObject({ exitCode: 255, summary: expect.stringMatching(/^lab: .*(closed|reset)/) as string });

    guest.behaviour.authorizedKeys = [];
    expect(await failure(run(['true']))).toMatchObject({ exitCode: 255, summary: 'lab: Permission denied (publickey)' });
    await guest.showKey(makeHostKey().privateKeyPem);
    expect(await failure(run(['true']))).toMatchObject({ exitCode: 255, summary: expect.stringContaining('not the pinned') as string });
    const elsewhere = await request(['true'], { host: hostAt('lab', '127.0.0.1', { port: 1 }) });
    expect(await failure(execRemote(elsewhere))).toEqual({ exitCode: 255, summary: 'lab: connection refused' });
  });

  it('logs in with a key that only the agent has, showing the server that one alone', async () => {
    const socket = join(root, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    try {
      const env = { SSH_AUTH_SOCK: socket, PATH: process.env.PATH };
      const add = (pem: string, name: string) => {
        writeFileSync(join(root, name), pem, { mode: 0o600 });
        execFileSync('ssh-add', ['-q', join(root, name)], { env, stdio: 'pipe' });
      };
      await vi.waitFor(() => add(makeLoginKey('ed25519', 'other').privateKeyPem, 'other'), 60_000);
      add(loginKey.privateKeyPem, 'mine');
      const key: SessionKey = { kind: 'existing', publicKey: loginKey.publicKey, privateKeyFile: null };
      expect(await run(['echo in'], { key, environment: env })).toMatchObject({ code: 0, stdout: 'in\n' });
      expect(guest.refusedKeys()).toBe(0);
      await expect(run(['echo in'], { key })).rejects.toMatchObject({ problem: { kind: 'prerequisite' } });
    } finally {
      agent.kill();
    }
  });

  it('does not touch a stream it was only lent', async () => {
    const stdin = new PassThrough();
    const stdout = new Sink();
    await run(['true'], { stdin, stdout });
    expect(stdout.writableEnded).toBe(false);
    expect(stdin.listenerCount('data')).toBe(0);
  });
});
