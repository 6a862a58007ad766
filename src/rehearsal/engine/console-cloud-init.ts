import { createHash } from 'node:crypto';
import type { Machine } from './machine.ts';
import type { GuestInstructions } from './user-data.ts';

const version = '24.4-simulated';
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface CloudInitOutput {
  /** Until SSH answers. */
  readonly early: readonly string[];
  /** From then on. */
  readonly late: readonly string[];
}

/** What cloud-init writes to the console, its stages at the seconds a real machine takes. */
export function cloudInitLines(machine: Machine, { hostKey, authorizedKeys, scripts, user }: GuestInstructions, bootedAtMs: number): CloudInitOutput {
  const at = (seconds: number) => new Date(bootedAtMs + seconds * 1_000);
  const stage = (what: string, seconds: number) => `Cloud-init v. ${version} running '${what}' at ${rfc2822(at(seconds))}. Up ${seconds.toFixed(2)} seconds.`;
  const name = user ?? machine.defaultUser;
  // The key that was shown at the start, though it may have been replaced since.
  const shown = hostKey?.publicKey ?? machine.hostKey?.publicKey ?? null;
  const keys = authorizedKeys.length + machine.authorizedKeys.length;
  return {
    early: [
      `[    5.102338] cloud-init[412]: ${stage('init-local', 5.08)}`,
      `[    7.630214] cloud-init[498]: ${stage('init', 7.61)}`,
      ...netDevice(machine),
    ],
    late: [
      ...(keys === 0 ? [`ci-info: no authorized SSH keys fingerprints found for user ${name}.`] : [`ci-info: authorized keys from /home/${name}/.ssh/authorized_keys for user ${name}: ${keys}`]),
      `[    9.914702] cloud-init[655]: ${stage('modules:config', 9.88)}`,
      `[   10.871006] cloud-init[702]: ${stage('modules:final', 10.85)}`,
      ...scripts.map((_, index) => `[   ${(11 + index * 0.1).toFixed(6)}] cloud-init[702]: part-${String(index + 1).padStart(3, '0')}: not run on a simulated machine`),
      ...(shown === null ? [] : hostKeyBlocks(machine.hostName, shown, at(12.4))),
      `[   12.604118] cloud-init[702]: Cloud-init v. ${version} finished at ${rfc2822(at(12.6))}. Datasource DataSourceSimulated.  Up 12.59 seconds`,
    ],
  };
}

/** As cloud-init's tools/write-ssh-key-fingerprints prints them: the fingerprints through logger, the keys as they are. */
function hostKeyBlocks(hostName: string, publicKey: string, at: Date): readonly string[] {
  const two = (number: number) => String(number).padStart(2, '0');
  const time = `${months[at.getUTCMonth()] ?? ''} ${String(at.getUTCDate()).padStart(2)} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  const logged = (text: string) => `<14>${time} cloud-init: ${text}`;
  const bar = logged('#'.repeat(61));
  const [type = '', encoded = ''] = publicKey.split(' ');
  const key = Buffer.from(encoded, 'base64');
  const digest = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
  const kind = type.startsWith('ecdsa-') ? 'ECDSA' : type.replace('ssh-', '').toUpperCase();
  const bits = { ED25519: 256, ECDSA: 256, RSA: 3_072 }[kind] ?? 256;
  return [
    bar,
    logged('-----BEGIN SSH HOST KEY FINGERPRINTS-----'),
    logged(`${bits} SHA256:${digest} root@${hostName} (${kind})`),
    logged('-----END SSH HOST KEY FINGERPRINTS-----'),
    bar,
    '-----BEGIN SSH HOST KEY KEYS-----',
    `${type} ${encoded} root@${hostName}`,
    '-----END SSH HOST KEY KEYS-----',
  ];
}

function netDevice({ privateIp }: Machine): readonly string[] {
  const rows = [
    ['Device', 'Up', 'Address', 'Mask', 'Scope'],
    ['eth0', 'True', privateIp, '255.255.255.0', 'global'],
    ['lo', 'True', '127.0.0.1', '255.0.0.0', 'host'],
  ];
  const widths = [8, 6, 17, 15, 8];
  const line = `ci-info: +${widths.map((width) => '-'.repeat(width)).join('+')}+`;
  const cell = (text: string, width: number) => text.padStart(Math.floor((width + text.length) / 2)).padEnd(width);
  const [header = [], ...devices] = rows;
  const row = (cells: readonly string[]) => `ci-info: |${cells.map((text, n) => cell(text, widths[n] ?? 0)).join('|')}|`;
  const title = 'Net device info';
  const inner = line.length - 'ci-info: '.length;
  const pluses = Math.floor((inner - title.length) / 2);
  return [`ci-info: ${'+'.repeat(pluses)}${title}${'+'.repeat(inner - title.length - pluses)}`, line, row(header), line, ...devices.map(row), line];
}

function rfc2822(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
