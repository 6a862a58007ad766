import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GuestSession, guestSession } from '../support/guest/guest-session.ts';
import { startVm, type Vm, vmSkipReason } from '../support/guest/vm.ts';
import { skipLoudly } from '../support/labtui.ts';

/** A user's own cloud-config that would lock labtui out, if it were laid over labtui's in cloud-init's usual way. */
const userPart = `#cloud-config
users: [{ name: colleague, shell: /bin/sh }]
ssh_authorized_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB4nJJ3LpxPGKBHLrLqsbBnG1LjJ1ZGnYjYmVtJzGX0a colleague]
write_files: [{ path: /srv/umlaut, content: "grün\\n" }]
runcmd: [[sh, -c, 'echo "$(id -un) ran" >>/srv/user-part']]
`;

describe.skipIf(skipLoudly('a whole Debian 12 under emulation', vmSkipReason()))('a whole Debian 12, with its own systemd, cloud-init and OpenSSH', () => {
  let dir: string;
  let vm: Vm;
  let session: GuestSession;
  const output = async (command: string) => {
    const { code, stdout, stderr } = await session.exec([command]);
    expect(code, `${command}: ${stderr}`).toBe(0);
    return stdout;
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'labtui-vm-'));
    session = await guestSession({ dir, name: 'debian-vm', user: 'debian', address: '127.0.0.1', userPart, patienceMs: 60_000 });
    vm = await startVm({ userData: session.userData, workDir: dir });
  });
  afterAll(async () => {
    await vm.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('becomes ready, its first login authenticated by a host key that is then replaced', async () => {
    const outcome = await session.waitUntilReady({ port: vm.port, timeoutMs: 480_000 });
    expect(outcome, vm.console().slice(-1_000)).toMatchObject({ ok: true, warnings: [], host: { stage: 'ready', hostKeyTrust: 'injected' } });
    const shown = await output('cat /etc/ssh/ssh_host_*.pub');
    expect(shown).toMatch(/^ssh-ed25519 \S+$/);
    expect(shown).not.toBe(session.injectedHostKey);
    expect((await readFile(session.paths.knownHosts, 'utf8')).trim()).toBe(`debian-vm ${shown} labtui:replaced`);
    expect(await session.waitUntilReady({ port: vm.port })).toMatchObject({ ok: true, warnings: [] });
  });

  it('is what was asked for', async () => {
    expect(await output('cloud-init status')).toBe('status: done');
    expect(await output('hostname; sudo -n id -un; cat /srv/user-part /srv/umlaut; id -un colleague')).toBe('debian-vm\nroot\nroot ran\ngrün\ncolleague');
    expect(await output('sudo true 2>&1; cat /etc/motd')).toMatch(/This machine is the lab of a test\.\nIt's not for long\.$/);
    expect(await output('systemctl --failed --no-legend --plain')).toBe('');
    expect(await output('sudo sshd -T | grep -i ^passwordauthentication')).toBe('passwordauthentication no');
    expect(await session.exec(['sh', '-c', 'echo "$1" >&2; exit 7', '_', "it's $HOME"])).toEqual({ code: 7, stdout: '', stderr: "it's $HOME" });
    expect(await session.openSsh('cat /etc/debian_version; exit 3')).toMatchObject({ code: 3, stdout: expect.stringMatching(/^12\./) as string, stderr: '' });
  });

  it('ends itself at its deadline', async () => {
    const next = await output('systemctl show labtui-ttl.timer -p NextElapseUSecRealtime -p UnitFileState -p ActiveState; systemctl list-timers labtui-ttl.timer --no-legend');
    const at = session.expiresAt.slice(0, 19).replace('T', ' ');
    expect(next).toContain(at);
    expect(next).toContain('ActiveState=active');
    expect(next).toContain('UnitFileState=enabled');
    expect(next).toContain('labtui-ttl.service');
    // The guest's own command, as an extension calls it; here it brings the deadline closer. It takes its time on a busy computer.
    await session.exec(['sudo /usr/local/sbin/labtui-ttl $(($(date +%s) + 45)) 600']);
    await vm.ended;
    expect(vm.console()).toMatch(/Power down|Powering off/);
  });
});
