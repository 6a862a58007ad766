import { invalidInput } from '../core/errors.ts';
import type { UserDataInput } from '../core/ssh.ts';
import { ttlFile, ttlService, ttlTimer, ttlTimerUnit } from './guest-ttl.ts';

/**
 * User data of an image that starts with Ignition (Flatcar, Fedora CoreOS), specification 3.0: host key, login,
 * deadline, name. The user's part must be Ignition too and is merged by Ignition. Throws invalid-input otherwise, and for
 * an SSH port other than 22.
 */
export function ignition(input: UserDataInput): string {
  if (input.sshPort !== 22) {
    throw invalidInput('an image that starts with Ignition keeps SSH on port 22', 'leave ssh.port out');
  }
  const config = {
    ignition: { version: '3.0.0', ...merged(input.userPart ?? '') },
    passwd: { users: [login(input)] },
    storage: { files: files(input) },
    ...(input.expiresAt === null || input.ttlMs === null ? {} : { systemd: { units: units(input.expiresAt, input.ttlMs) } }),
  };
  return `${JSON.stringify(config)}\n`;
}

function merged(userPart: string) {
  if (userPart.trim() === '') return {};
  if (!isIgnition(userPart)) {
    throw invalidInput(
      'this image starts with Ignition, so userData must be an Ignition configuration (JSON)',
      'turn Butane YAML into it: butane --strict lab.bu > lab.ign',
    );
  }
  return { config: { merge: [{ source: dataUrl(userPart) }] } };
}

function isIgnition(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'ignition' in value;
  } catch {
    return false;
  }
}

function login({ user, imageUser, publicKey }: UserDataInput) {
  return {
    name: user,
    ...(publicKey === null ? {} : { sshAuthorizedKeys: [publicKey] }),
    // Both distributions let the group sudo have root without a password.
    ...(user === imageUser || user === 'root' ? {} : { groups: ['sudo'] }),
  };
}

function files({ hostName, hostKey, motd, expiresAt, ttlMs }: UserDataInput) {
  const key = '/etc/ssh/ssh_host_ed25519_key';
  return [
    file('/etc/hostname', `${hostName}\n`),
    ...(hostKey === null ? [] : [file(key, hostKey.privateKeyPem, 0o600), file(`${key}.pub`, `${hostKey.publicKey}\n`)]),
    ...(motd.length === 0 ? [] : [file('/etc/motd.d/labtui', motd.map((line) => `${line}\n`).join(''))]),
    ...(expiresAt === null || ttlMs === null
      ? []
      : [file(ttlFile, `${Math.floor(Date.parse(expiresAt) / 1_000)} ${Math.ceil(ttlMs / 1_000)}\n`)]),
  ];
}

function units(expiresAt: string, ttlMs: number) {
  const calendar = new Date(expiresAt).toISOString().slice(0, 19).replace('T', ' ');
  return [
    { name: ttlTimer.replace('.timer', '.service'), contents: ttlService },
    { name: ttlTimer, enabled: true, contents: ttlTimerUnit(calendar, `${Math.ceil(ttlMs / 1_000)}s`) },
  ];
}

function file(path: string, text: string, mode = 0o644) {
  return { path, overwrite: true, mode, contents: { source: dataUrl(text) } };
}

function dataUrl(text: string): string {
  return `data:;base64,${Buffer.from(text, 'utf8').toString('base64')}`;
}
