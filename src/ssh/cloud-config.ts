import { stringify } from 'yaml';
import type { UserDataInput } from '../core/ssh.ts';
import { setsKey, type UserPart } from './user-part.ts';

/**
 * labtui's own cloud-config: host key, login, host name. Only keys that cloud-init knows since 18.3 (RHEL 8, Amazon
 * Linux 2). What the user's part sets is left out of the courtesies, and only of those.
 */
export function cloudConfig(input: UserDataInput, userPart: UserPart | null): string {
  const courtesies = {
    hostname: input.hostName,
    preserve_hostname: false,
    // Without a line in /etc/hosts sudo looks the host's own name up in the DNS, and says so at every call.
    manage_etc_hosts: 'localhost',
    ssh_pwauth: false,
    // Some images upgrade themselves at the first start, which takes minutes.
    package_update: false,
    package_upgrade: false,
  };
  const config = {
    ...hostKeys(input),
    ...login(input),
    ...Object.fromEntries(Object.entries(courtesies).filter(([key]) => !setsKey(userPart, key))),
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}

function hostKeys({ hostKey }: UserDataInput) {
  if (hostKey === null) return {};
  return {
    ssh_deletekeys: true,
    // With ssh_keys given, cloud-init makes no key of another type: only this one is offered.
    ssh_keys: { ed25519_private: hostKey.privateKeyPem, ed25519_public: `${hostKey.publicKey}\n` },
  };
}

function login({ user, imageUser, publicKey }: UserDataInput) {
  return {
    // Stays the default user's entry when the user's part lists users without it.
    users: ['default'],
    ...(user === 'root' ? { disable_root: false } : {}),
    // Renames the image's default user, which keeps its groups, its shell, and the keys that the cloud puts in place.
    ...(user === imageUser || user === 'root' ? {} : { user: { name: user, lock_passwd: true, sudo: 'ALL=(ALL) NOPASSWD:ALL' } }),
    ...(publicKey === null ? {} : { ssh_authorized_keys: [publicKey] }),
  };
}
