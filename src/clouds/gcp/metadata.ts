import { gzipSync } from 'node:zlib';
import type { StackInput } from '../../core/cloud.ts';
import type { InitKind } from '../../core/distro.ts';
import { invalidInput } from '../../core/errors.ts';
import { tagsEntry, tagsText } from './labels.ts';

/** Compute Engine's limit of one value. */
const limitBytes = 262_144;

/**
 * The metadata of one machine: its login, what it runs at its first start, and its exact tags.
 * Throws invalid-input where the user data is too large, or the login key is not at hand.
 */
export function instanceMetadata(input: StackInput, machine: string, tags: Readonly<Record<string, string>>): Record<string, string> {
  const { stack, key } = input;
  if ('cloudKeyName' in key) throw noStoredKeys(key.cloudKeyName);
  return {
    'ssh-keys': `${stack.user}:${key.publicKey}`,
    // Keys of the project and identities of OS Login would let others in, or this session not.
    'block-project-ssh-keys': 'TRUE',
    'enable-oslogin': 'FALSE',
    // Host keys are read from there where none was injected, or where the guest agent made others over it.
    'enable-guest-attributes': 'TRUE',
    ...userDataEntries(stack.distro.init, input.userData.get(machine) ?? ''),
    [tagsEntry]: tagsText(tags),
  };
}

/** Compute Engine has no key pairs of its own: what `ssh.key` names must be a file. */
export function noStoredKeys(name: string) {
  return invalidInput(`ssh.key: Google Cloud keeps no key pairs by name, so "${name}" cannot be one`, 'ssh.key: generate, or a .pub file');
}

function userDataEntries(init: InitKind, text: string): Record<string, string> {
  if (text === '') return {};
  const bytes = Buffer.byteLength(text);
  if (init === 'startup-script') {
    if (bytes <= limitBytes) return { 'startup-script': text };
    throw tooLarge(`the startup script has ${bytes} bytes`);
  }
  if (bytes <= limitBytes) return { 'user-data': text };
  if (init !== 'cloud-init') throw tooLarge(`the user data has ${bytes} bytes`);
  const packed = gzipSync(text, { level: 9 });
  // The gzip header's byte for the operating system differs between computers.
  packed[9] = 255;
  const base64 = packed.toString('base64');
  if (base64.length > limitBytes) throw tooLarge(`the user data has ${bytes} bytes, ${base64.length} compressed`);
  return { 'user-data': base64, 'user-data-encoding': 'base64' };
}

function tooLarge(what: string) {
  return invalidInput(`${what}; Google Cloud takes ${limitBytes}`, 'shorten userData, or let it fetch the larger part');
}
