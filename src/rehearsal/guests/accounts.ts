import type { Guest } from './guest.ts';
import type { Account } from './shell/process.ts';

export const root: Account = { name: 'root', uid: 0, home: '/root' };

/** The login user that the image sets up, under the name that the user data gives it. */
export function defaultUser({ machine, instructions }: Guest): string {
  return instructions.user ?? machine.defaultUser;
}

export function accountOf(name: string, guest: Guest): Account {
  if (name === 'root') return root;
  const others = new Set(keysOf(guest).map(({ user }) => user));
  const names = [defaultUser(guest), ...[...others].filter((user) => user !== 'root' && user !== defaultUser(guest))];
  const index = names.indexOf(name);
  return { name, uid: 1000 + (index < 0 ? names.length : index), home: `/home/${name}` };
}

export type LetIn =
  | { readonly kind: 'in' }
  /** cloud-init lets root's keys do nothing but say whom to log in as. */
  | { readonly kind: 'told-off'; readonly user: string };

/** Whether a user may log in with a public key, given as its bytes; null: no. */
export function letIn(user: string, key: Buffer, guest: Guest): LetIn | null {
  const known = (name: string) => keysOf(guest).some((entry) => entry.user === name && sameKey(entry.publicKey, key));
  if (known(user)) return { kind: 'in' };
  if (user === 'root' && guest.machine.system.init === 'cloud-init' && known(defaultUser(guest))) {
    return { kind: 'told-off', user: defaultUser(guest) };
  }
  return null;
}

/** The keys of metadata and user data, each with the user it is for. */
function keysOf(guest: Guest): readonly { readonly user: string; readonly publicKey: string }[] {
  const given = [...guest.machine.authorizedKeys, ...guest.instructions.authorizedKeys];
  return given.map(({ user, publicKey }) => ({ user: user ?? defaultUser(guest), publicKey }));
}

/** A line of authorized_keys may have options before the type. */
function sameKey(line: string, key: Buffer): boolean {
  const encoded = /(?:^|\s)(?:ssh-|ecdsa-|sk-)\S+\s+(\S+)/.exec(line)?.[1];
  return encoded !== undefined && Buffer.from(encoded, 'base64').equals(key);
}
