import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client, ClientChannel } from 'ssh2';
import { describe, expect, it, vi } from 'vitest';
import type { HostEvent } from '../../../src/core/events.ts';
import type { UserDataInput } from '../../../src/core/ssh.ts';
import { makeGuestHostKey } from '../../../src/rehearsal/engine/open-ssh-key.ts';
import { dialGuest } from '../../../src/rehearsal/guests/dial-guest.ts';
import { duplexPair } from '../../../src/rehearsal/guests/duplex-pair.ts';
import { serveGuest } from '../../../src/rehearsal/guests/serve-guest.ts';
import { capture } from '../../../src/ssh/channel.ts';
import { connectTo } from '../../../src/ssh/connect.ts';
import { fingerprint } from '../../../src/ssh/key-format.ts';
import { makeLoginKey } from '../../../src/ssh/keys.ts';
import { patienceAt } from '../../../src/ssh/patience.ts';
import { createSsh } from '../../../src/ssh/ssh.ts';
import { userData } from '../../../src/ssh/user-data.ts';
import { hostAt, pathsBelow, sessionWith } from '../../support/lab-session.ts';
import { alpine, bootedWorld, caller, emptyGuestWorld, flatcar, freebsd, launch, logIn, login, machineIn, run, ubuntu } from './guest-world.ts';

const address = '203.0.113.7';
const refused = { code: 'ECONNREFUSED' };

describe('a simulated machine on the network', () => {
  it('refuses until it has booted, answers from then on, cloud-init follows, and it goes down with its connections', async () => {
    // Slow, so that the test is faster than the machine: it moves the clock itself.
    const world = emptyGuestWorld(0.1);
    await expect(dialGuest({ world, address, caller })).rejects.toMatchObject(refused);
    await launch(world);
    await expect(dialGuest({ world, address, caller })).rejects.toMatchObject(refused);
    const [stream, other] = duplexPair();
    const broken = new Promise<void>((resolve) => other.on('close', () => resolve()));
    other.resume();
    await expect(serveGuest({ world, address, stream, caller })).rejects.toMatchObject(refused);
    await broken;

    await world.setClock({ aheadMs: 4_500 });
    const client = await logIn(world);
    expect(await run(client, 'cloud-init status; systemctl is-system-running')).toMatchObject({ code: 1, stdout: 'status: running\nstarting\n' });
    const waiting = run(client, 'cloud-init status --wait --format json');
    await world.setClock({ aheadMs: 7_000 });
    const status = await waiting;
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({ status: 'done', extended_status: 'done', errors: [], recoverable_errors: {}, datasource: 'ec2' });
    expect((await run(client, 'cloud-init status --wait --long')).stdout).toMatch(/^\nstatus: done\nextended_status: done\n/);
    expect(await run(await logIn(world, { address: '10.0.0.7' }), 'hostname')).toMatchObject({ stdout: 'lab-one\n' });
    await expect(dialGuest({ world, address, port: 2222, caller })).rejects.toMatchObject(refused);

    const closed = new Promise<void>((resolve) => client.on('close', () => resolve()));
    expect(await run(client, 'poweroff')).toMatchObject({ code: 1, stderr: 'poweroff: must be superuser (use sudo)\n' });
    expect((await run(client, 'sudo poweroff')).code).toBe(0);
    await closed;
    await expect(dialGuest({ world, address, caller })).rejects.toMatchObject(refused);
    expect((await machineIn(world)).state).toBe('stopping');
    await world.setClock({ aheadMs: 10_000 });
    expect((await machineIn(world)).state).toBe('stopped');
    const journal = await world.journal(100);
    expect(journal.find(({ operation }) => operation === 'guest.power-off')).toMatchObject({ caller: { actor: 'guest' }, ok: true, target: 'i-0aa' });
  });

  it('ends itself where the cloud does so at a shutdown, at the time asked for, unless that is taken back', async () => {
    const world = await bootedWorld({ onShutdown: 'terminate' });
    const client = await logIn(world);
    client.on('error', () => undefined);
    const scheduled = await run(client, 'sudo shutdown -h +30 bye');
    expect(scheduled.stderr).toMatch(/^Shutdown scheduled for \w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, use 'shutdown -c' to cancel\.\n$/);
    expect((await machineIn(world)).guestShutdownAtMs).toBeGreaterThan(world.now() + 29 * 60_000);
    await run(client, 'sudo shutdown -c');
    expect((await machineIn(world)).guestShutdownAtMs).toBeNull();
    await world.setClock({ aheadMs: 3_600_000 });
    expect((await machineIn(world)).state).toBe('running');
    await run(client, 'sudo shutdown +1');
    await world.setClock({ aheadMs: 7_200_000 });
    expect((await machineIn(world)).state).toMatch(/terminat/);
  });

  it('restarts from the inside', async () => {
    const world = await bootedWorld();
    const client = await logIn(world);
    const closed = new Promise<void>((resolve) => client.on('close', () => resolve()));
    await run(client, 'sudo reboot');
    await expect(dialGuest({ world, address, caller })).rejects.toMatchObject(refused);
    await closed;
    await world.setClock({ aheadMs: world.clock().aheadMs + 1_000 });
    expect((await run(await logIn(world), 'hostname')).code).toBe(0);
  });
});

describe('logging in', () => {
  const stranger = makeLoginKey('ed25519', '');
  const denied = { message: 'All configured authentication methods failed' };

  it('takes the keys of metadata and user data, each for its user, and no other', async () => {
    const eve = makeLoginKey('rsa', '');
    const data = `#cloud-config\nssh_authorized_keys: ["${stranger.publicKey}"]\nusers: [default, {name: eve, ssh_authorized_keys: ["${eve.publicKey}"]}]\n`;
    const world = await bootedWorld({ userData: data });
    expect((await run(await logIn(world), 'id -un')).stdout).toBe('ubuntu\n');
    expect((await run(await logIn(world, { privateKey: stranger.privateKeyPem }), 'whoami')).stdout).toBe('ubuntu\n');
    expect((await run(await logIn(world, { username: 'eve', privateKey: eve.privateKeyPem }), 'whoami; pwd')).stdout).toBe('eve\n/home/eve\n');
    await expect(logIn(world, { privateKey: eve.privateKeyPem })).rejects.toMatchObject(denied);
    await expect(logIn(world, { username: 'eve' })).rejects.toMatchObject(denied);
    await expect(logIn(world, { username: 'nobody' })).rejects.toMatchObject(denied);
    await expect(logIn(world, { privateKey: undefined, password: 'x' })).rejects.toMatchObject(denied);
    const root = await run(await logIn(world, { username: 'root' }), 'whoami');
    expect(root).toMatchObject({ code: 142, stdout: 'Please login as the user "ubuntu" rather than the user "root".\n\n' });
  });

  it('as the user, and on the port, that the user data set up', async () => {
    const renamed = await bootedWorld({ keys: [], userData: userData({ ...input, user: 'me', sshPort: 2222 }) });
    expect((await run(await logIn(renamed, { username: 'me', port: 2222 }), 'whoami')).stdout).toBe('me\n');
    await expect(dialGuest({ world: renamed, address, caller })).rejects.toMatchObject(refused);
    const asRoot = await bootedWorld({ keys: [], userData: userData({ ...input, user: 'root' }) });
    expect((await run(await logIn(asRoot, { username: 'root' }), 'id -u; pwd')).stdout).toBe('0\n/root\n');
  });

  it('shows the host key that it was given', async () => {
    const hostKey = makeGuestHostKey();
    const world = await bootedWorld({ userData: userData({ ...input, hostKey }) });
    let shown = '';
    await logIn(world, {
      hostVerifier: (key: Buffer) => {
        shown = fingerprint(key);
        return true;
      },
    });
    expect(shown).toBe(fingerprint(hostKey.publicKey));
  });
});

const input: UserDataInput = {
  init: 'cloud-init',
  hostName: 'lab-one',
  hostKey: makeGuestHostKey(),
  imageUser: 'ubuntu',
  user: 'ubuntu',
  publicKey: login.publicKey,
  sshPort: 22,
  expiresAt: new Date(Date.now() + 4 * 3_600_000).toISOString(),
  ttlMs: 4 * 3_600_000,
  motd: ['A lab'],
  serviceManager: 'systemd',
  userPart: null,
};

describe('what labtui does on a guest', () => {
  const systems = { ubuntu, alpine, freebsd, flatcar };

  it.each(Object.entries(systems))('waits until %s is ready: its host key is replaced, its timer is armed', async (name, system) => {
    const root = mkdtempSync(join(tmpdir(), 'labtui-rehearsed-ready-'));
    try {
      const { init, serviceManager } = system;
      const hostKey = makeGuestHostKey();
      const data = userData({ ...input, hostKey, init, serviceManager, imageUser: name, user: name });
      const world = emptyGuestWorld();
      const paths = pathsBelow(root);
      const ssh = createSsh({
        environment: {},
        homeDir: root,
        patience: patienceAt(30),
        dial: ({ address: to, port }) => dialGuest({ world, address: to, port, caller }),
      });
      const host = hostAt('lab-one', address, { user: name });
      const key = { kind: 'generated', publicKey: login.publicKey, keyType: 'ed25519' } as const;
      const session = sessionWith([host], { key, expiresAt: input.expiresAt });
      await ssh.writeSessionFiles(paths, session, { key, privateKeyPem: login.privateKeyPem }, new Map([['lab-one', hostKey.publicKey]]));
      // It boots from now on: nothing listens yet.
      await launch(world, { system, userData: data, keys: [] });
      const events: HostEvent[] = [];
      const outcome = await ssh.waitUntilReady({ host, session, paths, init, timeoutMs: 60_000, signal: new AbortController().signal, onHost: (event) => events.push(event) });
      expect(outcome).toMatchObject({ ok: true, warnings: [], host: { stage: 'ready', hostKeyTrust: 'injected' } });
      expect(events.map(({ reason }) => reason)).toContain('connection refused');

      const now = await machineIn(world);
      expect(now.hostKey?.publicKey).not.toBe(hostKey.publicKey);
      expect(readFileSync(paths.knownHosts, 'utf8')).toBe(`lab-one ${now.hostKey?.publicKey ?? ''} labtui:replaced\n`);
      expect(outcome.host.hostKeyFingerprint).toBe(fingerprint(now.hostKey?.publicKey ?? ''));
      const again = await ssh.waitUntilReady({ host, session, paths, init, timeoutMs: 60_000, signal: new AbortController().signal, onHost: () => undefined });
      expect(again).toMatchObject({ ok: true, warnings: [] });
      expect((await machineIn(world)).hostKey).toEqual(now.hostKey);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('one whose cloud-init never ends well says so; a timer that was called off is told', async () => {
    const world = await bootedWorld();
    const { cloud, id } = { cloud: 'aws', id: 'i-0aa' } as const;
    await world.call({ cloud, operation: 'test', verb: 'update', subject: 'instance', caller }, (tx) => {
      const instance = tx.get(cloud, id);
      if (instance?.machine !== undefined) tx.put({ ...instance, machine: { ...instance.machine, neverReady: true } });
    });
    const status = await run(await logIn(world), 'cloud-init status --wait --format json');
    expect(status.code).toBe(1);
    expect(JSON.parse(status.stdout)).toMatchObject({ status: 'error', extended_status: 'error', errors: [expect.stringContaining('never gets ready')] });
    const never = emptyGuestWorld();
    await launch(never, { neverReady: true });
    await never.setClock({ aheadMs: 60_000 });
    await expect(dialGuest({ world: never, address, caller })).rejects.toMatchObject(refused);
  });

  it('a host key that is read without its go-ahead, or without being root, changes nothing', async () => {
    const world = await bootedWorld();
    const before = (await machineIn(world)).hostKey;
    const client = await logIn(world);
    expect((await run(client, 'ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/new')).stderr).toBe('ssh-keygen: /etc/ssh/new: Permission denied\n');
    expect((await run(client, 'cat /etc/ssh/ssh_host_ed25519_key')).code).toBe(1);
    expect((await run(client, 'sudo ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key')).code).toBe(0);
    expect((await machineIn(world)).hostKey).toEqual(before);
    await run(client, 'sudo sh -c "ssh-keygen -q -t ed25519 -N \'\' -f /etc/ssh/ssh_host_ed25519_key && systemctl reload ssh"');
    expect((await machineIn(world)).hostKey).not.toEqual(before);
  });
});

describe('load', () => {
  it('20 MB arrive whole with their exit code, and a slow reader is waited for', async () => {
    const world = await bootedWorld();
    const connection = await connectTo({
      target: { name: 'x', address, port: 22, user: 'ubuntu', proxyCommand: null, dial: () => dialGuest({ world, address, caller }) },
      credentials: { privateKeyPem: login.privateKeyPem, agent: null },
      pinnedKeys: [],
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      environment: {},
    });
    const bytes = await new Promise<number>((resolve, reject) => {
      connection.client.exec('dd if=/dev/zero of=- bs=1M count=20; exit 3', (error, channel) => {
        if (error !== undefined) {
          reject(error);
          return;
        }
        let size = 0;
        channel.on('data', (chunk: Buffer) => {
          size += chunk.length;
        });
        channel.on('exit', (code: number) => (code === 3 ? undefined : reject(new Error(`exit code ${code}`))));
        channel.on('close', () => resolve(size));
        channel.stderr.resume();
      });
    });
    expect(bytes).toBe(20 * 1_048_576);
    const echoed = await capture(connection, 'sha256sum', { input: 'x'.repeat(5_000_000) });
    expect(echoed).toMatchObject({ code: 0, stdout: `${createHash('sha256').update('x'.repeat(5_000_000)).digest('hex')}  -\n` });
    connection.close();
  });

  it('20 connections at once, each with its own files and its own exit code', async () => {
    const world = await bootedWorld();
    const clients = await Promise.all(Array.from({ length: 20 }, () => logIn(world)));
    const results = await Promise.all(clients.map((client, n) => run(client, `echo ${n} >/tmp/n; seq 1 20000 | tail -n 1; cat /tmp/n; exit ${n}`)));
    expect(results.map(({ code, stdout }) => [code, stdout])).toEqual(clients.map((_, n) => [n, `20000\n${n}\n`]));
    for (const client of clients) client.end();
  });
});

describe('a terminal, signals', () => {
  const shellOf = (client: Client) =>
    new Promise<{ channel: ClientChannel; text: () => string }>((resolve, reject) => {
      client.shell({ term: 'xterm', cols: 80, rows: 24 }, (error, channel) => {
        if (error !== undefined) {
          reject(error);
          return;
        }
        let seen = '';
        channel.on('data', (chunk: Buffer) => {
          seen += chunk.toString('utf8');
        });
        resolve({ channel, text: () => seen });
      });
    });

  it('an interactive login says that it is simulated, echoes, edits, interrupts, and leaves with its exit code', async () => {
    const client = await logIn(await bootedWorld());
    const { channel, text } = await shellOf(client);
    const exit = new Promise<unknown>((resolve) => channel.on('exit', (code: unknown) => resolve(code)));
    await vi.waitFor(() => expect(text()).toContain('ubuntu@lab-one:~$ '), 60_000);
    expect(text()).toContain('This machine is SIMULATED');
    channel.write('echo abx\x7fc\r');
    await vi.waitFor(() => expect(text()).toContain('\r\nabc\r\n'), 60_000);
    channel.write('sleep 60\r');
    await vi.waitFor(() => expect(text()).toContain('sleep 60\r\n'), 60_000);
    channel.write('\x03');
    await vi.waitFor(() => expect(text()).toContain('^C\r\n'), 60_000);
    channel.write('echo code $?\r');
    await vi.waitFor(() => expect(text()).toContain('code 130\r\n'), 60_000);
    channel.setWindow(40, 100, 0, 0);
    channel.write('for i in 1 2; do\r');
    await vi.waitFor(() => expect(text()).toContain('do\r\n> '), 60_000);
    channel.write('echo turn $i; done; cd /etc\r');
    await vi.waitFor(() => expect(text()).toContain('turn 2\r\nubuntu@lab-one:/etc$ '), 60_000);
    channel.write('cat\rtyped\r\x04tty\r');
    await vi.waitFor(() => expect(text()).toContain('/dev/pts/0\r\n'), 60_000);
    channel.write('exit 9\r');
    expect(await exit).toBe(9);
  });

  it('a signal ends the command and is told', async () => {
    const client = await logIn(await bootedWorld());
    const ended = await new Promise((resolve, reject) => {
      client.exec('while true; do echo x; sleep 0.01; done', (error, channel) => {
        if (error !== undefined) {
          reject(error);
          return;
        }
        channel.once('data', () => channel.signal('TERM'));
        channel.resume();
        channel.on('exit', (code: number | null, signal?: string) => resolve({ code, signal }));
      });
    });
    expect(ended).toEqual({ code: null, signal: 'SIGTERM' });
    const reading = await new Promise((resolve) => {
      client.exec('read line', (_error, channel) => {
        channel.on('exit', (_code: number | null, signal?: string) => resolve(signal));
        setTimeout(() => channel.signal('INT'), 50);
      });
    });
    expect(reading).toBe('SIGINT');
    expect(await run(client, 'timeout 0.05 sleep 5; echo $?')).toMatchObject({ stdout: '124\n' });
    expect(await run(client, 'nohup sleep 100 & echo on')).toMatchObject({ code: 0, stdout: 'on\n' });
  });

  it('a client that goes away leaves nothing running', async () => {
    const world = await bootedWorld();
    let looks = 0;
    const counted = { ...world, read: <T>(work: Parameters<typeof world.read<T>>[0]) => ((looks += 1), world.read(work)) };
    const client = await logIn(counted);
    client.exec('while true; do cloud-init status; sleep 0.01; done | cat', (_error, channel) => channel.resume());
    client.exec('yes', (_error, channel) => channel.pause());
    client.exec('while read -r line; do echo $line; done', () => undefined);
    await vi.waitFor(() => expect(looks).toBeGreaterThan(10), 60_000);
    // Closing one channel ends what runs in it, and breaking the connection the rest.
    await new Promise<void>((resolve) => {
      client.exec('while true; do cloud-init status >/dev/null; done', (_error, channel) => {
        channel.resume();
        setTimeout(() => channel.close(), 50);
        channel.on('close', () => resolve());
      });
    });
    client.destroy();
    // It takes a moment until all of it has heard.
    await vi.waitFor(async () => {
      const before = looks;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(looks - before).toBeLessThan(2);
    }, 60_000);
  });
});
