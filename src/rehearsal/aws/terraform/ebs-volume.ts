import type { Attributes } from '../../../plugin/behaviour.ts';
import { ec2Arn } from '../model/account.ts';
import { find } from '../model/ec2.ts';
import { flag, numberOrNull, text as prop } from '../model/props.ts';
import { attachmentsOf, attachVolume, createVolume, deleteVolume, detachVolume, modifyVolume } from '../model/volumes.ts';
import { askEc2 } from './ask-ec2.ts';
import { bool, number, text } from '../../../plugin/attributes.ts';
import { isSame } from './attributes.ts';
import { stringHash } from './go-hash.ts';
import { sdkResource } from './sdk-resource.ts';
import { allTags, tagAttributes } from './tagging.ts';

/** 0 is the SDK's way to say nothing. */
function positive(attributes: Attributes, name: string): number | null {
  const value = number(attributes, name);
  return value === 0 ? null : value;
}

export const ebsVolumeBehaviour = sdkResource({
  type: 'aws_ebs_volume',
  label: 'EBS Volume',
  tagged: true,
  defaults: { final_snapshot: false },
  replacedBy: ['availability_zone', 'encrypted', 'kms_key_id', 'multi_attach_enabled', 'outpost_arn', 'snapshot_id'],
  createOperation: 'CreateVolume',
  create: (ec2, planned, context) =>
    createVolume(ec2, {
      zone: text(planned, 'availability_zone') ?? '',
      sizeGb: number(planned, 'size') ?? 0,
      type: text(planned, 'type'),
      iops: positive(planned, 'iops'),
      throughput: positive(planned, 'throughput'),
      encrypted: bool(planned, 'encrypted') ?? false,
      kmsKeyId: text(planned, 'kms_key_id'),
      tags: allTags(context, planned),
    }).id,
  settle: async (context, id, prior, planned) => {
    const changed = (name: string) => prior !== null && !isSame(prior[name], planned[name]);
    if (!['size', 'type', 'iops', 'throughput'].some(changed)) return;
    const only = (name: string) => (changed(name) ? positive(planned, name) : null);
    await askEc2(context, 'ModifyVolume', { target: id }, (ec2) =>
      modifyVolume(ec2, id, { sizeGb: only('size'), type: changed('type') ? text(planned, 'type') : null, iops: only('iops'), throughput: only('throughput') }),
    );
  },
  readOperation: 'DescribeVolumes',
  state: (ec2, id, prior, context) => {
    const volume = find(ec2, 'volume', id);
    if (volume === null) return null;
    return {
      arn: ec2Arn(ec2.region, 'volume', id),
      availability_zone: volume.zone ?? '',
      create_time: new Date(volume.createdAtMs).toISOString().replace(/\.\d+/, ''),
      encrypted: flag(volume, 'encrypted'),
      final_snapshot: bool(prior, 'final_snapshot') ?? false,
      id,
      iops: numberOrNull(volume, 'iops') ?? 0,
      kms_key_id: prop(volume, 'kmsKeyId'),
      multi_attach_enabled: false,
      outpost_arn: '',
      size: numberOrNull(volume, 'sizeGb') ?? 0,
      snapshot_id: prop(volume, 'snapshotId'),
      throughput: numberOrNull(volume, 'throughput') ?? 0,
      type: prop(volume, 'volumeType'),
      ...tagAttributes(context, volume, prior),
      timeouts: prior.timeouts ?? null,
    };
  },
  deleteOperation: 'DeleteVolume',
  delete: (ec2, id) => deleteVolume(ec2, id),
  goneCodes: ['InvalidVolume.NotFound'],
});

export const volumeAttachmentBehaviour = sdkResource({
  type: 'aws_volume_attachment',
  label: 'EBS Volume Attachment',
  tagged: false,
  replacedBy: ['device_name', 'instance_id', 'volume_id'],
  createOperation: 'AttachVolume',
  create: (ec2, planned) => {
    const [volumeId, instanceId, device] = [text(planned, 'volume_id') ?? '', text(planned, 'instance_id') ?? '', text(planned, 'device_name') ?? ''];
    attachVolume(ec2, volumeId, { instanceId, device });
    return `vai-${stringHash(`${device}-${instanceId}-${volumeId}-`)}`;
  },
  // Switches of its own deletion, of which the cloud knows nothing.
  settle: () => Promise.resolve(),
  readOperation: 'DescribeVolumes',
  state: (ec2, id, prior) => {
    const volume = find(ec2, 'volume', text(prior, 'volume_id') ?? '');
    const attached = volume !== null && attachmentsOf(volume).some(({ instanceId, device }) => instanceId === text(prior, 'instance_id') && device === text(prior, 'device_name'));
    if (!attached) return null;
    const kept = ['device_name', 'force_detach', 'instance_id', 'skip_destroy', 'stop_instance_before_detaching', 'timeouts', 'volume_id'];
    return { ...Object.fromEntries(kept.map((name) => [name, prior[name] ?? null])), id };
  },
  deleteOperation: 'DetachVolume',
  delete: (ec2, _id, prior) => {
    if (bool(prior, 'skip_destroy') !== true) detachVolume(ec2, text(prior, 'volume_id') ?? '');
  },
  goneCodes: ['InvalidVolume.NotFound', 'IncorrectState', 'InvalidAttachment.NotFound'],
});
