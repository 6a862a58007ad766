import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { lastName, sameId } from './arm-id.ts';
import { numberAt, objectAt, objectsAt, patched, present, tagsOf, textAt, textsAt } from './fields.ts';
import { document, find, get, idOf, kept, propertiesOf, provisioningState } from './kept.ts';
import { checkLocation, checkZones } from './locations.ts';
import { invalidParameter, notAllowed } from './refuse.ts';
import { requireGroup } from './resource-groups.ts';
import { uuidOf } from './subscription.ts';
import type { TypeRules } from './type-rules.ts';

const type = 'Microsoft.Compute/disks';
const namePattern = /^[\w](?:[\w.-]{0,78}\w)?$/;
const skus = ['Standard_LRS', 'StandardSSD_LRS', 'StandardSSD_ZRS', 'Premium_LRS', 'Premium_ZRS', 'PremiumV2_LRS', 'UltraSSD_LRS'];

/** The machine that a disk is part of; null: none. */
export function ownerOf(view: WorldView, diskId: string): SimResource | null {
  const owns = (machine: SimResource): boolean => {
    const storage = objectAt(propertiesOf(machine), 'storageProfile');
    const ids = [textAt(storage, 'osDisk', 'managedDisk', 'id'), ...objectsAt(storage, 'dataDisks').map((disk) => textAt(disk, 'managedDisk', 'id'))];
    return ids.some((id) => sameId(id, diskId));
  };
  return view.list('azure', 'instance').find(owns) ?? null;
}

// What a disk of a size does: https://learn.microsoft.com/azure/virtual-machines/disks-types, the smaller tiers.
function performance(sku: string, sizeGb: number): JsonObject {
  const tiers = sku.startsWith('Premium')
    ? ([[4, 120, 25, 'P1'], [8, 120, 25, 'P2'], [16, 120, 25, 'P3'], [32, 120, 25, 'P4'], [64, 240, 50, 'P6'], [128, 500, 100, 'P10'], [256, 1100, 125, 'P15'], [512, 2300, 150, 'P20'], [1024, 5000, 200, 'P30'], [2048, 7500, 250, 'P40'], [32_767, 7500, 250, 'P50']] as const)
    : ([[32_767, 500, sku.startsWith('StandardSSD') ? 100 : 60, null]] as const);
  const found = tiers.find(([upTo]) => sizeGb <= upTo) ?? tiers[tiers.length - 1];
  return present({ diskIOPSReadWrite: found?.[1], diskMBpsReadWrite: found?.[2], tier: found?.[3] });
}

function shown(view: WorldView, disk: SimResource): JsonObject {
  const owner = ownerOf(view, idOf(disk));
  const state = owner === null ? 'Unattached' : owner.machine?.state === 'stopped' ? 'Reserved' : 'Attached';
  const { imageName: _, ...rest } = document(disk, { ...propertiesOf(disk), diskState: state, provisioningState: provisioningState(view, disk) });
  return present({ ...rest, managedBy: owner === null ? undefined : idOf(owner) });
}

function checkedSku(name: string): string {
  const found = skus.find((sku) => sku.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw invalidParameter('disk.sku.name', `The value '${name}' of parameter 'disk.sku.name' is invalid. Allowed values: ${skus.join(', ')}.`);
  return found;
}

/** What a new disk of a machine is made from. */
export interface DiskSpec {
  readonly id: string;
  readonly location: string;
  readonly zones: readonly string[];
  readonly sku: string;
  readonly sizeGb: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: JsonObject;
  /** Of the catalogue; null: an empty disk. */
  readonly imageName: string | null;
}

export function createDisk(tx: Transaction, { id, location, zones, sku, sizeGb, tags, properties, imageName }: DiskSpec): SimResource {
  if (!namePattern.test(lastName(id))) throw invalidParameter('disk.name', `Disk name ${lastName(id)} is invalid. It must begin with a letter or a digit, end with a letter, a digit or an underscore, and contain letters, digits, '_', '.' and '-' only, 80 characters at most.`);
  const name = checkedSku(sku);
  const disk = kept(tx, {
    id,
    kind: 'disks',
    location,
    zones,
    body: { tags },
    more: { sku: { name, tier: name.split('_')[0] ?? '' }, imageName },
    properties: {
      ...performance(name, sizeGb),
      encryption: { type: 'EncryptionAtRestWithPlatformKey' },
      networkAccessPolicy: 'AllowAll',
      publicNetworkAccess: 'Enabled',
      timeCreated: new Date(tx.nowMs).toISOString(),
      uniqueId: uuidOf(tx.newId(32)),
      diskSizeBytes: sizeGb * 2 ** 30,
      ...properties,
      diskSizeGB: sizeGb,
    },
  });
  tx.put(disk);
  return disk;
}

function resized(tx: Transaction, disk: SimResource, sizeGb: number | null): JsonObject {
  const now = numberAt(propertiesOf(disk), 'diskSizeGB') ?? 0;
  if (sizeGb === null || sizeGb === now) return {};
  if (sizeGb < now) throw notAllowed(`Disk with size ${now} GB cannot be resized to ${sizeGb} GB. Disk cannot be shrunk.`);
  const owner = ownerOf(tx, idOf(disk));
  const isOsDisk = owner !== null && sameId(textAt(propertiesOf(owner), 'storageProfile', 'osDisk', 'managedDisk', 'id'), idOf(disk));
  if (isOsDisk && (owner.machine?.state !== 'stopped' || owner.props.deallocate !== true)) {
    throw notAllowed(`Cannot resize disk ${lastName(idOf(disk))} while it is attached to running VM ${idOf(owner)}. Resizing a disk of an Azure Virtual Machine requires the virtual machine to be deallocated. Please stop your VM and retry the operation.`);
  }
  return { diskSizeGB: sizeGb, diskSizeBytes: sizeGb * 2 ** 30, ...performance(textAt(disk.props, 'sku', 'name') ?? '', sizeGb) };
}

/** Managed disks. */
export const disks: TypeRules = {
  type,
  subject: 'disk',
  createMs: 3000,
  deleteMs: 5000,
  has: (view, id) => find(view, id) !== null,
  put(tx, id, body) {
    requireGroup(tx, id);
    const location = checkLocation(tx, textAt(body, 'location'), type);
    const zones = checkZones(tx, location, textsAt(body, 'zones'), lastName(id));
    const before = find(tx, id);
    const given = objectAt(body, 'properties');
    if (before !== null) {
      tx.put({ ...before, tags: tagsOf(body), props: { ...before.props, properties: { ...patched(propertiesOf(before), given), ...resized(tx, before, numberAt(given, 'diskSizeGB')) } } });
      return;
    }
    const option = textAt(given, 'creationData', 'createOption');
    if (option !== 'Empty') throw invalidParameter('disk.creationData.createOption', `Disks with createOption '${option ?? ''}' are not part of this rehearsal: only Empty ones can be made by themselves.`);
    const sizeGb = numberAt(given, 'diskSizeGB');
    if (sizeGb === null || sizeGb < 1 || sizeGb > 65_536) throw invalidParameter('disk.diskSizeGB', `The value of parameter disk.diskSizeGB is invalid.`);
    createDisk(tx, { id, location, zones, sku: textAt(body, 'sku', 'name') ?? 'Standard_LRS', sizeGb, tags: tagsOf(body), properties: given, imageName: null });
  },
  patch(tx, id, body) {
    const disk = get(tx, id);
    const sku = textAt(body, 'sku', 'name');
    const given = objectAt(body, 'properties');
    tx.put({
      ...disk,
      tags: body.tags === undefined ? disk.tags : tagsOf(body),
      props: { ...disk.props, ...(sku === null ? {} : { sku: { name: checkedSku(sku), tier: sku.split('_')[0] ?? '' } }), properties: { ...patched(propertiesOf(disk), given), ...resized(tx, disk, numberAt(given, 'diskSizeGB')) } },
    });
  },
  show: (view, id) => shown(view, get(view, id)),
  remove(tx, id) {
    const disk = find(tx, id);
    if (disk === null) return;
    const owner = ownerOf(tx, id);
    if (owner !== null) throw notAllowed(`Disk ${lastName(idOf(disk))} is attached to VM ${idOf(owner)}.`);
    tx.remove('azure', disk.id);
  },
  list: (view) => view.list('azure', 'disks').map((disk) => shown(view, disk)),
};
