import { CloudError } from '../../engine/cloud-error.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import { accountId } from './account.ts';
import { createHash } from 'node:crypto';
import { add, all, type Ec2, type Ec2View, get, remove, type Tags } from './ec2.ts';
import { invalidParameter } from './errors.ts';
import { numberOrNull, rows, text, withProps } from './props.ts';
import { zonesOf } from './regions.ts';
import { checkedTags } from './tags.ts';

export interface NewVolume {
  readonly zone: string;
  readonly sizeGb: number;
  /** @default 'gp2' */
  readonly type?: string | null;
  readonly iops?: number | null;
  readonly throughput?: number | null;
  readonly encrypted?: boolean;
  readonly kmsKeyId?: string | null;
  readonly snapshotId?: string | null;
  readonly tags?: Tags;
}

interface Limits {
  readonly minGb: number;
  readonly maxGb: number;
  /** null: the type takes none. */
  readonly iops: { readonly usual: number | null; readonly min: number; readonly max: number; readonly perGb: number } | null;
}

/** EBS user guide, "Amazon EBS volume types". */
const limits: Readonly<Record<string, Limits>> = {
  gp2: { minGb: 1, maxGb: 16_384, iops: null },
  gp3: { minGb: 1, maxGb: 65_536, iops: { usual: 3_000, min: 3_000, max: 80_000, perGb: 500 } },
  io1: { minGb: 4, maxGb: 16_384, iops: { usual: null, min: 100, max: 64_000, perGb: 50 } },
  io2: { minGb: 4, maxGb: 65_536, iops: { usual: null, min: 100, max: 256_000, perGb: 1_000 } },
  standard: { minGb: 1, maxGb: 1_024, iops: null },
  st1: { minGb: 125, maxGb: 16_384, iops: null },
  sc1: { minGb: 125, maxGb: 16_384, iops: null },
};

/** CreateVolume, and the volumes of RunInstances. */
export function createVolume(ec2: Ec2, { zone, encrypted = false, kmsKeyId = null, snapshotId = null, tags = {}, ...wanted }: NewVolume): SimResource {
  if (!zonesOf(ec2.tx.catalogue, ec2.region).some(({ name }) => name === zone)) {
    throw new CloudError('InvalidZone.NotFound', `The zone '${zone}' does not exist.`);
  }
  const key = encrypted ? (kmsKeyId ?? defaultKmsKey(ec2.region)) : null;
  return add(ec2, 'volume', {
    zone,
    tags: checkedTags(tags),
    props: { ...performance(wanted), encrypted: encrypted || kmsKeyId !== null, kmsKeyId: key ?? kmsKeyId, snapshotId, attachments: [] },
  });
}

/** Type, size and speed as EC2 fills them in. Throws for what it does not make. */
function performance({ sizeGb, type, iops = null, throughput = null }: Pick<NewVolume, 'sizeGb' | 'type' | 'iops' | 'throughput'>): JsonObject {
  const volumeType = type ?? 'gp2';
  const rule = limits[volumeType];
  if (rule === undefined) throw invalidParameter(`Value (${volumeType}) for parameter volumeType is invalid. Volume type not recognized.`);
  if (sizeGb < rule.minGb || sizeGb > rule.maxGb) {
    throw invalidParameter(`Volume of ${sizeGb}GiB is ${sizeGb < rule.minGb ? 'smaller' : 'larger'} than the ${sizeGb < rule.minGb ? 'minimum' : 'maximum'} size of ${sizeGb < rule.minGb ? rule.minGb : rule.maxGb}GiB for the ${volumeType} volume type.`);
  }
  return { sizeGb, volumeType, iops: checkedIops(volumeType, rule, sizeGb, iops), throughput: checkedThroughput(volumeType, iops, throughput) };
}

function checkedIops(type: string, { iops: rule }: Limits, sizeGb: number, iops: number | null): number | null {
  if (rule === null) {
    if (iops !== null && type !== 'gp2') throw invalidParameter(`The parameter iops is not supported for ${type} volumes.`);
    // Three for each GiB, between 100 and 16000.
    return type === 'gp2' ? Math.min(16_000, Math.max(100, 3 * sizeGb)) : null;
  }
  const wanted = iops ?? rule.usual;
  if (wanted === null) throw new CloudError('MissingParameter', `The request must contain the parameter iops for ${type} volumes.`);
  if (wanted < rule.min) throw invalidParameter(`Volume iops of ${wanted} is too low; minimum is ${rule.min}.`);
  if (wanted > rule.max) throw invalidParameter(`Volume iops of ${wanted} is too high; maximum is ${rule.max}.`);
  if (wanted > rule.min && wanted > sizeGb * rule.perGb) {
    throw invalidParameter(`Iops to volume size ratio of ${(wanted / sizeGb).toFixed(6)} is too high; maximum is ${rule.perGb}.000000`);
  }
  return wanted;
}

function checkedThroughput(type: string, iops: number | null, throughput: number | null): number | null {
  if (type !== 'gp3') {
    if (throughput !== null) throw invalidParameter(`The parameter throughput is not supported for ${type} volumes.`);
    return null;
  }
  const wanted = throughput ?? 125;
  if (wanted < 125 || wanted > 2_000) throw invalidParameter(`Throughput of ${wanted} MiB/s is out of range; it goes from 125 to 2000.`);
  const most = (iops ?? 3_000) / 4;
  if (wanted > most) throw invalidParameter(`Throughput (MiBps) to iops ratio of ${(wanted / (iops ?? 3_000)).toFixed(6)} is too high; maximum is 0.250000 MiBps per iops.`);
  return wanted;
}

/** The account's own key for EBS in a region. */
export function defaultKmsKey(region: string): string {
  const hex = createHash('sha256').update(`aws/ebs ${region}`).digest('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
  return `arn:aws:kms:${region}:${accountId}:key/${uuid}`;
}

export interface Attachment {
  readonly instanceId: string;
  readonly device: string;
  readonly deleteOnTermination: boolean;
  readonly attachedAtMs: number;
}

export function attachmentsOf(volume: SimResource): readonly Attachment[] {
  return rows(volume, 'attachments').map((each) => ({
    instanceId: text(each, 'instanceId'),
    device: text(each, 'device'),
    deleteOnTermination: each.props.deleteOnTermination === true,
    attachedAtMs: numberOrNull(each, 'attachedAtMs') ?? 0,
  }));
}

export function volumesOf(ec2: Ec2View, instanceId: string): readonly { readonly volume: SimResource; readonly attachment: Attachment }[] {
  return all(ec2, 'volume').flatMap((volume) =>
    attachmentsOf(volume).filter((each) => each.instanceId === instanceId).map((attachment) => ({ volume, attachment })),
  );
}

/** AttachVolume. */
export function attachVolume(ec2: Ec2, volumeId: string, { instanceId, device, deleteOnTermination = false }: { readonly instanceId: string; readonly device: string; readonly deleteOnTermination?: boolean }): void {
  const volume = get(ec2, 'volume', volumeId);
  const instance = get(ec2, 'instance', instanceId);
  if (volume.zone !== instance.zone) {
    throw new CloudError('InvalidVolume.ZoneMismatch', `The volume '${volumeId}' is not in the same availability zone as instance '${instanceId}'`);
  }
  if (attachmentsOf(volume).length > 0) throw new CloudError('VolumeInUse', `${volumeId} is already attached to an instance`);
  if (volumesOf(ec2, instanceId).some(({ attachment }) => attachment.device === device)) {
    throw invalidParameter(`Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`);
  }
  ec2.tx.put(withProps(volume, { attachments: [{ instanceId, device, deleteOnTermination, attachedAtMs: ec2.tx.nowMs }] }));
}

/** DetachVolume. */
export function detachVolume(ec2: Ec2, volumeId: string): Attachment {
  const volume = get(ec2, 'volume', volumeId);
  const [attachment] = attachmentsOf(volume);
  if (attachment === undefined) throw new CloudError('IncorrectState', `Volume '${volumeId}' is in the 'available' state.`);
  const instance = get(ec2, 'instance', attachment.instanceId);
  if (text(instance, 'rootDeviceName') === attachment.device && instance.machine?.state !== 'stopped') {
    throw new CloudError('OperationNotPermitted', `Unable to detach root volume '${volumeId}' from instance '${instance.id}'`);
  }
  ec2.tx.put(withProps(volume, { attachments: [] }));
  return attachment;
}

/** ModifyVolume: it only grows. */
export function modifyVolume(ec2: Ec2, id: string, change: { readonly sizeGb?: number | null; readonly type?: string | null; readonly iops?: number | null; readonly throughput?: number | null }): void {
  const volume = get(ec2, 'volume', id);
  const oldSizeGb = numberOrNull(volume, 'sizeGb') ?? 0;
  const sizeGb = change.sizeGb ?? oldSizeGb;
  if (sizeGb < oldSizeGb) throw invalidParameter(`New size cannot be smaller than existing size`);
  const oldType = text(volume, 'volumeType');
  const type = change.type ?? oldType;
  const kept = type === oldType && (limits[type]?.iops ?? null) !== null;
  const iops = change.iops ?? (kept ? numberOrNull(volume, 'iops') : null);
  const throughput = change.throughput ?? (type === oldType ? numberOrNull(volume, 'throughput') : null);
  ec2.tx.put(withProps(volume, performance({ sizeGb, type, iops, throughput })));
}

/** DeleteVolume: when it is attached to nothing. */
export function deleteVolume(ec2: Ec2, id: string): void {
  const volume = get(ec2, 'volume', id);
  const [attachment] = attachmentsOf(volume);
  if (attachment !== undefined) throw new CloudError('VolumeInUse', `Volume ${id} is currently attached to ${attachment.instanceId}`);
  remove(ec2, volume);
}
