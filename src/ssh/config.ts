import type { Host } from '../core/events.ts';
import type { SessionPaths, SessionRecord } from '../core/session.ts';
import { type KeyFiles, keyFiles } from './session-key-files.ts';

/**
 * One stanza of OpenSSH configuration per machine with an address: what plain ssh, scp and rsync need, host key pinned
 * and nothing asked. Paths are absolute. Empty where no address is known yet. With `jump` the others are reached through that machine,
 * by their private addresses where they have one.
 */
export function stanzas(session: SessionRecord, paths: SessionPaths, jump?: Host): string {
  const files = keyFiles(paths, session.key);
  return Object.values(session.stacks)
    .flatMap(({ hosts }) => hosts)
    .filter((host) => addressOf(host) !== null)
    .map((host) => stanza(host, session, paths, files, jump?.name === host.name ? undefined : jump))
    .join('\n');
}

/** Where a machine is reached; null: it has no address (yet). */
export function addressOf(host: Host): string | null {
  return host.publicIp ?? host.publicDns ?? host.privateIp;
}

function stanza(host: Host, session: SessionRecord, paths: SessionPaths, files: KeyFiles, jump: Host | undefined): string {
  const identity = files.privateKey ?? files.publicKey;
  const { proxyCommand } = session.ssh;
  const lines = [
    `HostName ${(jump === undefined ? null : host.privateIp) ?? addressOf(host) ?? ''}`,
    `User ${host.user}`,
    `Port ${host.port}`,
    // With only the public half in a file, OpenSSH takes the private one from the agent.
    ...(identity === null ? [] : [`IdentityFile ${path(identity)}`, 'IdentitiesOnly yes']),
    `HostKeyAlias ${host.name}`,
    `UserKnownHostsFile ${path(paths.knownHosts)}`,
    'GlobalKnownHostsFile /dev/null',
    'StrictHostKeyChecking yes',
    'CheckHostIP no',
    // labtui alone writes known_hosts.
    'UpdateHostKeys no',
    'PasswordAuthentication no',
    'ForwardAgent no',
    ...(jump === undefined ? (proxyCommand === null ? [] : [`ProxyCommand ${proxyCommand}`]) : [`ProxyJump ${jump.name}`]),
    'ConnectTimeout 15',
    'ServerAliveInterval 15',
    'ServerAliveCountMax 4',
    'LogLevel ERROR',
  ];
  return `Host ${host.name}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** A path as ssh_config takes it: tokens begin with %, and a space ends a word that is not quoted. */
function path(file: string): string {
  const text = file.replaceAll('%', '%%');
  return /[\s#]/.test(text) ? `"${text}"` : text;
}
