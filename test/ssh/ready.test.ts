import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host, HostEvent } from '../../src/core/events.ts';
import type { SessionRecord } from '../../src/core/session.ts';
import type { HostKey, PreparedKey, ReadyOutcome, ReadyRequest, Ssh } from '../../src/core/ssh.ts';
import { fingerprint, withoutComment } from '../../src/ssh/key-format.ts';
import { makeLoginKey } from '../../src/ssh/keys.ts';
import type { Patience } from '../../src/ssh/patience.ts';
import { createSsh } from '../../src/ssh/ssh.ts';
import { hostAt, pathsBelow, sessionWith } from '../support/lab-session.ts';
import { type SshGuest, startSshGuest } from '../support/ssh-server.ts';

const patience: Patience = {
  firstPauseMs: 50,
  lastPauseMs: 100,
  loginMs: 15_000,
  permissionMs: 600,
  otherHostKeyMs: 600,
  publishedMs: 400,
  rotationMs: 60_000,
  newKeyMs: 1_000,
};
const name = 'kernel-lab-aws';

let root: string;
let ssh: Ssh;
let guest: SshGuest;
let hostKey: HostKey;
let loginKey: PreparedKey;
let session: SessionRecord;
let host: Host;
let events: HostEvent[];
const paths = () => pathsBelow(root);

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'labtui ready-'));
  ssh = createSsh({ environment: { PATH: process.env.PATH }, homeDir: root, patience });
  hostKey = ssh.hostKey();
  loginKey = await ssh.prepareKey({ key: 'generate', keyType: 'ed25519', allowFrom: 'auto', port: 22, proxyCommand: null, timeoutMs: 1 });
  guest = await startSshGuest({ hostKeyPem: hostKey.privateKeyPem, authorizedKeys: [publicKey()] });
  await given({});
  events = [];
});
afterEach(async () => {
  await guest.close();
  rmSync(root, { recursive: true, force: true });
});

function publicKey(): string {
  if (loginKey.key.kind !== 'generated') throw new Error('not generated');
  return loginKey.key.publicKey;
}

/** The session as it is when Terraform is done. */
async function given(options: { port?: number; proxyCommand?: string; expiresAt?: string; hostKeys?: ReadonlyMap<string, string> }): Promise<void> {
  host = hostAt(name, '127.0.0.1', { port: options.port ?? guest.port });
  session = sessionWith([host], { key: loginKey.key, ...options });
  await ssh.writeSessionFiles(paths(), session, loginKey, options.hostKeys ?? new Map([[name, hostKey.publicKey]]));
}

function wait(options: Partial<ReadyRequest> = {}): Promise<ReadyOutcome> {
  return ssh.waitUntilReady({
    host,
    session,
    paths: paths(),
    init: 'cloud-init',
    timeoutMs: 60_000,
    signal: new AbortController().signal,
    onHost: (event) => events.push(event),
    ...options,
  });
}

/** The system's ssh, with nothing but the session's config. */
const openSsh = (command: string) => execa('ssh', ['-F', paths().sshConfig, name, command], { reject: false, stdin: 'ignore' });
const told = () => events.map(({ stage, reason }) => [stage, reason]);
const knownHosts = () => readFileSync(paths().knownHosts, 'utf8').trim().split('\n');
const guestKey = () => withoutComment(readFileSync(join(guest.etcSsh, 'ssh_host_ed25519_key.pub'), 'utf8'));

describe('a machine that starts as it should', () => {
  it('is ready: the injected host key is spent, its own is pinned, and nobody else gets a word in', async () => {
    writeFileSync(join(guest.etcSsh, 'ssh_host_rsa_key'), 'old');
    writeFileSync(join(guest.etcSsh, 'ssh_host_rsa_key.pub'), 'old');
    const outcome = await wait();
    expect(outcome).toMatchObject({ ok: true, warnings: [] });
    expect(outcome.host).toMatchObject({
      stage: 'ready',
      reason: null,
      hostKeyTrust: 'injected',
      hostKeyFingerprint: fingerprint(guestKey()),
    });
    expect(guestKey()).not.toBe(hostKey.publicKey);
    expect(knownHosts()).toEqual([`${name} ${guestKey()} labtui:replaced`]);
    expect(readdirSync(guest.etcSsh).sort()).toEqual(['ssh_host_ed25519_key', 'ssh_host_ed25519_key.pub']);
    expect(statSync(join(guest.etcSsh, 'ssh_host_ed25519_key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(guest.etcSsh, 'ssh_host_ed25519_key.pub')).mode & 0o777).toBe(0o644);
    expect(told()).toEqual([
      ['tcp', null],
      ['banner', null],
      ['auth', null],
      ['cloud-init', 'cloud-init: running'],
      ['ready', null],
    ]);
  });

  it('is waited for a second time without being changed again', async () => {
    await wait();
    const before = guestKey();
    expect(await wait()).toMatchObject({ ok: true, warnings: [], host: { hostKeyTrust: 'injected' } });
    expect(guestKey()).toBe(before);
  });

  it('is reached by the system\'s ssh with the written config: own port, spaces in the path, pinned key only', async () => {
    await wait();
    expect(await openSsh('echo hello')).toMatchObject({ exitCode: 0, stdout: 'hello', stderr: '' });
    for (const file of ['config', 'known_hosts', 'id_ed25519', 'id_ed25519.pub']) {
      expect(statSync(join(paths().ssh, file)).mode & 0o777).toBe(0o600);
    }
    await guest.showKey(ssh.hostKey().privateKeyPem);
    expect(await openSsh('echo hello')).toMatchObject({
      exitCode: 255,
      stderr: expect.stringContaining('Host key verification failed') as string,
    });
  });

  it('becomes ready beside others: no pin is lost', async () => {
    // A machine each: two that replaced one guest's host key would rightly mistrust one another's.
    const others = await Promise.all([2, 3, 4].map(() => startSshGuest({ hostKeyPem: hostKey.privateKeyPem, authorizedKeys: [publicKey()] })));
    try {
      const hosts = [guest, ...others].map(({ port }, index) => hostAt(`lab-${index + 1}`, '127.0.0.1', { port }));
      session = sessionWith(hosts, { key: loginKey.key });
      await ssh.writeSessionFiles(paths(), session, loginKey, new Map());
      const outcomes = await Promise.all(hosts.map((one) => wait({ host: one })));
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, true]);
      expect(knownHosts().map((line) => line.split(' ')[0]).sort()).toEqual(['lab-1', 'lab-2', 'lab-3', 'lab-4']);
    } finally {
      await Promise.all(others.map((other) => other.close()));
    }
  });
});

describe('a machine that takes its time', () => {
  it('is told stage by stage with the reason', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    await new Promise((resolve) => silent.close(resolve));
    await given({ port: address.port });
    guest.behaviour.authorizedKeys = [];
    const waiting = wait();
    await vi.waitFor(() => expect(told()).toContainEqual(['tcp', 'connection refused']), 60_000);

    // The machine begins to listen, silent at first.
    const late = createServer((socket) => {
      setTimeout(() => socket.destroy(), 100);
    });
    await new Promise<void>((resolve) => late.listen(address.port, '127.0.0.1', resolve));
    await vi.waitFor(() => expect(told()).toContainEqual(['banner', 'the connection was closed before the banner']), 60_000);
    await new Promise((resolve) => late.close(resolve));
    await guest.close();

    guest = await startSshGuest({ hostKeyPem: hostKey.privateKeyPem, port: address.port });
    await vi.waitFor(() => expect(told()).toContainEqual(['auth', 'Permission denied (publickey)']), 60_000);
    guest.behaviour.authorizedKeys = [publicKey()];
    expect(await waiting).toMatchObject({ ok: true });
    expect(told().map(([stage]) => stage)).toEqual(expect.arrayContaining(['tcp', 'banner', 'auth', 'cloud-init', 'ready']));
  });

  it('without a banner fails after the time for the first login, saying so', async () => {
    guest.behaviour.bannerDelayMs = null;
    const outcome = await wait({ timeoutMs: 1_000 });
    expect(outcome).toMatchObject({ ok: false, interrupted: false, reason: 'no SSH login within 1 s: no banner yet' });
    expect(outcome.host).toMatchObject({ stage: 'banner' });
  });

  it('a key that stays refused ends the wait before its time', async () => {
    guest.behaviour.authorizedKeys = [];
    const outcome = await wait({ timeoutMs: 60_000 });
    expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('Permission denied (publickey) for') as string });
  });

  it('an abort ends the wait at once, at any stage', async () => {
    guest.behaviour.cloudInit = { code: 0, sleepS: 20 };
    const controller = new AbortController();
    const waiting = wait({ signal: controller.signal });
    await vi.waitFor(() => expect(guest.commands.some((command) => command.includes('cloud-init status'))).toBe(true), 60_000);
    controller.abort('SIGINT');
    expect(await waiting).toMatchObject({ ok: false, interrupted: true, host: { stage: 'cloud-init' } });

    guest.behaviour.bannerDelayMs = null;
    const before = new AbortController();
    const unanswered = wait({ signal: before.signal });
    setTimeout(() => before.abort('SIGINT'), 100);
    expect(await unanswered).toMatchObject({ ok: false, interrupted: true });
  });
});

describe('host keys', () => {
  it('another one, for longer than a start explains, is a failure that says so; nothing is pinned', async () => {
    const stranger = ssh.hostKey();
    await guest.showKey(stranger.privateKeyPem);
    const outcome = await wait();
    expect(outcome).toMatchObject({ ok: false, interrupted: false });
    if (outcome.ok) throw new Error('unreachable');
    expect(outcome.reason).toContain(`host key ${fingerprint(stranger.publicKey)}, not the pinned ${fingerprint(hostKey.publicKey)}`);
    expect(knownHosts()).toEqual([`${name} ${hostKey.publicKey} labtui:injected`]);
    expect(guest.commands).toEqual([]);

    // A server that has keys of other types only is no better.
    await guest.showKey(makeLoginKey('rsa', '').privateKeyPem);
    expect(await wait()).toMatchObject({ ok: false, reason: expect.stringContaining('no host key of the pinned type') as string });
  });

  it('the image\'s own, before cloud-init replaced it, is waited out', async () => {
    ssh = createSsh({ environment: { PATH: process.env.PATH }, homeDir: root, patience: { ...patience, otherHostKeyMs: 60_000 } });
    await guest.showKey(ssh.hostKey().privateKeyPem);
    const waiting = wait();
    await vi.waitFor(() => expect(events.some(({ stage, reason }) => stage === 'auth' && reason?.includes('not the pinned') === true)).toBe(true), 60_000);
    await guest.showKey(hostKey.privateKeyPem);
    expect(await waiting).toMatchObject({ ok: true, host: { hostKeyTrust: 'injected' } });
  });

  it('a guest that refuses keeps the injected one, with a warning', async () => {
    guest.behaviour.sudo = false;
    const outcome = await wait();
    expect(outcome).toMatchObject({ ok: true, host: { hostKeyTrust: 'injected', hostKeyFingerprint: fingerprint(hostKey.publicKey) } });
    if (!outcome.ok) throw new Error('unreachable');
    expect(outcome.warnings).toEqual([expect.stringContaining('sudo: a password is required')]);
    expect(knownHosts()).toEqual([`${name} ${hostKey.publicKey} labtui:injected`]);
    expect(existsSync(join(guest.etcSsh, 'ssh_host_ed25519_key.pub'))).toBe(false);
  });

  it('an sshd that does not hear the reload is restarted', async () => {
    guest.behaviour.reload = 'does nothing';
    expect(await wait()).toMatchObject({ ok: true, warnings: [] });
    expect(knownHosts()).toEqual([`${name} ${guestKey()} labtui:replaced`]);
  });

  it('an sshd that goes on with the old key leaves both pinned, so that its next start locks nobody out', async () => {
    guest.behaviour.reload = 'does nothing';
    guest.behaviour.restart = 'does nothing';
    const outcome = await wait();
    expect(outcome).toMatchObject({ ok: true, warnings: [expect.stringContaining('still shows')] });
    expect(knownHosts()).toEqual([`${name} ${hostKey.publicKey} labtui:injected`, `${name} ${guestKey()} labtui:replaced`]);

    // What a cut-off labtui leaves is the same: the next run finds the guest's own key and forgets the other.
    await guest.showKey(readFileSync(join(guest.etcSsh, 'ssh_host_ed25519_key'), 'utf8'));
    expect(await wait()).toMatchObject({ ok: true, warnings: [], host: { hostKeyFingerprint: fingerprint(guestKey()) } });
    expect(knownHosts()).toEqual([`${name} ${guestKey()} labtui:replaced`]);
  });

  it('that nobody knew are pinned at first use, and the session says so', async () => {
    await given({ hostKeys: new Map() });
    const outcome = await wait({ init: 'none' });
    expect(outcome).toMatchObject({ ok: true, host: { hostKeyTrust: 'first-use', hostKeyFingerprint: fingerprint(hostKey.publicKey) } });
    expect(knownHosts()).toEqual([`${name} ${hostKey.publicKey} labtui:first-use`]);
    await guest.showKey(ssh.hostKey().privateKeyPem);
    expect(await wait({ init: 'none' })).toMatchObject({ ok: false });
  });
});

describe('cloud-init', () => {
  const json = (status: object) => JSON.stringify({ errors: [], recoverable_errors: {}, ...status });

  it('that is degraded makes a machine ready, with a warning that names what went wrong', async () => {
    guest.behaviour.cloudInit = {
      code: 2,
      stdout: `....${json({ status: 'done', recoverable_errors: { DEPRECATED: ['old key'], WARNING: ['no such package: viim'] } })}`,
    };
    expect(await wait()).toMatchObject({
      ok: true,
      warnings: ['cloud-init: degraded: no such package: viim'],
      host: { stage: 'ready', reason: 'cloud-init: degraded: no such package: viim' },
    });
  });

  it('that failed makes the machine not ready, with its errors', async () => {
    guest.behaviour.cloudInit = { code: 1, stdout: json({ status: 'error', errors: ['runcmd exited with 3'] }) };
    expect(await wait()).toMatchObject({ ok: false, reason: 'cloud-init failed: runcmd exited with 3', host: { stage: 'cloud-init' } });
  });

  it('of before --format is asked in its own way', async () => {
    guest.behaviour.cloudInit = { code: 0, stdout: '\nstatus: done\n', refusesFormat: true };
    expect(await wait()).toMatchObject({ ok: true, warnings: [] });
    guest.behaviour.cloudInit = { code: 1, stdout: '\nstatus: error\ntime: now\ndetail:\nmodule runcmd failed\n', refusesFormat: true };
    expect(await wait()).toMatchObject({ ok: false, reason: 'cloud-init failed: module runcmd failed' });
  });

  it('that is not there, or not how the image starts, is not waited for', async () => {
    guest.behaviour.cloudInit = null;
    expect(await wait()).toMatchObject({ ok: true, warnings: [] });
    guest.behaviour.cloudInit = { code: 1 };
    expect(await wait({ init: 'ignition' })).toMatchObject({ ok: true });
  });

  it('may break the connection: it is asked again over a new one', async () => {
    guest.behaviour.cloudInit = { code: 0, sleepS: 20 };
    const waiting = wait();
    await vi.waitFor(() => expect(guest.commands.some((command) => command.includes('cloud-init status'))).toBe(true), 60_000);
    guest.behaviour.cloudInit = { code: 0, stdout: json({ status: 'done' }) };
    guest.dropConnections();
    expect(await waiting).toMatchObject({ ok: true, warnings: [] });
  });
});

describe('the machine\'s own deadline', () => {
  it('that is not armed is a warning', async () => {
    await given({ expiresAt: '2026-11-20T12:00:00.000Z' });
    expect(await wait()).toMatchObject({ ok: true, warnings: [expect.stringContaining('has not armed its own deadline')] });
    writeFileSync(guest.ttlFile, '1 2');
    expect(await wait()).toMatchObject({ ok: true, warnings: [] });
  });
});

describe('a proxy command', () => {
  const pipe = `const s = require('net').connect(+process.argv[2], process.argv[1]); process.stdin.pipe(s).pipe(process.stdout); s.on('error', e => { console.error(e.code); process.exit(1) })`;

  it('is the way to the machine, for labtui and for the system\'s ssh alike', async () => {
    await given({ proxyCommand: `'${process.execPath}' -e "${pipe}" -- 127.0.0.1 %p %r %n` });
    session = sessionWith([{ ...host, publicIp: '192.0.2.1' }], { key: loginKey.key, proxyCommand: session.ssh.proxyCommand });
    await ssh.writeConfig(paths(), session);
    expect(await wait({ host: { ...host, publicIp: '192.0.2.1' } })).toMatchObject({ ok: true });
    expect(await openSsh('echo hello')).toMatchObject({ exitCode: 0, stdout: 'hello' });
  });

  it('says in its own words why it does not work, also when it does not exist', async () => {
    await given({ proxyCommand: `'${process.execPath}' -e "${pipe}" -- %h 1` });
    const enough = new AbortController();
    const waiting = wait({ signal: enough.signal });
    await vi.waitFor(() => expect(told().map(([, why]) => why)).toContainEqual(expect.stringMatching(/proxy command: .*ECONNREFUSED/)), 60_000);
    enough.abort('SIGINT');
    expect(await waiting).toMatchObject({ ok: false });
    await given({ proxyCommand: 'labtui-no-such-program %h %p' });
    expect(await wait({ timeoutMs: 500 })).toMatchObject({ ok: false, reason: expect.stringContaining('there is no labtui-no-such-program') as string });
  });
});
