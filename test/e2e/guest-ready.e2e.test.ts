import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GuestSession, guestSession, type GuestSessionRequest } from '../support/guest/guest-session.ts';
import { type GuestFaults, type Guests, guestSkipReason, startGuests } from '../support/guest/sshd-guest.ts';
import { skipLoudly } from '../support/labtui.ts';

const fedora = 'Fedora-Cloud-Base-AmazonEC2.x86_64-44-20261101.0';

describe.skipIf(skipLoudly('waiting for a real OpenSSH server', guestSkipReason()))('waiting for a real OpenSSH server', () => {
  let guests: Guests;
  let dir: string;
  let count = 0;

  /** A machine and its session: `fails` says what goes wrong on it, `sees` with which user data it really boots. */
  const machine = async (
    fails: GuestFaults = {},
    request: Partial<GuestSessionRequest> = {},
    sees: (session: GuestSession) => { userData: string; publicKeys?: readonly string[] } = ({ userData }) => ({ userData }),
  ) => {
    count += 1;
    const [name, address, id] = [`guest-${count}`, `192.0.2.${count}`, `i-${count}`];
    const session = await guestSession({ dir, name, address, user: 'fedora', proxyCommand: guests.proxyCommand, ...request });
    await guests.setFaults(address, fails);
    await guests.addHost(address, { id, publicKeys: [], imageName: fedora, ...sees(session) });
    return { session, id };
  };
  const pinned = async ({ paths }: GuestSession) => (await readFile(paths.knownHosts, 'utf8')).trim().split('\n').filter((line) => line !== '');

  beforeAll(async () => {
    guests = await startGuests();
    dir = await mkdtemp(join(tmpdir(), 'labtui-e2e-'));
  });
  afterAll(async () => {
    await guests.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('logs in with the host key it handed over, has it replaced, and pins the new one', async () => {
    const { session, id } = await machine({ bootDelayMs: 1_500, cloudInit: { runningMs: 3_000 } }, { userPart: '#!/bin/sh\necho ran >>/srv/user-part\n' });
    const outcome = await session.waitUntilReady();
    expect(outcome).toMatchObject({ ok: true, warnings: [], host: { stage: 'ready', hostKeyTrust: 'injected' } });
    expect(session.events.map(({ stage }) => stage).filter((stage, index, all) => stage !== all[index - 1])).toEqual(['tcp', 'banner', 'auth', 'cloud-init', 'ready']);
    const [line, ...others] = await pinned(session);
    expect(others).toEqual([]);
    expect(line).not.toContain(session.injectedHostKey);
    expect(line).toContain((await guests.file(id, '/etc/ssh/ssh_host_ed25519_key.pub'))!.trim());

    expect(await session.exec(['cat', '/srv/user-part', '/etc/hostname', '/etc/motd'])).toMatchObject({ code: 0, stdout: `ran\nguest-1\nThis machine is the lab of a test.\nIt's not for long.` });
    expect(await session.exec(['sh', '-c', 'exit 7'])).toMatchObject({ code: 7 });
    expect(await session.exec(['cat'], 'from here')).toMatchObject({ stdout: 'from here' });
    expect(await session.openSsh('id -un; sudo -n id -un; exit 3')).toEqual({ code: 3, stdout: 'fedora\nroot', stderr: '' });
    expect(await guests.file(id, '/etc/systemd/system/labtui-ttl.timer')).toContain(`OnCalendar=${session.expiresAt.slice(0, 19).replace('T', ' ')} UTC`);
    expect(await guests.record(id, 'calls.log')).toContain('systemctl enable labtui-ttl.timer');

    const again = await session.waitUntilReady();
    expect(again).toMatchObject({ ok: true, warnings: [] });
    expect(await pinned(session)).toEqual([line]);
  });

  it('says so, and keeps the pin, where the guest does not replace its host key', async () => {
    const { session } = await machine({ rotation: 'refused' });
    const outcome = await session.waitUntilReady();
    expect(outcome).toMatchObject({ ok: true, host: { stage: 'ready' } });
    expect(outcome.ok && outcome.warnings.join()).toMatch(/did not make itself a new host key.*Read-only file system/);
    expect((await pinned(session)).join()).toContain(session.injectedHostKey);
  });

  it('pins at first use, and says so, where no host key was handed over', async () => {
    const { session } = await machine({}, { injectHostKey: false });
    const outcome = await session.waitUntilReady();
    expect(outcome).toMatchObject({ ok: true, host: { hostKeyTrust: 'first-use' } });
    expect(outcome.ok && outcome.warnings).toHaveLength(1);
    expect(await pinned(session)).toHaveLength(1);
  });

  it('reaches another port and a user of the profile, and merges the user\'s cloud-config', async () => {
    const userPart = '#cloud-config\nruncmd: [echo mine >/srv/mine]\nusers: [{ name: guest }]\nhostname: mine\n';
    const { session } = await machine({}, { sshPort: 2222, userPart });
    const outcome = await session.waitUntilReady();
    expect(outcome, JSON.stringify(session.events.at(-1))).toMatchObject({ ok: true, warnings: [] });
    expect((await session.exec(['sh', '-c', 'cat /srv/mine; hostname; id -u guest >/dev/null && echo guest'])).stdout).toBe('mine\nmine\nguest');
  });

  it('gives up with the stage and the reason', async () => {
    const [silent, closed, locked, other, broken, stopped] = await Promise.all([
      machine({ never: 'speaks' }),
      machine({ never: 'listens' }),
      machine({ never: 'admits' }),
      machine({ hostKey: 'other' }),
      machine({ cloudInit: { errors: 'runcmd: no such thing' } }),
      machine({ cloudInit: { runningMs: 3_600_000 } }),
    ]);
    const interrupt = new AbortController();
    const stopping = stopped.session.waitUntilReady({ timeoutMs: 60_000, signal: interrupt.signal });
    const outcomes = await Promise.all([
      silent.session.waitUntilReady({ timeoutMs: 30_000 }),
      closed.session.waitUntilReady({ timeoutMs: 30_000 }),
      locked.session.waitUntilReady({ timeoutMs: 60_000 }),
      other.session.waitUntilReady({ timeoutMs: 60_000 }),
      broken.session.waitUntilReady({ timeoutMs: 60_000 }),
    ]);
    expect(outcomes).toMatchObject([
      { ok: false, interrupted: false, host: { stage: 'banner' } },
      { ok: false, interrupted: false, host: { stage: 'banner' }, reason: expect.stringContaining('Connection refused') as string },
      { ok: false, interrupted: false, host: { stage: 'auth' }, reason: expect.stringContaining('login user or the key') as string },
      { ok: false, interrupted: false, host: { stage: 'auth' }, reason: expect.stringContaining('did not take labtui\'s host key') as string },
      { ok: false, interrupted: false, host: { stage: 'cloud-init' }, reason: 'cloud-init failed: runcmd: no such thing' },
    ]);
    await expect.poll(() => stopped.session.events.at(-1)?.stage, { timeout: 60_000 }).toBe('cloud-init');
    interrupt.abort();
    expect(await stopping).toMatchObject({ ok: false, interrupted: true });
    expect((await pinned(stopped.session)).join()).not.toContain(stopped.session.injectedHostKey);
  });

  it('is ready with a warning where cloud-init is degraded', async () => {
    const { session } = await machine({ cloudInit: { recoverable: 'a warning of a module' } });
    expect(await session.waitUntilReady()).toMatchObject({ ok: true, warnings: ['cloud-init: degraded: a warning of a module'] });
  }, 180_000);

  it('goes on over a restart of the machine', async () => {
    const rebooting = await machine({}, { userPart: '#!/bin/sh\nsleep 3\n[ -e /srv/again ] || { touch /srv/again; reboot; }\n' });
    expect(await rebooting.session.waitUntilReady({ timeoutMs: 60_000 })).toMatchObject({ ok: true });
    expect((await rebooting.session.exec(['ls', '/srv'])).stdout).toContain('again');
  }, 180_000);
});
