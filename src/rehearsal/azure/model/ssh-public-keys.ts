import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import { textAt } from './fields.ts';
import { document, find, get, kept, propertiesOf } from './kept.ts';
import { checkLocation } from './locations.ts';
import { invalidParameter } from './refuse.ts';
import { requireGroup } from './resource-groups.ts';
import type { TypeRules } from './type-rules.ts';

const type = 'Microsoft.Compute/sshPublicKeys';

/** Whether Azure takes an SSH key: RSA of 2048 bits at least, or ED25519. */
export function isSshKey(key: string): boolean {
  const [kind, data = ''] = key.trim().split(/\s+/);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(data)) return false;
  const bytes = Buffer.from(data, 'base64');
  const named = bytes.length > 4 ? bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1') : '';
  if (kind === 'ssh-ed25519') return named === kind && bytes.length === 51;
  return kind === 'ssh-rsa' && named === kind && bytes.length >= 4 + 7 + 4 + 1 + 4 + 256;
}

function shown(key: SimResource): JsonObject {
  return document(key, propertiesOf(key));
}

export const sshPublicKeys: TypeRules = {
  type,
  subject: 'key',
  createMs: 0,
  deleteMs: 0,
  has: (view, id) => find(view, id) !== null,
  put(tx, id, body) {
    requireGroup(tx, id);
    const location = checkLocation(tx, textAt(body, 'location'), type);
    const publicKey = textAt(body, 'properties', 'publicKey');
    if (publicKey !== null && !isSshKey(publicKey)) throw invalidParameter('publicKey', 'The SSH public key provided is not valid. Azure supports RSA keys of at least 2048 bits and ED25519 keys in OpenSSH format.');
    tx.put(kept(tx, { id, kind: 'sshPublicKeys', location, body, properties: publicKey === null ? {} : { publicKey } }));
  },
  show: (view, id) => shown(get(view, id)),
  remove(tx, id) {
    const key = find(tx, id);
    if (key !== null) tx.remove('azure', key.id);
  },
  list: (view) => view.list('azure', 'sshPublicKeys').map(shown),
};
