import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { objects, text, textMap, texts, whole } from './fields.ts';
import { findImage, imageView } from './image.ts';
import { change, create, need } from './kept.ts';
import { checkLabels } from './labels.ts';
import { isName, lastName, resolveId, zonalId } from './names.ts';
import { timestamp } from './numeric-id.ts';
import { pace, pending, type Pending } from './pending.ts';
import { requireProject, requireZone } from './places.ts';
import { checkRegionalQuota } from './quota.ts';
import { alreadyExists, badName, inUse, invalid, required } from './refuse.ts';

export const diskTypeNames: readonly string[] = ['pd-standard', 'pd-balanced', 'pd-ssd', 'pd-extreme', 'hyperdisk-balanced', 'hyperdisk-extreme', 'hyperdisk-throughput', 'hyperdisk-ml'];

/** What a new disk is made of. `field` is where the request says so. */
export interface DiskOrder {
  readonly project: string;
  readonly zone: string;
  readonly name: string;
  readonly sizeGb: number | null;
  readonly type: string | null;
  readonly sourceImage: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string;
  readonly resourcePolicies: readonly string[];
  readonly provisionedIops: number | null;
  /** MiB/s */
  readonly provisionedThroughput: number | null;
  readonly field: { readonly size: string; readonly image: string; readonly type: string };
}

/** The disk's size and what it takes from its image, checked. */
export function checkedDisk(tx: Transaction, order: DiskOrder): JsonObject {
  const type = lastName(order.type ?? 'pd-standard');
  if (!diskTypeNames.includes(type)) {
    throw invalid(order.field.type, order.type ?? '', `Disk type with name '${type}' does not exist in zone '${order.zone}'.`);
  }
  const image = order.sourceImage === null ? null : findImage(tx, resolveId(order.sourceImage, 'images', { project: order.project }));
  if (order.sourceImage !== null && image === null) throw invalid(order.field.image, order.sourceImage, 'The referenced image resource cannot be found.');
  const least = image?.image.minDiskGb ?? 0;
  const sizeGb = order.sizeGb ?? (image === null ? (type === 'pd-standard' ? 500 : 100) : least);
  if (sizeGb < least) throw invalid(order.field.size, String(sizeGb), `Requested disk size cannot be smaller than the image size (${least} GB)`);
  if (sizeGb < 1 || sizeGb > 65_536) throw invalid(order.field.size, String(sizeGb), `Disk size: '${sizeGb} GB' is out of range: [1, 65536] GB.`);
  const seen = image === null ? {} : imageView(image);
  return {
    type: zonalId(order.project, order.zone, 'diskTypes', type),
    sizeGb: String(sizeGb),
    status: 'READY',
    physicalBlockSizeBytes: '4096',
    description: order.description,
    ...(image === null ? {} : { sourceImage: image.id, sourceImageId: text(seen, 'id') ?? '' }),
    architecture: text(seen, 'architecture') ?? null,
    licenses: texts(seen, 'licenses'),
    guestOsFeatures: objects(seen, 'guestOsFeatures'),
    resourcePolicies: order.resourcePolicies,
    ...performanceOf(type, order, sizeGb),
    users: [],
  };
}

/** What a disk of a type is provisioned with (Compute Engine's documentation); types that are not here: with nothing but their size. */
const provisioned: Readonly<Record<string, { readonly iops: boolean; readonly throughput: boolean }>> = {
  'pd-extreme': { iops: true, throughput: false },
  'hyperdisk-balanced': { iops: true, throughput: true },
  'hyperdisk-extreme': { iops: true, throughput: false },
  'hyperdisk-throughput': { iops: false, throughput: true },
  'hyperdisk-ml': { iops: false, throughput: true },
};

/** What was asked for, as far as the type has it; else what a Hyperdisk Balanced of that size has by itself. */
function performanceOf(type: string, { provisionedIops, provisionedThroughput }: DiskOrder, sizeGb: number): JsonObject {
  const { iops = false, throughput = false } = provisioned[type] ?? {};
  const above = Math.max(0, sizeGb - 6);
  const own = type === 'hyperdisk-balanced' ? { iops: Math.min(3_000 + above * 6, 3_600), throughput: Math.min(Math.floor(140 + above * 1.5), 290) } : null;
  const [io, mibps] = [provisionedIops ?? own?.iops, provisionedThroughput ?? own?.throughput];
  return {
    ...(iops && io !== undefined ? { provisionedIops: String(io) } : {}),
    ...(throughput && mibps !== undefined ? { provisionedThroughput: String(mibps) } : {}),
  };
}

/** Makes a disk that is checked. */
export function createDisk(tx: Transaction, order: DiskOrder, props: JsonObject): SimResource {
  return create(tx, 'disk', zonalId(order.project, order.zone, 'disks', order.name), props, order.labels);
}

/** `compute.disks.insert`. */
export function insertDisk(tx: Transaction, project: string, zone: string, body: JsonObject): Pending {
  requireProject(project);
  const region = requireZone(tx, zone);
  const name = text(body, 'name');
  if (name === null) throw required('resource.name');
  if (!isName(name)) throw badName('resource.name', name);
  const labels = textMap(body, 'labels');
  checkLabels(labels);
  const id = zonalId(project, zone, 'disks', name);
  if (tx.get('gcp', id) !== null) throw alreadyExists(id);
  const order: DiskOrder = {
    project,
    zone,
    name,
    labels,
    sizeGb: whole(body, 'sizeGb'),
    type: text(body, 'type'),
    sourceImage: text(body, 'sourceImage'),
    description: text(body, 'description') ?? '',
    resourcePolicies: texts(body, 'resourcePolicies'),
    provisionedIops: whole(body, 'provisionedIops'),
    provisionedThroughput: whole(body, 'provisionedThroughput'),
    field: { size: 'resource.sizeGb', image: 'resource.sourceImage', type: 'resource.type' },
  };
  const props = checkedDisk(tx, order);
  const sizeGb = whole(props, 'sizeGb') ?? 0;
  checkRegionalQuota(tx, project, region, lastName(text(props, 'type') ?? '') === 'pd-standard' ? { DISKS_TOTAL_GB: sizeGb } : { SSD_TOTAL_GB: sizeGb });
  return pending(createDisk(tx, order, props), 'insert', pace.disk);
}

/** A disk is attached to an instance, or no longer (`by` null). */
export function setUser(tx: Transaction, disk: SimResource, by: string | null): SimResource {
  const stamp: JsonObject = by === null ? { lastDetachTimestamp: timestamp(tx.nowMs) } : { lastAttachTimestamp: timestamp(tx.nowMs) };
  return change(tx, disk, { users: by === null ? [] : [by], ...stamp });
}

/** `compute.disks.resize`: only larger. */
export function resizeDisk(tx: Transaction, id: string, body: JsonObject): Pending {
  const disk = need(tx, 'disk', id);
  const size = whole(body, 'sizeGb') ?? 0;
  const before = whole(disk.props, 'sizeGb') ?? 0;
  if (size <= before) throw invalid('sizeGb', String(size), `New disk size '${size}' must be larger than existing size '${before}'.`);
  return pending(change(tx, disk, { sizeGb: String(size) }), 'resizeDisk', pace.change);
}

/** `compute.disks.delete`. Refuses while a machine has it. */
export function deleteDisk(tx: Transaction, id: string): Pending {
  const disk = need(tx, 'disk', id);
  const user = texts(disk.props, 'users')[0];
  if (user !== undefined) throw inUse('disk', id, user);
  tx.remove('gcp', id);
  return pending(disk, 'delete', pace.disk);
}
