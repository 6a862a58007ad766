import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadyHooks } from '../../../src/core/ready-hooks.ts';
import type { SessionPaths, SessionRecord } from '../../../src/core/session.ts';
import type { World } from '../../../src/rehearsal/engine/world.ts';
import { dialGuest } from '../../../src/rehearsal/guests/dial-guest.ts';
import { copyRemote } from '../../../src/ssh/copy/copy.ts';
import { execRemote } from '../../../src/ssh/exec.ts';
import { patienceAt } from '../../../src/ssh/patience.ts';
import { createSsh } from '../../../src/ssh/ssh.ts';
import type { Dial } from '../../../src/ssh/transport.ts';
import { hostAt, pathsBelow, sessionWith } from '../../support/lab-session.ts';
import { bootedWorld, caller, launch, login, machineIn } from './guest-world.ts';

const key = { kind: 'generated', publicKey: login.publicKey } as const;
const signal = new AbortController().signal;

describe('labtui on simulated machines', () => {
  let root: string;
  let world: World;
  let paths: SessionPaths;
  let session: SessionRecord;
  let dial: Dial;
  const [first, second] = [hostAt('one', '203.0.113.7', { user: 'ubuntu', privateIp: '10.0.0.7' }), hostAt('two', '203.0.113.8', { user: 'ubuntu' })];
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'labtui-reached-'));
    const memory = await bootedWorld();
    world = memory;
    await launch(world, { id: 'i-0bb', publicIp: '203.0.113.8' });
    await memory.setClock({ aheadMs: world.clock().aheadMs + 700 });
    dial = ({ address, port }) => dialGuest({ world, address, port, caller });
    // A machine makes its host key when it is first asked for it.
    for (const address of ['203.0.113.7', '203.0.113.8']) (await dial({ address, port: 22, user: 'ubuntu' })).destroy();
    await expect.poll(async () => (await machineIn(world, 'i-0bb')).hostKey).not.toBeNull();
    paths = pathsBelow(root);
    session = sessionWith([first, second], { key });
    const keys = await Promise.all([['one', 'i-0aa'] as const, ['two', 'i-0bb'] as const].map(async ([name, id]) => [name, (await machineIn(world, id)).hostKey?.publicKey ?? ''] as const));
    mkdirSync(paths.ssh, { recursive: true });
    await createSsh({ environment: {}, homeDir: root }).writeSessionFiles(paths, session, { key, privateKeyPem: login.privateKeyPem }, new Map(keys));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const runOn = async (host: typeof first, command: readonly string[], jump?: typeof first) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const code = await execRemote({ session, paths, host, jump, command, stdin: null, stdout, stderr, signal, environment: {}, dial });
    return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
  };

  it('cp takes a tree there and back, and exec sees it', async () => {
    mkdirSync(join(root, 'src', 'deep'), { recursive: true });
    writeFileSync(join(root, 'src', 'deep', 'run.sh'), 'echo ran\n', { mode: 0o755 });
    writeFileSync(join(root, 'src', 'large'), Buffer.alloc(700_000, 'l'));
    const request = { session, paths, host: first, signal, environment: {}, dial, dereference: false, onProgress: () => undefined };
    expect(await copyRemote({ ...request, direction: 'up', source: join(root, 'src'), target: '' })).toMatchObject({ target: 'src', files: 2, directories: 2 });
    expect(await runOn(first, ['sh src/deep/run.sh; wc -c < src/large'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ran\n\s*700000\n$/) as string });
    expect(await copyRemote({ ...request, direction: 'down', source: 'src/.', target: join(root, 'back') })).toMatchObject({ files: 2 });
    expect(statSync(join(root, 'back', 'deep', 'run.sh')).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(root, 'back', 'large')).equals(readFileSync(join(root, 'src', 'large')))).toBe(true);
    await expect(copyRemote({ ...request, direction: 'up', source: join(root, 'src'), target: '/etc/src' })).rejects.toMatchObject({ problem: { kind: 'permission', summary: 'one:/etc/src: permission denied' } });
    expect((await runOn(second, ['ls'])).stdout).toBe('');
  });

  it('exec reaches one machine through the other', async () => {
    expect(await runOn(second, ['echo through > here; cat here'], first)).toMatchObject({ code: 0, stdout: 'through\n' });
    expect((await runOn(second, ['cat here'])).stdout).toBe('through\n');
    expect((await runOn(first, ['ls'])).stdout).toBe('');
  });

  it('readiness hooks: reached, or named with what was said last', async () => {
    const ssh = createSsh({ environment: {}, homeDir: root, patience: patienceAt(30), dial });
    const said: string[] = [];
    const wait = (hooks: ReadyHooks) => ssh.awaitHooks({ session, paths, host: first, hooks, signal, onWait: (flag) => said.push(flag) });
    expect(await wait({ commands: ['test -e /tmp/done || { touch /tmp/done; false; }'], ports: [22], timeoutMs: 60_000 })).toEqual({ ok: true });
    expect(said).toEqual(['--wait-port 22', "--wait-for 'test -e /tmp/done || { touch /tmp/done; false; }'"]);
    expect(await wait({ commands: ['echo not today >&2; exit 4'], ports: [], timeoutMs: 10_000 })).toEqual({
      ok: false,
      interrupted: false,
      reason: "--wait-for 'echo not today >&2; exit 4' is not reached in time: it ended with 4: not today",
    });
    expect(await wait({ commands: [], ports: [80], timeoutMs: 1_500 })).toMatchObject({ ok: false, reason: expect.stringMatching(/^--wait-port 80 is not reached in time: \S/) as string });
  });
});
