import { shellWord } from '../../core/shell-word.ts';
import { addressOf } from '../../ssh/config.ts';
import { keyFiles } from '../../ssh/session-key-files.ts';
import type { Host } from '../../core/events.ts';
import type { SessionPaths, SessionRecord } from '../../core/session.ts';

/** A session's machines, for a text of them. */
export interface Machines {
  readonly record: SessionRecord;
  readonly paths: SessionPaths;
}

/** The machines that have an address, with the stack that each is of. */
function reachable({ record }: Machines): readonly { readonly stack: string; readonly host: Host; readonly address: string }[] {
  return Object.entries(record.stacks).flatMap(([stack, { hosts }]) =>
    hosts.flatMap((host) => {
      const address = addressOf(host);
      return address === null ? [] : [{ stack, host, address }];
    }),
  );
}

/** An inventory in Ansible's INI form: each machine by its SSH alias, reached with the session's own ssh/config and so with its pinned host key. */
export function ansibleInventory(machines: Machines): string {
  const { record, paths } = machines;
  const hosts = reachable(machines);
  const stacks = [...new Set(hosts.map(({ stack }) => stack))];
  const group = groupName(record.name);
  const lines = [
    `# labtui session ${record.id}`,
    `[${group}]`,
    ...hosts.map(({ stack, host, address }) => {
      const variables = { ansible_host: host.name, ansible_user: host.user, labtui_address: address, labtui_distro: distroOf(record, stack) };
      return [host.name, ...Object.entries(variables).map(([name, value]) => `${name}=${shellWord(value)}`)].join(' ');
    }),
    ...stacks.flatMap((stack) => ['', `[${stackGroup(group, stack)}]`, ...hosts.filter((each) => each.stack === stack).map(({ host }) => host.name)]),
    '',
    `[${group}:vars]`,
    // The whole line is the value: ansible splits it into words as a shell would.
    `ansible_ssh_common_args=-F ${shellWord(paths.sshConfig)}`,
    'ansible_connection=ssh',
  ];
  return lines.join('\n');
}

/** Lines for a shell, or for what reads `.env`: how many machines there are, and each one's address, name, user and port. */
export function environmentLines(machines: Machines): string {
  const { record, paths } = machines;
  const hosts = reachable(machines);
  const key = keyFiles(paths, record.key).privateKey;
  const values: readonly (readonly [string, string])[] = [
    ['LABTUI_SESSION_ID', record.id],
    ['LABTUI_SSH_CONFIG', paths.sshConfig],
    ['LABTUI_KNOWN_HOSTS', paths.knownHosts],
    ...(key === null ? [] : [['LABTUI_PRIVATE_KEY', key] as const]),
    ['LABTUI_HOST_COUNT', String(hosts.length)],
    ...hosts.flatMap(({ host, address }, index): readonly (readonly [string, string])[] => {
      const name = `LABTUI_HOST_${index + 1}`;
      return [
        [name, address],
        [`${name}_NAME`, host.name],
        [`${name}_USER`, host.user],
        [`${name}_PORT`, String(host.port)],
      ];
    }),
  ];
  return values.map(([name, value]) => `${name}=${shellWord(value)}`).join('\n');
}

/** As onReady is given them: JSON. */
export function hostsDocument({ record }: Machines): string {
  return JSON.stringify(Object.values(record.stacks).flatMap(({ hosts }) => hosts), null, 2);
}

function distroOf(record: SessionRecord, stack: string): string {
  const distro = record.stacks[stack]?.plan.distro;
  return distro === undefined ? '' : `${distro.name}@${distro.version}`;
}

function stackGroup(group: string, stack: string): string {
  const name = groupName(stack);
  return name === group ? `${name}_machines` : name;
}

/** Ansible takes what a Python variable may be called. */
function groupName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(plain) && !/^(all|ungrouped)$/.test(plain) ? plain : `lab_${plain}`;
}
