// What cloud-init does with user data at a machine's first start, as far as labtui's and a user's need it.
// Sources: cloudinit/config/cc_*.py and handlers/*.py of 22.4.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readUserData } from './user-data.mjs';
import { grantLogin, makeUsers } from './users.mjs';

const sshdConfig = `Include /etc/ssh/sshd_config.d/*.conf
KbdInteractiveAuthentication no
PasswordAuthentication no
UsePAM no
UseDNS no
PrintMotd yes
LogLevel VERBOSE
AcceptEnv LANG LC_*
Subsystem sftp internal-sftp
`;

const scripts = '/var/lib/cloud/instance/scripts';

/** The image as it is on the disk, then the stages of cloud-init in their order. */
export function firstBoot(machine, { instance, image, faults }) {
  prepareImage(machine, image);
  if (!image.cloudInit) {
    machine.must('rm', ['-f', '/usr/bin/cloud-init']);
    machine.must('ssh-keygen', ['-A']);
    makeUsers(machine, {}, image.user);
    grantLogin(machine, {}, image.user, instance.publicKeys);
  } else {
    cloudInit(machine, instance, image, faults);
  }
  if (faults.rotation === 'refused') machine.must('sh', ['-euc', 'mount --bind /etc/ssh /etc/ssh; mount -o remount,bind,ro /etc/ssh']);
}

/** What cloud-init runs again at every start. */
export function laterBoot(machine) {
  for (const name of ['finished', 'errors', 'recoverable', 'until']) rmSync(join(machine.records, 'cloud-init', name), { force: true });
  logged(machine, 'run-parts', ['--regex=.', '/var/lib/cloud/instance/boothooks']);
  machine.detach('/usr/local/lib/guest/final-stage', []);
}

function prepareImage(machine, image) {
  machine.write('/etc/os-release', image.osRelease);
  machine.must('sh', ['-euc', 'rm -rf /etc/ssh/ssh_host_* /etc/ssh/sshd_config.d /etc/motd /etc/motd.d /etc/sudoers.d/90-*; mkdir /etc/ssh/sshd_config.d']);
  machine.write('/etc/ssh/sshd_config', sshdConfig);
  machine.write('/etc/motd', '');
  mkdirSync(join(machine.records, 'cloud-init'), { recursive: true, mode: 0o755 });
}

function cloudInit(machine, instance, image, faults) {
  const { config, boothooks, scripts: userScripts, ignored } = readUserData(instance.userData);
  const warnings = ignored.map(({ name, type }) => `Unhandled part ${name} of type ${type}`);

  boothooks.forEach((text, index) => {
    const path = `/var/lib/cloud/instance/boothooks/part-${String(index + 1).padStart(3, '0')}`;
    machine.write(path, text.trimStart().replace(/^#cloud-boothook\s*\n/, ''), { mode: '0700' });
    if (logged(machine, 'sh', ['-c', `exec ${path}`]).status !== 0) warnings.push('Boothooks script failed');
  });
  if (config.bootcmd !== undefined && logged(machine, 'sh', ['-s'], shellified(config.bootcmd)).status !== 0) warnings.push('bootcmd failed');
  for (const file of asList(config.write_files).filter(({ defer }) => defer !== true)) writeFile(machine, file);
  setHostName(machine, config, instance);
  const user = makeUsers(machine, config, image.user);
  setHostKeys(machine, faults.hostKey === 'other' ? { ...config, ssh_keys: undefined } : config);
  if (faults.never !== 'admits') grantLogin(machine, config, user, instance.publicKeys);

  for (const { name, text } of userScripts) machine.write(`${scripts}/${name}`, text, { mode: '0700' });
  if (config.runcmd !== undefined) machine.write(`${scripts}/runcmd`, shellified(config.runcmd), { mode: '0700' });
  for (const file of asList(config.write_files).filter(({ defer }) => defer === true)) writeFile(machine, file);

  const { errors = '', recoverable = warnings.join('; '), runningMs } = faults.cloudInit ?? {};
  machine.record('cloud-init/errors', errors);
  machine.record('cloud-init/recoverable', recoverable);
  if (runningMs !== undefined) machine.record('cloud-init/until', String(Date.now() + runningMs));
  machine.detach('/usr/local/lib/guest/final-stage', []);
}

function logged(machine, file, args, input = '') {
  const outcome = machine.run(file, args, input);
  machine.write('/var/log/cloud-init-output.log', outcome.stdout + outcome.stderr, { append: true });
  return outcome;
}

const asList = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);

/** util.shellify: a list is a command with its arguments, a text is a line of shell. */
function shellified(commands) {
  const lines = commands.map((command) => (Array.isArray(command) ? command.map((word) => `'${String(word).replaceAll("'", `'\\''`)}'`).join(' ') : String(command)));
  return `#!/bin/sh\n${lines.join('\n')}\n`;
}

function writeFile(machine, { path, content = '', encoding = '', permissions = '0644', owner = 'root:root', append = false }) {
  const bytes = /^(b64|base64)$/.test(encoding) ? Buffer.from(content, 'base64') : content;
  const mode = typeof permissions === 'number' ? permissions.toString(8) : permissions;
  machine.write(path, bytes, { mode, owner, append });
}

function setHostName(machine, { hostname, fqdn, manage_etc_hosts: manageHosts }, instance) {
  const name = (hostname ?? fqdn ?? `ip-${instance.id}`).split('.')[0];
  machine.must('hostname', [name]);
  machine.write('/etc/hostname', `${name}\n`);
  const own = manageHosts === undefined || manageHosts === false ? '' : `127.0.1.1 ${fqdn ?? name} ${name}\n`;
  machine.write('/etc/hosts', `127.0.0.1 localhost\n${own}::1 localhost\n`);
}

/** cc_ssh: keys that the user data brings, and then no others; else new ones. */
function setHostKeys(machine, { ssh_keys: keys }) {
  if (keys === undefined || keys === null) {
    machine.must('ssh-keygen', ['-A']);
    return;
  }
  for (const [key, text] of Object.entries(keys)) {
    const [, type, half] = /^(rsa|ecdsa|ed25519)_(private|public)$/.exec(key) ?? [];
    if (type !== undefined) machine.write(`/etc/ssh/ssh_host_${type}_key${half === 'public' ? '.pub' : ''}`, text, { mode: '0600' });
  }
}
