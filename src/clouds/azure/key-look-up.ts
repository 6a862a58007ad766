import * as z from 'zod';
import { invalidInput } from '../../core/errors.ts';
import { apiVersion } from './api-versions.ts';
import type { ArmClient } from './arm-client.ts';
import { readArmId, sameText } from './arm-id.ts';

const key = z.object({ id: z.string(), name: z.string(), properties: z.object({ publicKey: z.string().nullish() }).nullish() });

/** The public half of an SSH key resource, by its name in any of the subscription's groups. Rejects with invalid-input. */
export async function lookUpKey(arm: ArmClient, subscription: string, name: string): Promise<string> {
  const all = await arm.list(`/subscriptions/${subscription}/providers/Microsoft.Compute/sshPublicKeys`, apiVersion.compute, key);
  const found = all.filter((one) => sameText(one.name, name));
  const [only] = found;
  const list = 'az sshkey list --output table   or ssh.key: generate';
  if (only === undefined) throw invalidInput(`ssh.key: Azure keeps no SSH key "${name}" in this subscription`, list);
  if (found.length > 1) {
    const groups = found.map(({ id }) => readArmId(id)?.group ?? '?').join(', ');
    throw invalidInput(`ssh.key: there are ${found.length} SSH keys "${name}", in the groups ${groups}`, 'name a .pub file instead, or give one of them another name');
  }
  const text = only.properties?.publicKey?.trim();
  if (text) return text;
  throw invalidInput(`ssh.key: the SSH key "${name}" holds no public key yet`, list);
}
