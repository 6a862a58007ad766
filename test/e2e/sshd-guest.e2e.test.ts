import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amis } from '../support/ec2/ami-catalogue.ts';
import { elementsOf } from '../support/ec2/call-ec2.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { startEc2 } from '../support/ec2/start-ec2.ts';
import { type Guests, guestSkipReason, startGuests } from '../support/guest/sshd-guest.ts';
import { skipLoudly } from '../support/labtui.ts';

/** User data as somebody would write it by hand: two cloud-configs, a boothook and a script. */
function userData(hostKeyPem: string, hostKeyPublic: string, userKey: string | null): string {
  const config = `#cloud-config
hostname: by-hand
manage_etc_hosts: localhost
ssh_deletekeys: true
ssh_keys:
  ed25519_private: |
${hostKeyPem.trim().replaceAll(/^/gm, '    ')}
  ed25519_public: ${hostKeyPublic.trim()}
${userKey === null ? '' : `ssh_authorized_keys: ["${userKey.trim()}"]`}
runcmd: [[sh, -c, 'echo from runcmd >/srv/runcmd']]
write_files: [{ path: /etc/motd, content: "hello\\n" }]
`;
  const mine = `#cloud-config\nhostname: ignored\nruncmd: [echo second >/srv/second]\nwrite_files: [{ path: /srv/late, content: bGF0ZQ==, encoding: b64, permissions: '0640' }]\n`;
  return `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=="

--==
Content-Type: text/cloud-config; charset="utf-8"
Content-Transfer-Encoding: base64

${Buffer.from(config).toString('base64')}
--==
Content-Type: text/cloud-boothook

#!/bin/sh
hostname >/srv/name-at-boothook
--==
Content-Type: text/cloud-config
Merge-Type: list(append)+dict(no_replace,recurse_list)+str()

${mine}
--==
Content-Type: text/x-shellscript; charset="utf-8"
Content-Disposition: attachment; filename="user-data"

#!/bin/sh
echo ran >>/srv/script
sleep 1
--==--
`;
}

describe.skipIf(skipLoudly('the guests', guestSkipReason()))('a guest of the end-to-end tests', () => {
  let guests: Guests;
  let dir: string;
  let data: string;
  let pin: string;

  const keygen = async (name: string) => {
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(dir, name)]);
    return { pem: await readFile(join(dir, name), 'utf8'), line: (await readFile(join(dir, `${name}.pub`), 'utf8')).trim() };
  };
  const ssh = (host: string, command: string, { user = 'fedora', port = 22, through = guests, input = '' } = {}) => {
    const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${join(dir, 'known_hosts')}`, `ProxyCommand=${through.proxyCommand}`];
    const args = ['-F', '/dev/null', '-i', join(dir, 'login'), '-l', user, '-p', String(port), ...options.flatMap((option) => ['-o', option]), ...(command === '' ? ['-tt', host] : [host, command])];
    return execa('ssh', args, { reject: false, timeout: 60_000, input });
  };
  const add = async (host: string, id = `i-${host}`) => {
    await guests.addHost(host, { id, userData: data, publicKeys: [], imageName: 'Fedora-Cloud-Base-AmazonEC2.x86_64-44-20261101.0' });
    await writeFile(join(dir, 'known_hosts'), `* ${pin}\n`);
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'labtui-e2e-'));
    guests = await startGuests();
    const [hostKey, login] = [await keygen('host'), await keygen('login')];
    pin = hostKey.line;
    data = userData(hostKey.pem, hostKey.line, login.line);
  });
  afterAll(async () => {
    await guests.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('boots once from its user data, also when two connect at the same time', async () => {
    await add('192.0.2.1');
    const [first, second] = await Promise.all([
      ssh('192.0.2.1', 'hostname; id -un; sudo id -u; . /etc/os-release; echo "$PRETTY_NAME"; exit 7'),
      ssh('192.0.2.1', 'cloud-init status --wait --format json'),
    ]);
    expect(first.stdout.split('\n'), first.stderr).toEqual(['by-hand', 'fedora', '0', 'Fedora Linux 44']);
    expect(first.exitCode).toBe(7);
    expect(JSON.parse(second.stdout), second.stderr).toMatchObject({ status: 'done', errors: [] });
    const files = await ssh('192.0.2.1', 'sudo cat /srv/script /srv/runcmd /srv/second /srv/late /srv/name-at-boothook; stat -c %a /srv/late; cat /etc/motd; ls /tmp /root 2>&1');
    expect(files.stdout.split('\n').slice(0, 6), files.stderr).toEqual(['ran', 'from runcmd', 'second', 'latelocalhost', '640', 'hello']);
    const shell = await ssh('192.0.2.1', '', { input: 'tty; exit 5\n' });
    expect(shell.stdout).toMatch(/hello[^]*\/dev\/pts\/\d/);
    expect(shell.exitCode).toBe(5);
  });

  it('keeps the host keys it was made to change, each machine its own', async () => {
    await add('192.0.2.2');
    await add('192.0.2.3');
    const fresh = await ssh('192.0.2.2', 'sudo rm /etc/ssh/ssh_host_* && sudo ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key && cat /etc/ssh/ssh_host_ed25519_key.pub');
    expect(fresh.stdout).toMatch(/^ssh-ed25519 /);
    const refused = await ssh('192.0.2.2', 'true');
    expect(refused.exitCode).toBe(255);
    expect(refused.stderr).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED');
    expect((await ssh('192.0.2.3', 'true')).exitCode).toBe(0);
    await writeFile(join(dir, 'known_hosts'), `* ${fresh.stdout}\n`);
    expect((await ssh('192.0.2.2', 'true')).exitCode).toBe(0);
    expect(await guests.file('i-192.0.2.2', '/etc/ssh/ssh_host_ed25519_key.pub')).toContain(fresh.stdout);
  });

  it('listens on the port it was told, lets in nobody else, and says whom to log in as', async () => {
    await add('192.0.2.4');
    expect((await ssh('192.0.2.4', 'true', { port: 2222 })).stderr).toContain('Connection refused');
    expect((await ssh('192.0.2.4', 'true', { user: 'root' })).stdout).toContain('Please login as the user "fedora"');
    await ssh('192.0.2.4', 'echo Port 2222 | sudo tee /etc/ssh/sshd_config.d/port.conf');
    await writeFile(join(dir, 'known_hosts'), `* ${pin}\n`);
    expect((await ssh('192.0.2.4', 'true', { port: 2222 })).exitCode).toBe(0);
    await rm(join(dir, 'login'));
    await rm(join(dir, 'login.pub'));
    await keygen('login');
    expect((await ssh('192.0.2.4', 'true', { port: 2222 })).stderr).toContain('Permission denied (publickey)');
  });

  it('powers off when it is told to, and touches nothing of this computer', async () => {
    data = userData(await readFile(join(dir, 'host'), 'utf8'), pin, await readFile(join(dir, 'login.pub'), 'utf8'));
    await add('192.0.2.5');
    const units = await ssh('192.0.2.5', 'sudo systemctl enable --now ssh && systemctl is-active ssh; systemctl is-active none; sudo shutdown -P +10');
    expect(units.stdout.split('\n')).toEqual(['active', 'inactive']);
    await ssh('192.0.2.5', 'sudo systemctl poweroff');
    expect((await ssh('192.0.2.5', 'true')).stderr).toContain('No route to host');
    expect(await guests.record('i-192.0.2.5', 'calls.log')).toContain('shutdown -P +10\n');
    expect(hostname()).not.toBe('by-hand');
    expect(['/srv/script', '/srv/runcmd', '/srv/late', '/home/fedora'].filter((path) => existsSync(path))).toEqual([]);
  });

  it('boots anew where its first boot was cut off', async () => {
    await add('192.0.2.6');
    const [file = '', script = '', state = ''] = guests.proxyCommand.split(' ');
    const cutOff = execa(file, [script, state, '192.0.2.6', '22'], { reject: false, stdin: 'pipe' });
    await expect.poll(() => existsSync(join(state, 'machines/i-192.0.2.6/records/up')), { timeout: 60_000, interval: 5 }).toBe(true);
    cutOff.kill('SIGKILL');
    await cutOff;
    expect((await ssh('192.0.2.6', 'cloud-init status --wait && sudo cat /srv/script')).stdout).toMatch(/status: done\nran$/);
  });

  it('is the instance that an emulator runs at that address', async (test) => {
    const missing = await missingTools(['moto_server']);
    test.skip(skipLoudly('a guest of the EC2 emulator', missing), missing ?? '');
    const ec2 = await startEc2();
    const instances = await startGuests({ ec2 });
    try {
      await ec2.call('ImportKeyPair', { KeyName: 'login', PublicKeyMaterial: await readFile(join(dir, 'login.pub'), 'base64') });
      const image = amis.find(({ name }) => name.startsWith('Rocky-9-EC2-Base-9.7'))!.id;
      const withoutKey = userData(await readFile(join(dir, 'host'), 'utf8'), pin, null);
      const run = await ec2.call('RunInstances', { ImageId: image, InstanceType: 't3.medium', MinCount: '1', MaxCount: '1', KeyName: 'login', UserData: Buffer.from(withoutKey).toString('base64') });
      const [id = ''] = elementsOf(run, 'instanceId');
      const [address = ''] = elementsOf(await ec2.call('DescribeInstances', { 'InstanceId.1': id }), 'ipAddress');
      await writeFile(join(dir, 'known_hosts'), `* ${pin}\n`);
      const there = { user: 'rocky', through: instances };
      const login = await ssh(address, '. /etc/os-release; echo $ID $VERSION_ID $(hostname)', there);
      expect(login.stdout, login.stderr).toBe('rocky 9.7 by-hand');
      await ec2.call('TerminateInstances', { 'InstanceId.1': id });
      expect((await ssh(address, 'true', there)).exitCode).toBe(255);
    } finally {
      await instances.stop();
      await ec2.stop();
    }
  });

  it('fails in the ways it is told to', async () => {
    const failing = async (host: string, faults: Parameters<Guests['setFaults']>[1]) => {
      await add(host);
      await guests.setFaults(host, faults);
    };
    await failing('192.0.2.10', { bootDelayMs: 30_000 });
    expect((await ssh('192.0.2.10', 'true')).stderr).toContain('Connection refused');
    await failing('192.0.2.11', { hostKey: 'other' });
    expect((await ssh('192.0.2.11', 'true')).stderr).toMatch(/HOST IDENTIFICATION HAS CHANGED|Host key verification failed/);
    await failing('192.0.2.12', { never: 'admits' });
    expect((await ssh('192.0.2.12', 'true')).stderr).toContain('Permission denied (publickey)');
    await failing('192.0.2.13', { rotation: 'refused', cloudInit: { runningMs: 3_600_000 } });
    expect((await ssh('192.0.2.13', 'sudo touch /etc/ssh/x')).stderr).toContain('Read-only file system');
    expect(JSON.parse((await ssh('192.0.2.13', 'cloud-init status --format json')).stdout)).toMatchObject({ status: 'running' });
    await failing('192.0.2.15', { cloudInit: { errors: 'it broke', runningMs: 1_500 } });
    const status = await ssh('192.0.2.15', 'cloud-init status --wait --format json');
    expect(status.exitCode).toBe(1);
    expect(JSON.parse(status.stdout)).toMatchObject({ status: 'error', errors: ['it broke'] });
    await failing('192.0.2.14', { cloudInit: { recoverable: 'a warning' } });
    expect((await ssh('192.0.2.14', 'cloud-init status --wait --format json')).exitCode).toBe(2);
    await expect.poll(async () => (await ssh('192.0.2.10', 'true')).exitCode, { timeout: 120_000, interval: 500 }).toBe(0);
  });
});
