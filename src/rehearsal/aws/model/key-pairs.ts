import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { add, all, type Ec2, type Ec2View, remove, type Tags } from './ec2.ts';
import { invalidParameter, notFound } from './errors.ts';
import { importKey } from './ssh-public-keys.ts';
import { checkedTags } from './tags.ts';

/** ImportKeyPair. A name is unique in the region. */
export function importKeyPair(ec2: Ec2, { name, publicKey, tags = {} }: { readonly name: string; readonly publicKey: string; readonly tags?: Tags }): SimResource {
  if (name === '' || name.length > 255 || !/^[\x20-\x7e]*$/.test(name)) throw invalidParameter(`Invalid value '${name}' for KeyName`);
  if (findKeyPair(ec2, name) !== null) throw new CloudError('InvalidKeyPair.Duplicate', 'The keypair already exists');
  const key = importKey(publicKey);
  return add(ec2, 'key-pair', { name, tags: checkedTags(tags), props: { ...key } });
}

export function findKeyPair(ec2: Ec2View, name: string): SimResource | null {
  return all(ec2, 'key-pair').find((pair) => pair.name === name) ?? null;
}

export function getKeyPair(ec2: Ec2View, name: string): SimResource {
  const pair = findKeyPair(ec2, name);
  if (pair === null) throw notFound('key-pair', name);
  return pair;
}

/** DeleteKeyPair, by name or id: what is not there is no error. */
export function deleteKeyPair(ec2: Ec2, nameOrId: string): SimResource | null {
  const pair = all(ec2, 'key-pair').find(({ id, name }) => id === nameOrId || name === nameOrId) ?? null;
  if (pair !== null) remove(ec2, pair);
  return pair;
}
