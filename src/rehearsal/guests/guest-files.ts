import { consoleText } from '../engine/console.ts';
import { Files } from './files.ts';
import type { Guest } from './guest.ts';
import { keptFiles } from './kept-files.ts';
import type { Account } from './shell/process.ts';
import { hardwareName, kernelRelease, kernelVersion, operatingSystem, osRelease, prettyName } from '../engine/system-facts.ts';

/** What the message of the day says at an interactive login. */
export function messageOfTheDay({ machine: { system, imageName } }: Guest): string {
  return [
    `${prettyName(system)}, simulated by labtui`,
    '',
    'This machine is SIMULATED: there is no cloud and no computer behind it, and it costs nothing.',
    `It stands for the image ${imageName}. Its shell knows some everyday commands; "help" lists them.`,
    'Files that are written here stay in its home directory, /tmp, /srv, /opt and the like.',
    '',
  ].join('\n');
}

/** The files of a guest, as one connection sees them. */
export function guestFiles(guest: Guest, account: Account, hostKey: { readonly privateKeyPem: string; readonly publicKey: string }): Files {
  const files = new Files(keptFiles(guest.world, guest.ref));
  const { machine, instructions } = guest;
  const { system } = machine;
  for (const path of ['/bin', '/dev', '/home', '/opt', '/run', '/usr/bin', '/usr/local/sbin', '/var/lib', '/var/log', '/var/tmp', '/tmp', '/etc/ssh', '/proc', '/sys']) {
    files.placeDirectory(path);
  }
  files.placeDirectory('/root', 0o700);
  files.placeDirectory(account.home, 0o750);
  if (system.serviceManager === 'systemd') files.placeDirectory('/run/systemd/system');
  for (const device of ['null', 'zero', 'stdin', 'stdout', 'stderr', 'tty']) files.place(`/dev/${device}`, '', 0o666);

  const nl = (text: string) => `${text}\n`;
  files.place('/etc/os-release', osRelease(system));
  files.place('/etc/hostname', nl(machine.hostName));
  files.place('/etc/motd', messageOfTheDay(guest));
  files.place('/etc/hosts', `127.0.0.1 localhost\n127.0.1.1 ${machine.hostName}\n`);
  files.place('/etc/machine-id', nl(guest.ref.id.replace(/[^0-9a-f]/g, '').padEnd(32, '0').slice(0, 32)));
  files.place('/etc/passwd', `root:x:0:0:root:/root:/bin/sh\n${account.uid === 0 ? '' : `${account.name}:x:${account.uid}:${account.uid}::${account.home}:/bin/sh\n`}`);
  files.place('/proc/version', `${operatingSystem(system)} version ${kernelRelease(system)} (simulated by labtui) ${kernelVersion(system)}\n`);
  files.place('/proc/uptime', () => {
    const seconds = uptimeSeconds(guest);
    return `${seconds.toFixed(2)} ${(seconds * machine.vcpu * 0.97).toFixed(2)}\n`;
  });
  files.place('/proc/loadavg', '0.00 0.01 0.00 1/120 4242\n');
  files.place('/proc/cpuinfo', Array.from({ length: machine.vcpu }, (_, n) => `processor\t: ${n}\nmodel name\t: simulated ${hardwareName(machine)}\n\n`).join(''));
  const kb = Math.round(machine.memoryGb * 1_048_576);
  files.place('/proc/meminfo', `MemTotal:       ${kb} kB\nMemFree:        ${Math.round(kb * 0.8)} kB\nMemAvailable:   ${Math.round(kb * 0.9)} kB\n`);

  files.place('/etc/ssh/ssh_host_ed25519_key', hostKey.privateKeyPem, 0o600);
  files.place('/etc/ssh/ssh_host_ed25519_key.pub', nl(hostKey.publicKey));
  files.place('/etc/ssh/sshd_config', nl(`Port ${instructions.sshPort}`));
  const { shutdownAtMs, shutdownAfterBootMs } = instructions;
  if (shutdownAtMs !== null && machine.guestShutdownAtMs !== null) {
    files.place('/etc/labtui-ttl', () => nl(`${Math.floor((guest.machine.guestDeadlineAtMs ?? shutdownAtMs) / 1_000)} ${Math.ceil((shutdownAfterBootMs ?? 0) / 1_000)}`));
  }
  if (system.init === 'cloud-init') {
    files.place('/var/log/cloud-init-output.log', () => consoleText(machine, guest.now()).split('\n').filter((line) => line.includes('cloud-init') || line.startsWith('Cloud-init')).map(nl).join(''));
  }
  if (system.init === 'cloud-init' && cloudInitIsOver(guest)) {
    files.place('/var/lib/cloud/instance/boot-finished', nl(`${uptimeSeconds(guest).toFixed(2)} - simulated`));
    files.place('/run/cloud-init/result.json', nl(JSON.stringify({ v1: { datasource: null, errors: [] } })));
  }
  files.mount();
  return files;
}

export function cloudInitIsOver(guest: Guest): boolean {
  const { cloudInitAtMs } = guest.machine;
  return cloudInitAtMs !== null && guest.now() >= cloudInitAtMs;
}

export function uptimeSeconds(guest: Guest): number {
  return Math.max(0, guest.now() - (guest.machine.bootedAtMs ?? guest.machine.launchedAtMs)) / 1_000;
}
