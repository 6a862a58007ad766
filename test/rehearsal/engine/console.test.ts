import { describe, expect, it } from 'vitest';
import { consoleText } from '../../../src/rehearsal/engine/console.ts';
import type { GuestSystem, Machine } from '../../../src/rehearsal/engine/machine.ts';
import { makeGuestHostKey } from '../../../src/rehearsal/engine/open-ssh-key.ts';
import { fingerprint } from '../../../src/ssh/key-format.ts';

const hostKey = makeGuestHostKey();
const bootedAtMs = Date.parse('2026-11-20T08:00:00Z');
const ubuntu: GuestSystem = { distro: 'ubuntu', version: '24.04', title: 'Ubuntu', init: 'cloud-init', serviceManager: 'systemd' };
const machine: Machine = {
  state: 'running',
  hostName: 'ip-10-0-0-7',
  system: ubuntu,
  imageName: 'an-image',
  arch: 'amd64',
  vcpu: 2,
  memoryGb: 4,
  privateIp: '10.0.0.7',
  publicIp: '203.0.113.7',
  launchedAtMs: bootedAtMs - 5_000,
  bootedAtMs,
  sshAtMs: bootedAtMs + 10_000,
  cloudInitAtMs: bootedAtMs + 20_000,
  userData: null,
  defaultUser: 'ubuntu',
  authorizedKeys: [],
  hostKey,
  onShutdown: 'stop',
  guestShutdownAtMs: null,
  deadline: null,
  spot: false,
  preemptedAtMs: null,
  stateReason: null,
  neverReady: false,
};
const at = (seconds: number, change: Partial<Machine> = {}) => consoleText({ ...machine, ...change }, bootedAtMs + seconds * 1_000);

describe('the console of a simulated machine', () => {
  it('says first that it is simulated, and shows the host key as cloud-init does', () => {
    const text = at(30);
    expect(text.split('\n')[0]).toContain('simulated');
    expect(text).toContain('[    0.000000] Linux version 6.8.0-1-simulated');
    expect(text).toContain('[  OK  ] Reached target Multi-User System.');
    const keys = /^-----BEGIN SSH HOST KEY KEYS-----\n(.*)\n-----END SSH HOST KEY KEYS-----$/m.exec(text)?.[1];
    expect(keys).toBe(`${hostKey.publicKey} root@ip-10-0-0-7`);
    expect(text).toContain(
      `<14>Nov 20 08:00:12 cloud-init: -----BEGIN SSH HOST KEY FINGERPRINTS-----\n<14>Nov 20 08:00:12 cloud-init: 256 ${fingerprint(hostKey.publicKey)} root@ip-10-0-0-7 (ED25519)\n<14>Nov 20 08:00:12 cloud-init: -----END SSH HOST KEY FINGERPRINTS-----\n`,
    );
    expect(text).toMatch(/Cloud-init v\. \S+ finished at Fri, 20 Nov 2026 08:00:12 \+0000\./);
    expect(text.endsWith('\nip-10-0-0-7 login: \n')).toBe(true);
  });

  it('only ever grows, whatever the pace, until the machine goes down', () => {
    expect(at(1, { bootedAtMs: null, state: 'pending' })).toBe('');
    expect(at(-1).split('\n')).toHaveLength(2);
    let before = '';
    for (let seconds = 0; seconds < 25; seconds += 0.5) {
      const now = at(seconds);
      expect(now.startsWith(before.replace(/\n$/, '')), String(seconds)).toBe(true);
      before = now;
    }
    expect(at(9)).not.toContain('HOST KEY');
    expect(at(15)).toContain("running 'modules:config'");
    expect(at(15)).not.toContain('login:');
    const fast = consoleText({ ...machine, sshAtMs: bootedAtMs + 300, cloudInitAtMs: bootedAtMs + 600 }, bootedAtMs + 700);
    expect(fast).toBe(before);
    const down = at(100, { state: 'stopping', sshAtMs: null, cloudInitAtMs: null });
    expect(down.startsWith(before.replace(/\n$/, ''))).toBe(true);
    expect(down).toContain('reboot: Power down');
  });

  it('of one that never gets ready hangs', () => {
    const text = at(3_600, { neverReady: true, sshAtMs: null, cloudInitAtMs: null });
    expect(text).toContain('wait-online');
    expect(text).not.toMatch(/login:|HOST KEY|Multi-User/);
  });

  it('is that of the system', () => {
    const alpine = at(60, { system: { distro: 'alpine', version: '3.23', title: 'Alpine Linux', init: 'cloud-init', serviceManager: 'openrc' } });
    expect(alpine).toContain(' * Starting sshd ... [ ok ]');
    expect(alpine).not.toContain('systemd');
    const freebsd = at(60, { system: { distro: 'freebsd', version: '15.1', title: 'FreeBSD', init: 'startup-script', serviceManager: 'rc' } });
    expect(freebsd).toContain('FreeBSD 15.1-RELEASE');
    expect(freebsd).not.toContain('Linux');
    expect(freebsd).not.toContain('HOST KEY');
  });

  it('keeps showing the key of the start after that was replaced', () => {
    const given = makeGuestHostKey();
    const userData = `#cloud-config\nssh_keys:\n  ed25519_private: |\n${given.privateKeyPem.replace(/^(?=.)/gm, '    ')}\n`;
    expect(at(60, { userData })).toContain(given.publicKey);
    expect(at(60, { userData })).not.toContain(hostKey.publicKey);
  });
});
