import type { CatalogueImage, CatalogueType } from '../../engine/catalogue.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { Transaction } from '../../engine/world.ts';
import { checkedDisk, createDisk, type DiskOrder, setUser } from './disk.ts';
import { flag, object, objects, text, textMap, texts, whole } from './fields.ts';
import { findImage } from './image.ts';
import { find } from './kept.ts';
import { checkLabels } from './labels.ts';
import { diskFits } from './machine-type.ts';
import { isName, lastName, resolveId, zonalId } from './names.ts';
import { alreadyExists, badName, badRequest, inUse, invalid, invalidUsage } from './refuse.ts';

/** The disks of a new instance: what is checked now and made when all else is checked too. */
export interface DiskPlan {
  readonly bootImage: CatalogueImage;
  readonly newGb: { readonly standard: number; readonly ssd: number };
  /** Makes the new disks, attaches all; the instance's `disks`. */
  attach(instanceId: string): readonly JsonObject[];
}

interface Entry {
  readonly props: JsonObject;
  readonly id: string;
  readonly order: DiskOrder | null;
  readonly boot: boolean;
  readonly spec: JsonObject;
  readonly image: string | null;
}

/** Checks the disks of a new instance: one boots, sizes and types fit, the image's architecture is the machine's. */
export function planDisks(tx: Transaction, project: string, zone: string, instanceName: string, type: CatalogueType, body: JsonObject): DiskPlan {
  const given = objects(body, 'disks');
  const specs = given.filter((spec) => text(spec, 'type') !== 'SCRATCH');
  if (specs.length < given.length) throw badRequest('Local SSDs are not part of the rehearsal.');
  const entries = specs.map((spec, at) => entryOf(tx, project, zone, instanceName, spec, at));
  const boot = entries.find((entry) => entry.boot) ?? entries[0];
  if (boot === undefined) throw badRequest('Invalid resource: at least one disk is required, and it must be the boot disk.');
  const image = boot.image === null ? null : findImage(tx, boot.image);
  if (image === null) throw badRequest(`The boot disk '${boot.id}' has no image that can boot.`);
  if (image.image.arch !== type.arch) {
    const word = { amd64: 'X86_64', arm64: 'ARM64' } as const;
    throw invalidUsage(`Requested boot disk architecture (${word[image.image.arch]}) is not compatible with machine type architecture (${word[type.arch]}).`);
  }
  for (const { props } of entries) {
    const diskType = lastName(text(props, 'type') ?? '');
    if (!diskFits(diskType, type.type)) throw badRequest(`[${diskType}, ${type.type}] features are not compatible for creating instance.`);
  }
  const sum = (standard: boolean): number =>
    entries.filter(({ order, props }) => order !== null && (lastName(text(props, 'type') ?? '') === 'pd-standard') === standard).reduce((total, { props }) => total + (whole(props, 'sizeGb') ?? 0), 0);
  return {
    bootImage: image.image,
    newGb: { standard: sum(true), ssd: sum(false) },
    attach: (instanceId) => entries.map((entry, index) => attachEntry(tx, entry, instanceId, index, entry === boot)),
  };
}

function entryOf(tx: Transaction, project: string, zone: string, instanceName: string, spec: JsonObject, at: number): Entry {
  const field = `resource.disks[${at}]`;
  const boot = flag(spec, 'boot') ?? false;
  const source = text(spec, 'source');
  if (source !== null) {
    const disk = find(tx, 'disk', resolveId(source, 'disks', { project, zone }));
    if (disk === null) throw invalid(`${field}.source`, source, 'The referenced disk resource cannot be found.');
    if (disk.zone !== zone) throw invalid(`${field}.source`, source, 'Disk must be in the same zone as the instance.');
    const user = texts(disk.props, 'users')[0];
    if (user !== undefined) throw inUse('disk', disk.id, user);
    return { props: disk.props, id: disk.id, order: null, boot, spec, image: text(disk.props, 'sourceImage') };
  }
  const params = object(spec, 'initializeParams') ?? {};
  const name = text(params, 'diskName') ?? (at === 0 ? instanceName : `${instanceName}-${at}`);
  if (!isName(name)) throw badName(`${field}.initializeParams.diskName`, name);
  const id = zonalId(project, zone, 'disks', name);
  if (tx.get('gcp', id) !== null) throw alreadyExists(id);
  const labels = textMap(params, 'labels');
  checkLabels(labels, `${field}.initializeParams.labels`);
  const order: DiskOrder = {
    project,
    zone,
    name,
    labels,
    sizeGb: whole(params, 'diskSizeGb'),
    type: text(params, 'diskType'),
    sourceImage: text(params, 'sourceImage'),
    description: text(params, 'description') ?? '',
    resourcePolicies: texts(params, 'resourcePolicies'),
    provisionedIops: whole(params, 'provisionedIops'),
    provisionedThroughput: whole(params, 'provisionedThroughput'),
    field: {
      size: `${field}.initializeParams.diskSizeGb`,
      image: `${field}.initializeParams.sourceImage`,
      type: `${field}.initializeParams.diskType`,
    },
  };
  const props = checkedDisk(tx, order);
  return { props, id, order, boot, spec, image: text(props, 'sourceImage') };
}

function attachEntry(tx: Transaction, entry: Entry, instanceId: string, index: number, boot: boolean): JsonObject {
  const disk = entry.order === null ? find(tx, 'disk', entry.id) : createDisk(tx, entry.order, entry.props);
  if (disk !== null) setUser(tx, disk, instanceId);
  return {
    source: entry.id,
    index,
    boot,
    autoDelete: flag(entry.spec, 'autoDelete') ?? false,
    deviceName: text(entry.spec, 'deviceName') ?? `persistent-disk-${index}`,
    mode: text(entry.spec, 'mode') ?? 'READ_WRITE',
    interface: text(entry.spec, 'interface') ?? 'SCSI',
    type: 'PERSISTENT',
  };
}
