import { isMap, type CloudConfig } from './cloud-config-merge.ts';
import type { AuthorizedKey, GuestHostKey } from './machine.ts';
import { publicHalf } from './open-ssh-key.ts';

/** The host key that `ssh_keys` hands over, ED25519 before others; null: none that OpenSSH can use. */
export function hostKeyOf({ ssh_keys: keys }: CloudConfig): GuestHostKey | null {
  if (!isMap(keys)) return null;
  for (const type of ['ed25519', 'ecdsa', 'rsa']) {
    const privateKeyPem = keys[`${type}_private`];
    if (typeof privateKeyPem !== 'string') continue;
    const given = keys[`${type}_public`];
    const publicKey = typeof given === 'string' ? given.trim().split(/\s+/).slice(0, 2).join(' ') : publicHalf(privateKeyPem);
    if (publicKey !== null && publicKey !== '') return { privateKeyPem, publicKey };
  }
  return null;
}

/** The name that the config gives the image's default user; null: it keeps its own. */
export function defaultUserOf({ user }: CloudConfig): string | null {
  if (typeof user === 'string' && user !== '') return user;
  return isMap(user) && typeof user.name === 'string' ? user.name : null;
}

/** Keys of the default user (user null), of root where it may log in, and of the users listed. */
export function authorizedKeysOf(config: CloudConfig): readonly AuthorizedKey[] {
  const top = keyLines(config.ssh_authorized_keys);
  const shared = [...top, ...(isMap(config.user) ? keysOfUser(config.user) : [])];
  const users: readonly unknown[] = Array.isArray(config.users) ? config.users : [];
  return [
    ...shared.map((publicKey) => ({ user: null, publicKey })),
    // cc_ssh gives root the same keys, behind a refusal unless disable_root is off.
    ...(config.disable_root === false ? top.map((publicKey) => ({ user: 'root', publicKey })) : []),
    ...users.filter(isMap).flatMap((entry) => {
      const { name } = entry;
      return typeof name === 'string' ? keysOfUser(entry).map((publicKey) => ({ user: name, publicKey })) : [];
    }),
  ];
}

/** Host name without its domain; null: the cloud's own. */
export function hostNameOf({ hostname, fqdn }: CloudConfig): string | null {
  const name = [hostname, fqdn].find((value) => typeof value === 'string' && value !== '');
  return typeof name === 'string' ? (name.split('.')[0] ?? null) : null;
}

/** When `power_state` powers the machine off, in ms after its start was over; null: it does not. */
export function powerOffDelayMs({ power_state: power }: CloudConfig): number | null {
  if (!isMap(power) || (power.mode !== 'poweroff' && power.mode !== 'halt')) return null;
  const delay = typeof power.delay === 'number' ? String(power.delay) : power.delay;
  if (delay === undefined || delay === 'now') return 0;
  const minutes = typeof delay === 'string' ? /^\+?(\d+)$/.exec(delay)?.[1] : undefined;
  return minutes === undefined ? null : Number(minutes) * 60_000;
}

/** Texts that the config has run or written. */
export function textsOf({ bootcmd, runcmd, write_files: files }: CloudConfig): readonly string[] {
  const commands = [bootcmd, runcmd].flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []));
  const written: readonly unknown[] = Array.isArray(files) ? files : [];
  return [
    ...commands.map((command) => (Array.isArray(command) ? command.map(String).join(' ') : typeof command === 'string' ? command : '')),
    ...written.filter(isMap).map(({ path, content }) => (isSshdConfig(path) && typeof content === 'string' ? content : '')),
  ].filter((text) => text !== '');
}

function isSshdConfig(path: unknown): boolean {
  return typeof path === 'string' && path.startsWith('/etc/ssh/sshd_config');
}

function keysOfUser(user: CloudConfig): readonly string[] {
  return [...keyLines(user.ssh_authorized_keys), ...keyLines(user['ssh-authorized-keys'])];
}

function keyLines(value: unknown): readonly string[] {
  const lines: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split('\n') : [];
  return lines.filter((line): line is string => typeof line === 'string' && line.trim() !== '').map((line) => line.trim());
}
