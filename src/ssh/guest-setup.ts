import type { UserDataInput } from '../core/ssh.ts';
import { ttlCommand, ttlScript } from './guest-ttl.ts';
import { sshdSetup } from './sshd-setup.ts';

/**
 * A POSIX shell script for the guest's root, run at every start and effective once: deadline, settings of the SSH
 * server, message of the day. A script of its own and not a part of the cloud-config, because it runs before sshd and
 * before anything of the user's, and nothing the user's part says can merge it away. null: there is nothing to set up.
 */
export function guestSetup(input: UserDataInput): string | null {
  const steps = [...deadline(input), ...sshdSetup(input), ...messageOfTheDay(input.motd)];
  if (steps.length === 0) return null;
  const again = input.serviceManager === 'systemd' || input.expiresAt === null ? ':' : ttlCommand;
  return [
    '#!/bin/sh',
    '# Made by labtui.',
    'umask 022',
    // Names this machine and deadline, so that an image made from the machine does not pass for set up.
    `mark=${quoted(`${input.hostName} ${input.expiresAt ?? 'no deadline'}`)}`,
    'done=/var/lib/labtui-setup',
    `if [ "$(cat $done 2>/dev/null)" = "$mark" ]; then ${again}; exit 0; fi`,
    ...(input.hostKey === null ? [] : keepHostKey),
    ...steps,
    'mkdir -p /var/lib',
    'echo "$mark" >$done',
    'exit 0',
    '',
  ].join('\n');
}

/** Google's guest agent makes new host keys at the first start unless it is told not to (guest-agent, instance_setup.go). */
const keepHostKey = [
  'if [ -e /usr/bin/google_guest_agent ]; then',
  "  mkdir -p /etc/default; printf '[InstanceSetup]\\nset_host_keys = false\\n' >>/etc/default/instance_configs.cfg",
  'fi',
];

/** In single quotes for a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function deadline({ expiresAt, ttlMs }: UserDataInput): readonly string[] {
  if (expiresAt === null || ttlMs === null) return [];
  const at = Math.floor(Date.parse(expiresAt) / 1_000);
  const seconds = Math.ceil(ttlMs / 1_000);
  return [
    'mkdir -p /usr/local/sbin',
    `cat >${ttlCommand} <<'LABTUI'`,
    `${ttlScript}LABTUI`,
    `chmod 755 ${ttlCommand}`,
    `${ttlCommand} ${at} ${seconds}`,
  ];
}

/** Into motd.d where the login reads that (Fedora, RHEL, Amazon Linux, openSUSE), else to the end of /etc/motd. */
function messageOfTheDay(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return [
    'motd=/etc/motd',
    'if [ -d /etc/motd.d ] || [ -d /usr/lib/motd.d ]; then mkdir -p /etc/motd.d; motd=/etc/motd.d/labtui; : >$motd; fi',
    `printf '%s\\n' ${lines.map(quoted).join(' ')} >>$motd`,
  ];
}
