import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UserDataInput } from '../../src/core/ssh.ts';
import { guestSetup } from '../../src/ssh/guest-setup.ts';

const in4Hours = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 4 * 3_600_000);
/** What may have passed since. */
const slackS = 300;
const usual: UserDataInput = {
  init: 'cloud-init',
  hostName: 'kernel-lab-aws',
  hostKey: null,
  imageUser: 'fedora',
  user: 'fedora',
  publicKey: null,
  sshPort: 22,
  expiresAt: in4Hours.toISOString(),
  ttlMs: 4 * 3_600_000,
  motd: ["This machine's a lab.", '$(date) `id` % end'],
  serviceManager: 'systemd',
  userPart: null,
};

/** A file system of its own in a temporary directory; the script runs unchanged but for the roots of its paths. */
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'labtui-setup-'));
  for (const directory of ['etc/ssh', 'etc/systemd/system', 'var/lib', 'var/run', 'usr', 'bin']) mkdirSync(join(root, directory), { recursive: true });
  stub('systemctl', `echo "$*" >>${root}/systemctl.log`);
  for (const name of ['semanage', 'firewall-offline-cmd']) stub(name, `echo "${name} $*" >>${root}/calls.log`);
  stub('firewall-cmd', 'exit 252');
  stub('restorecon', ':');
  stub('nohup', `echo "$*" >>${root}/background.log`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function stub(name: string, text: string): void {
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(root, 'bin', name), 0o755);
}
const at = (path: string) => join(root, path);
const read = (path: string) => readFileSync(at(path), 'utf8');

function boot(input: Partial<UserDataInput>, systemd = true): void {
  if (systemd) mkdirSync(at('run/systemd/system'), { recursive: true });
  const script = guestSetup({ ...usual, ...input }) ?? '';
  const rooted = script.replaceAll(/(?<![\w.$}/*])\/(etc|run|var|usr|sys)\//g, `${root}/$1/`);
  const file = at('setup.sh');
  writeFileSync(file, rooted, { mode: 0o700 });
  const run = spawnSync(file, { env: { PATH: `${root}/bin:${process.env.PATH ?? ''}`, LC_ALL: 'C' }, encoding: 'utf8' });
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
}

/** What was left running, once it is that many. */
async function background(count: number): Promise<readonly string[]> {
  // The shell makes the file before the stub writes its line.
  const lines = () => (existsSync(at('background.log')) ? read('background.log').split('\n').slice(0, -1) : []);
  await vi.waitFor(() => expect(lines()).toHaveLength(count), 60_000);
  return lines();
}

describe('the guest\'s own set-up', () => {
  it('arms a timer at the deadline that survives a restart and does not trust the clock alone', () => {
    boot({});
    const timer = read('etc/systemd/system/labtui-ttl.timer');
    expect(timer).toContain(`OnCalendar=${in4Hours.toISOString().slice(0, 19).replace('T', ' ')} UTC\n`);
    expect(timer).toContain('Persistent=true\nAccuracySec=1s\nRandomizedDelaySec=0\n');
    const bootSeconds = Number(/OnBootSec=(\d+)s/.exec(timer)?.[1]);
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split('.')[0]);
    expect(bootSeconds).toBeGreaterThan(uptime + 4 * 3_600 - slackS);
    expect(bootSeconds).toBeLessThanOrEqual(uptime + 4 * 3_600);
    const service = read('etc/systemd/system/labtui-ttl.service');
    expect(service).toContain('shutdown -P now "labtui: ');
    expect(service).not.toContain('halt');
    expect(read('systemctl.log').trim().split('\n')).toEqual([
      'daemon-reload',
      'enable labtui-ttl.timer',
      'restart --no-block labtui-ttl.timer',
    ]);
  });

  it('writes units that systemd accepts', (context) => {
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
      context.skip('systemd-analyze is not here: the units were NOT checked');
      return;
    }
    boot({});
    const units = ['labtui-ttl.timer', 'labtui-ttl.service'].map((name) => at(`etc/systemd/system/${name}`));
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { encoding: 'utf8' });
    expect(verified.stderr.split('\n').filter((line) => line.includes('labtui'))).toEqual([]);
  });

  it('does it once: a later start changes nothing, a new deadline in new user data does', () => {
    boot({});
    const motd = read('etc/motd');
    expect(motd).toBe("This machine's a lab.\n$(date) `id` % end\n");
    execFileSync(at('usr/local/sbin/labtui-ttl'), ['4102444800', '900'], { env: { PATH: `${root}/bin:${process.env.PATH ?? ''}` } });
    boot({});
    expect(read('etc/motd')).toBe(motd);
    expect(read('etc/systemd/system/labtui-ttl.timer')).toContain('OnCalendar=2100-01-01 00:00:00 UTC');
    boot({ expiresAt: '2099-01-01T00:00:00.000Z' });
    expect(read('etc/systemd/system/labtui-ttl.timer')).toContain('OnCalendar=2099-01-01 00:00:00 UTC');
  });

  it('without systemd, or where it refuses, a process waits for the deadline, again after every start', async () => {
    boot({ serviceManager: 'openrc' }, false);
    const [first = ''] = await background(1);
    const seconds = Number(/sleep (\d+)/.exec(first)?.[1]);
    expect(seconds).toBeGreaterThan(4 * 3_600 - slackS);
    expect(seconds).toBeLessThanOrEqual(4 * 3_600);
    expect(first).toMatch(/shutdown -P now \|\| poweroff$/);
    boot({ serviceManager: 'openrc' }, false);
    await background(2);

    stub('systemctl', 'exit 1');
    boot({ hostName: 'another' });
    await background(3);
  });

  it('puts the message where the login reads it', () => {
    mkdirSync(at('etc/motd.d'));
    boot({});
    expect(read('etc/motd.d/labtui')).toContain('a lab');
    expect(existsSync(at('etc/motd'))).toBe(false);
  });

  it('moves sshd to another port: a file of its own, or at the head of the configuration, no other port left', () => {
    mkdirSync(at('sys/fs/selinux'), { recursive: true });
    writeFileSync(at('sys/fs/selinux/enforce'), '1');
    writeFileSync(at('etc/ssh/sshd_config'), `Include ${root}/etc/ssh/sshd_config.d/*.conf\nPort 22\nX11Forwarding no\n`);
    boot({ sshPort: 2222 });
    expect(read('etc/ssh/sshd_config.d/00-labtui.conf')).toBe('Port 2222\n');
    expect(read('etc/ssh/sshd_config')).toContain('\n#Port 22\nX11Forwarding no\n');
    expect(read('calls.log')).toBe(
      'semanage port -a -t ssh_port_t -p tcp 2222\nfirewall-offline-cmd -q --add-port=2222/tcp\n',
    );

    rmSync(at('etc/ssh/sshd_config.d'), { recursive: true });
    writeFileSync(at('etc/ssh/sshd_config'), '#Include nothing\nport 22\n');
    boot({ sshPort: 2222, user: 'root', hostName: 'another' });
    expect(read('etc/ssh/sshd_config')).toBe('Port 2222\nPermitRootLogin prohibit-password\n#Include nothing\n#port 22\n');
    expect(existsSync(at('etc/ssh/sshd_config.d'))).toBe(false);
    expect(read('systemctl.log')).toContain('--no-block try-restart ssh.socket');
  });

  it('is nothing where there is nothing to do', () => {
    expect(guestSetup({ ...usual, expiresAt: null, ttlMs: null, motd: [] })).toBeNull();
  });
});
