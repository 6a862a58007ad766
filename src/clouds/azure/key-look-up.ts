import * as z from 'zod';
import { invalidInput } from '../../core/errors.ts';
import { apiVersion } from './api-versions.ts';
import { type ArmClient, isMissing } from './arm-client.ts';
import { readArmId, sameText, typeOf, writeArmId } from './arm-id.ts';

const key = z.object({ id: z.string(), name: z.string(), properties: z.object({ publicKey: z.string().nullish() }).nullish() });

const keyType = 'Microsoft.Compute/sshPublicKeys';
const list = 'az sshkey list --output table   or ssh.key: generate';

/** The public half of an SSH key resource: by its id, or by its name in any of the subscription's groups. Rejects with invalid-input. */
export async function lookUpKey(arm: ArmClient, subscription: string, named: string): Promise<string> {
  const found = named.startsWith('/') ? await byId(arm, named) : await byName(arm, subscription, named);
  const text = found.properties?.publicKey?.trim();
  if (text) return text;
  throw invalidInput(`ssh.key: the SSH key "${named}" holds no public key yet`, list);
}

async function byId(arm: ArmClient, id: string): Promise<z.output<typeof key>> {
  const parsed = readArmId(id);
  if (parsed === null || !sameText(typeOf(parsed), keyType)) throw invalidInput(`ssh.key is no SSH key's id: "${id}"`, list);
  try {
    return await arm.get(writeArmId(parsed), apiVersion.compute, key);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw invalidInput(`ssh.key: there is no such SSH key, or these credentials may not see it: ${id}`, list);
  }
}

async function byName(arm: ArmClient, subscription: string, name: string): Promise<z.output<typeof key>> {
  const all = await arm.list(`/subscriptions/${subscription}/providers/${keyType}`, apiVersion.compute, key);
  const found = all.filter((one) => sameText(one.name, name));
  const [only] = found;
  if (only === undefined) throw invalidInput(`ssh.key: Azure keeps no SSH key "${name}" in this subscription`, list);
  if (found.length === 1) return only;
  const ids = found.map(({ id }) => readArmId(id)?.group ?? '?').join(', ');
  throw invalidInput(`ssh.key: there are ${found.length} SSH keys "${name}", in the groups ${ids}`, `name one of them by its id: ssh.key: ${only.id}`);
}
