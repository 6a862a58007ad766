import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import type { LeftResource } from '../../core/events.ts';
import { tagKeys } from '../../core/tags.ts';
import { withLimit } from '../../core/with-limit.ts';
import { apiVersion } from './api-versions.ts';
import { type ArmClient, isMissing } from './arm-client.ts';
import { type ArmId, readArmId, sameText, typeOf, writeArmId } from './arm-id.ts';
import { locationName } from './names.ts';
import { nameTag, tagIn } from './tags.ts';

/** Terraform's words for Azure's types, and the spelling in which the provider writes them. */
const types: Readonly<Record<string, string>> = {
  'Microsoft.Resources/resourceGroups': 'azurerm_resource_group',
  'Microsoft.Compute/virtualMachines': 'azurerm_linux_virtual_machine',
  'Microsoft.Compute/disks': 'azurerm_managed_disk',
  'Microsoft.Compute/snapshots': 'azurerm_snapshot',
  'Microsoft.Compute/images': 'azurerm_image',
  'Microsoft.Compute/sshPublicKeys': 'azurerm_ssh_public_key',
  'Microsoft.Logic/workflows': 'azurerm_logic_app_workflow',
  'Microsoft.Network/networkInterfaces': 'azurerm_network_interface',
  'Microsoft.Network/publicIPAddresses': 'azurerm_public_ip',
  'Microsoft.Network/networkSecurityGroups': 'azurerm_network_security_group',
  'Microsoft.Network/virtualNetworks': 'azurerm_virtual_network',
};

const resource = z.object({
  id: z.string(),
  name: z.string().default(''),
  location: z.string().nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
});
type Resource = z.output<typeof resource>;

/** A resource with the tags that it carries, and those of the group that it was found in. */
export interface TaggedResource {
  readonly resource: LeftResource;
  readonly tags: Resource['tags'];
  readonly groupTags: Resource['tags'];
}

export interface TaggedListing {
  readonly found: readonly TaggedResource[];
  /** Groups of which the contents could not be listed: of those, only what carries the tag itself is found. */
  readonly refused: readonly { readonly group: LeftResource; readonly error: LabError }[];
}

/** A group is a call of its own. */
const groupsAtOnce = 8;

/** Everything of the session in the subscription. Rejects with a LabError where a group of it does not answer, too. */
export async function listTagged(arm: ArmClient, subscription: string, sessionId: string): Promise<readonly LeftResource[]> {
  const { found, refused } = await findTagged(arm, subscription, { key: tagKeys.session, value: sessionId });
  const [first] = refused;
  if (first !== undefined) throw first.error;
  return found.map(({ resource }) => resource);
}

/**
 * Everything in the subscription whose tag has that value, and everything in the groups whose tag has, in Terraform's words for types
 * and ids: a disk that Azure made for a machine carries no tag of its own. What is on its way out is still there, and still costs.
 * Rejects with a LabError.
 */
export async function findTagged(arm: ArmClient, subscription: string, { key, value }: { readonly key: string; readonly value: string }): Promise<TaggedListing> {
  const base = `/subscriptions/${subscription}`;
  const $filter = `tagName eq '${key}' and tagValue eq '${value.replaceAll("'", "''")}'`;
  const [groups, tagged] = await Promise.all([
    arm.list(`${base}/resourcegroups`, apiVersion.resources, resource, { $filter }),
    arm.list(`${base}/resources`, apiVersion.resources, resource, { $filter }),
  ]);
  const isInside = (one: Resource, group: Resource) => sameText(group.name, readArmId(one.id)?.group ?? '');
  const [inside, strays] = await Promise.all([
    withLimit(groups, groupsAtOnce, (group) => contentsOf(arm, base, group, tagged.filter((one) => isInside(one, group)))),
    stillThere(arm, base, tagged.filter((one) => !groups.some((group) => isInside(one, group)))),
  ]);
  const taggedResource = (one: Resource, group: Resource | null): TaggedResource => ({ resource: leftResource(one, group, groups), tags: one.tags, groupTags: group?.tags });
  const found = [
    ...groups.map((group) => taggedResource(group, null)),
    ...inside.flatMap(({ group, contents }) => contents.map((one) => taggedResource(one, group))),
    ...strays.map((one) => taggedResource(one, null)),
  ];
  return {
    found: found.filter((one, index) => found.findIndex(({ resource: { id } }) => sameText(id, one.resource.id)) === index),
    refused: inside.flatMap(({ group, error }) => (error === null ? [] : [{ group: leftResource(group, null, groups), error }])),
  };
}

interface Contents {
  readonly group: Resource;
  readonly contents: readonly Resource[];
  /** They could not be listed: these are those that are known from elsewhere. */
  readonly error: LabError | null;
}

async function contentsOf(arm: ArmClient, base: string, group: Resource, known: readonly Resource[]): Promise<Contents> {
  try {
    return { group, contents: await arm.list(`${base}/resourceGroups/${group.name}/resources`, apiVersion.resources, resource), error: null };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    // It went away meanwhile, which is what is hoped for.
    return isMissing(error) ? { group, contents: [], error: null } : { group, contents: known, error };
  }
}

/** The listing by tag shows for minutes what went with its group: a group that is gone has nothing in it. */
async function stillThere(arm: ArmClient, base: string, strays: readonly Resource[]): Promise<readonly Resource[]> {
  const names = [...new Set(strays.flatMap(({ id }) => readArmId(id)?.group?.toLowerCase() ?? []))];
  const gone = await withLimit(names, groupsAtOnce, async (name) => ((await exists(arm, `${base}/resourceGroups/${name}`)) ? [] : [name]));
  return strays.filter(({ id }) => !gone.flat().includes(readArmId(id)?.group?.toLowerCase() ?? ''));
}

async function exists(arm: ArmClient, path: string): Promise<boolean> {
  try {
    await arm.get(path, apiVersion.resources, z.unknown());
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** What carries no name in labtui's words goes by its group's, so that another stack of the session is not taken for its owner. */
function leftResource(one: Resource, group: Resource | null, groups: readonly Resource[]): LeftResource {
  const parsed = readArmId(one.id);
  const id = parsed === null ? one.id : writeArmId(spelled(parsed, groups));
  const type = parsed === null ? null : typeOf(parsed);
  return {
    type: Object.entries(types).find(([name]) => type !== null && sameText(name, type))?.[1] ?? type ?? 'unknown',
    id,
    name: tagIn(one.tags, nameTag) ?? tagIn(group?.tags, nameTag) ?? one.name,
    region: one.location == null ? null : locationName(one.location),
    seenBy: 'listing',
  };
}

/** Compute writes group names in capitals, others types in small letters: ids are to be those of the state. */
function spelled(id: ArmId, groups: readonly Resource[]): ArmId {
  const group = groups.find(({ name }) => id.group !== null && sameText(name, id.group))?.name ?? id.group;
  const known = Object.keys(types).find((type) => sameText(type, typeOf(id)));
  const [namespace, ...own] = known?.split('/') ?? [];
  if (id.namespace === null || namespace === undefined) return { ...id, group };
  return { ...id, group, namespace, types: own };
}
