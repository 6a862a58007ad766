import { publicHalf } from '../../engine/open-ssh-key.ts';
import { cloudInitIsOver } from '../guest-files.ts';
import { type Command, complain, type Process } from '../shell/process.ts';
import { readOptions } from './options.ts';
import { powerOff, restart } from './power.ts';

const running = new Set(['sshd', 'ssh', 'systemd-journald', 'systemd-logind', 'dbus', 'cron', 'crond', 'chronyd', 'systemd-resolved']);

/** Debian and its kin call sshd's unit ssh. */
function isActive(unit: string, { guest }: Process): boolean {
  const name = unit.replace(/\.service$/, '');
  const debian = ['debian', 'ubuntu', 'kali'].includes(guest.machine.system.distro);
  if (name === 'labtui-ttl.timer') return guest.machine.guestShutdownAtMs !== null;
  if (name === 'ssh') return debian;
  if (name === 'cloud-final' || name === 'cloud-init' || name === 'cloud-config') return guest.machine.system.init === 'cloud-init' && cloudInitIsOver(guest);
  return running.has(name) || /\.(?:target|socket)$/.test(name);
}

function isSshd(unit: string): boolean {
  return /^sshd?(?:\.service)?$/.test(unit);
}

/** sshd reads its host key: from the next connection on it shows the one in /etc/ssh. */
async function rereadHostKey(process: Process): Promise<number> {
  const { guest, files, account } = process;
  const path = '/etc/ssh/ssh_host_ed25519_key';
  if (account.uid !== 0) return complain(process, 'Failed to reload ssh.service: Interactive authentication required.', 4);
  if (files.is(path) === null) return complain(process, `sshd: no hostkeys available: ${path}`, 1);
  const privateKeyPem = files.read(path, account).toString('utf8');
  const publicKey = publicHalf(privateKeyPem);
  if (publicKey === null) return complain(process, `sshd: ${path}: not a private key in OpenSSH's format`, 1);
  if (guest.machine.hostKey?.publicKey === publicKey) return 0;
  await guest.change('host-key', (tx, instance) => tx.put({ ...instance, machine: { ...instance.machine, hostKey: { privateKeyPem, publicKey } } }));
  return 0;
}

async function systemctl(args: readonly string[], process: Process): Promise<number> {
  const { flags, rest } = readOptions([...args.filter((arg) => arg.startsWith('-')), ...args.filter((arg) => !arg.startsWith('-'))], 'nt');
  const [verb = 'status', ...units] = rest;
  const [unit = ''] = units;
  const quiet = flags.has('q') || flags.has('quiet');
  const tell = (text: string) => (quiet ? Promise.resolve() : process.stdout.write(`${text}\n`));
  switch (verb) {
    case 'is-system-running': {
      const over = process.guest.machine.system.init !== 'cloud-init' || cloudInitIsOver(process.guest);
      await tell(over ? 'running' : 'starting');
      return over ? 0 : 1;
    }
    case 'is-active':
      await tell(isActive(unit, process) ? 'active' : 'inactive');
      return isActive(unit, process) ? 0 : 3;
    case 'is-enabled':
      await tell(isActive(unit, process) ? 'enabled' : 'disabled');
      return isActive(unit, process) ? 0 : 1;
    case 'is-failed':
      await tell(isActive(unit, process) ? 'active' : 'inactive');
      return 1;
    case 'status':
      await tell(unit === '' ? `${process.guest.machine.hostName} (simulated): running` : `${unit} (simulated): ${isActive(unit, process) ? 'active (running)' : 'inactive (dead)'}`);
      return unit === '' || isActive(unit, process) ? 0 : 3;
    case '--failed':
    case 'list-units':
      await tell('0 loaded units listed.');
      return 0;
    case 'daemon-reload':
    case 'enable':
      return 0;
    case 'reload':
    case 'restart':
    case 'try-restart':
    case 'reload-or-restart':
      if (isSshd(unit)) return rereadHostKey(process);
      return isActive(unit, process) ? 0 : complain(process, `Failed to ${verb} ${unit}: Unit ${unit} not found.`, 5);
    case 'poweroff':
    case 'halt':
      return powerOff(process, 'systemctl');
    case 'reboot':
      return restart(process, 'systemctl');
    default:
      return complain(process, `systemctl: ${verb}: this is a simulated guest; it knows: is-system-running is-active is-enabled status reload restart poweroff reboot`, 1);
  }
}

/** `rc-service NAME ACTION` and `service NAME ACTION` */
const service = (name: string): Command => async (args, process) => {
  const { rest } = readOptions(args);
  const [unit = '', action = 'status'] = rest;
  if (!isSshd(unit) && !running.has(unit)) return complain(process, `${name}: service '${unit}' does not exist (this is a simulated guest)`);
  if (['reload', 'restart', 'onerestart'].includes(action)) return isSshd(unit) ? rereadHostKey(process) : 0;
  if (action !== 'status' && action !== 'onestatus') return complain(process, `${name}: ${action}: this is a simulated guest; it knows: status reload restart`);
  await process.stdout.write(name === 'rc-service' ? ' * status: started\n' : `${unit} is running as pid 812.\n`);
  return 0;
};

export const serviceCommands = { systemctl, 'rc-service': service('rc-service'), service: service('service') } as const;
