import type { Machine } from './machine.ts';
import { hardwareName, kernelRelease, kernelVersion, operatingSystem, prettyName } from './system-facts.ts';

/** A kernel's line, with the seconds since its start. */
function kernel(seconds: number, text: string): string {
  return `[${seconds.toFixed(6).padStart(12)}] ${text}`;
}

const ok = (text: string) => `[  OK  ] ${text}`;

/** What is written from the kernel's first line until the services run. */
export function bootLines(machine: Machine): readonly string[] {
  if (operatingSystem(machine.system) === 'FreeBSD') return freebsdLines(machine);
  return [...kernelLines(machine), ...(machine.system.serviceManager === 'openrc' ? openrcLines(machine) : systemdLines(machine))];
}

/** A start that does not come to its end: the network never gets an address. */
export function hangLines(machine: Machine): readonly string[] {
  const { serviceManager } = machine.system;
  if (serviceManager === 'systemd') {
    return [
      ...kernelLines(machine),
      ...systemdLines(machine).slice(0, 8),
      '[    **] Job systemd-networkd-wait-online.service/start running (12s / no limit)',
      '[   ***] Job systemd-networkd-wait-online.service/start running (41s / no limit)',
      '[  *** ] Job systemd-networkd-wait-online.service/start running (1min 13s / no limit)',
    ];
  }
  if (serviceManager === 'openrc') return [...kernelLines(machine), ...openrcLines(machine).slice(0, 5), ' * Starting networking ... *   eth0 ...udhcpc: sending discover', 'udhcpc: sending discover', 'udhcpc: sending discover'];
  return [...freebsdLines(machine).slice(0, 6), 'Starting dhclient.', 'DHCPDISCOVER on vtnet0 to 255.255.255.255 port 67 interval 5'];
}

/** The end of a machine that stops or is taken. `upMs`: since its start. */
export function powerOffLines({ system, hostName }: Machine, upMs: number): readonly string[] {
  const down = kernel(Math.max(0, upMs) / 1_000, 'reboot: Power down');
  if (system.serviceManager === 'rc') return ['Stopping sshd.', 'Stopping cron.', 'Writing entropy file: .', 'Terminated', 'All buffers synced.', 'The operating system has halted.'];
  if (system.serviceManager === 'openrc') return [' * Stopping sshd ... [ ok ]', ' * Unmounting filesystems', ' * Remounting remaining filesystems read-only ... [ ok ]', down];
  return [
    '',
    `         Stopping ${sshUnit(system.distro)} - OpenBSD Secure Shell server...`,
    ok('Stopped target Multi-User System.'),
    ok('Removed slice User and Session Slice.'),
    ok('Unmounted /boot/efi.'),
    ok('Reached target System Shutdown.'),
    ok('Reached target System Power Off.'),
    `${hostName} systemd-shutdown[1]: Syncing filesystems and block devices.`,
    `${hostName} systemd-shutdown[1]: Sending SIGTERM to remaining processes...`,
    `${hostName} systemd-shutdown[1]: Powering off.`,
    down,
  ];
}

function sshUnit(distro: string): string {
  return ['debian', 'ubuntu', 'kali'].includes(distro) ? 'ssh.service' : 'sshd.service';
}

function kernelLines(machine: Machine): readonly string[] {
  const { system, vcpu, memoryGb } = machine;
  const release = kernelRelease(system);
  const mb = Math.round(memoryGb * 1_024);
  return [
    kernel(0, `Linux version ${release} (simulated@labtui) (${hardwareName(machine)}) ${kernelVersion(system)}`),
    kernel(0, `Command line: BOOT_IMAGE=/boot/vmlinuz-${release} root=LABEL=root ro console=tty1 console=ttyS0`),
    kernel(0, 'Hypervisor detected: KVM'),
    kernel(0.004512, `Memory: ${mb * 1_024 - 98_304}K/${mb * 1_024}K available`),
    kernel(0.106127, `smp: Bringing up secondary CPUs ...`),
    kernel(0.118804, `smp: Brought up 1 node, ${vcpu} CPU${vcpu === 1 ? '' : 's'}`),
    kernel(0.213901, 'clocksource: tsc: mask: 0xffffffffffffffff'),
    kernel(0.604377, 'virtio_net virtio0 eth0: link up'),
    kernel(0.871205, 'EXT4-fs (vda1): mounted filesystem with ordered data mode'),
    kernel(0.914448, `Run /sbin/init as init process`),
  ];
}

function systemdLines({ system, hostName }: Machine): readonly string[] {
  return [
    kernel(1.302716, `systemd[1]: Detected virtualization kvm.`),
    kernel(1.304155, `systemd[1]: Hostname set to <${hostName}>.`),
    '',
    `Welcome to ${prettyName(system)}!`,
    '',
    ok('Created slice Slice /system/getty.'),
    ok('Reached target Swaps.'),
    ok('Mounted Kernel Debug File System.'),
    ok('Reached target Local File Systems.'),
    ok('Started Journal Service.'),
    ok('Finished Create Volatile Files and Directories.'),
    ok('Started Network Configuration.'),
    ok('Reached target Network.'),
    ok('Reached target System Initialization.'),
    ok('Listening on D-Bus System Message Bus Socket.'),
    ok('Reached target Basic System.'),
    ok('Started User Login Management.'),
    ok(`Started ${sshUnit(system.distro)} - OpenBSD Secure Shell server.`),
    ok('Started Serial Getty on ttyS0.'),
    ok('Reached target Login Prompts.'),
    ok('Reached target Multi-User System.'),
  ];
}

function openrcLines({ system }: Machine): readonly string[] {
  return [
    '',
    `   OpenRC is starting up Linux ${kernelRelease(system)} (simulated)`,
    '',
    ' * Mounting /proc ... [ ok ]',
    ' * Caching service dependencies ... [ ok ]',
    ' * Setting hostname ... [ ok ]',
    ' * Checking local filesystems  ... [ ok ]',
    ' * Mounting local filesystems ... [ ok ]',
    ' * Starting networking ... *   eth0 ... [ ok ]',
    ' * Starting chronyd ... [ ok ]',
    ' * Starting sshd ... [ ok ]',
    ' * Starting local ... [ ok ]',
  ];
}

function freebsdLines({ system, hostName, vcpu, memoryGb }: Machine): readonly string[] {
  return [
    '---<<BOOT>>---',
    `FreeBSD ${kernelRelease(system)} GENERIC (simulated)`,
    `FreeBSD/SMP: Multiprocessor System Detected: ${vcpu} CPUs`,
    `real memory  = ${Math.round(memoryGb * 1_073_741_824)}`,
    'Trying to mount root from ufs:/dev/gpt/rootfs [rw]...',
    `Setting hostname: ${hostName}.`,
    'Starting dhclient.',
    'DHCPACK from the simulated network',
    'Starting sshd.',
    'Starting cron.',
  ];
}
