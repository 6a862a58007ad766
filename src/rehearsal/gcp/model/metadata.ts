import type { JsonObject } from '../../engine/json.ts';
import type { AuthorizedKey, GuestSystem } from '../../engine/machine.ts';
import { objects, text } from './fields.ts';
import { fingerprintOf } from './fingerprint.ts';
import { invalid, required, tooLarge } from './refuse.ts';

/** Compute Engine's limits: 256 KB a value, 512 KB in all. */
const valueLimit = 262_144;
const totalLimit = 524_288;

export type Metadata = Readonly<Record<string, string>>;

/** The items of a `metadata` object, checked as the API does. */
export function readMetadata(metadata: JsonObject | null, field: string): Metadata {
  const items: Record<string, string> = {};
  let total = 0;
  for (const [at, item] of objects(metadata ?? {}, 'items').entries()) {
    const key = text(item, 'key');
    const value = text(item, 'value') ?? '';
    if (key === null) throw required(`${field}.items[${at}].key`);
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(key)) throw invalid(`${field}.items[${at}].key`, key, "Must be a match of regex '[a-zA-Z0-9-_]{1,128}'");
    if (key in items) throw invalid(field, '', `Metadata has duplicate keys: ${key}`);
    if (Buffer.byteLength(value) > valueLimit) throw tooLarge(`${field}.items[${at}].value`, valueLimit, Buffer.byteLength(value));
    total += Buffer.byteLength(key) + Buffer.byteLength(value);
    items[key] = value;
  }
  if (total > totalLimit) throw tooLarge(field, totalLimit, total);
  return items;
}

export const metadataView = (metadata: Metadata): JsonObject => ({
  kind: 'compute#metadata',
  fingerprint: fingerprintOf(metadata),
  ...(Object.keys(metadata).length === 0 ? {} : { items: Object.entries(metadata).map(([key, value]) => ({ key, value })) }),
});

const isOn = (value: string | undefined): boolean => /^(?:true|1|y|yes)$/i.test(value ?? '');

/** The users and keys that the guest agent sets up from `ssh-keys`; none where OS Login is on. */
export function authorizedKeysOf(metadata: Metadata): readonly AuthorizedKey[] {
  if (isOn(metadata['enable-oslogin'])) return [];
  return (metadata['ssh-keys'] ?? '').split('\n').flatMap((line) => {
    const entry = /^([a-z_][a-z0-9_-]{0,31}):((?:ssh|ecdsa|sk)-\S+ .+)$/.exec(line.trim());
    return entry?.[1] === undefined || entry[2] === undefined ? [] : [{ user: entry[1], publicKey: entry[2] }];
  });
}

/** What the guest is given to run: cloud-init reads `user-data`, the guest agent runs `startup-script`. */
export function userDataOf(metadata: Metadata, system: GuestSystem): string | null {
  const userData = metadata['user-data'] ?? null;
  const script = metadata['startup-script'] ?? null;
  if (system.init === 'startup-script') return script;
  return system.init === 'none' ? null : (userData ?? script);
}

export const publishesGuestAttributes = (metadata: Metadata): boolean => isOn(metadata['enable-guest-attributes']);
