import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { flag, numberOrNull, text, textOrNull } from '../model/props.ts';
import { attachmentsOf, attachVolume, createVolume, deleteVolume, detachVolume, modifyVolume } from '../model/volumes.ts';
import { tagged } from './filters.ts';
import { done, type Handlers, listing, tagSet, timestamp } from './handler.ts';
import { flagParam, listParam, numberParam, param, required, tagSpecifications } from './query.ts';
import type { XmlMembers } from './xml.ts';

export const storageHandlers: Handlers = {
  CreateVolume: (ec2, query) => {
    const sizeGb = numberParam(query, 'Size');
    if (sizeGb === null) throw new CloudError('MissingParameter', 'The request must contain the parameter size/snapshot');
    const volume = createVolume(ec2, {
      zone: required(query, 'AvailabilityZone'),
      sizeGb,
      type: param(query, 'VolumeType'),
      iops: numberParam(query, 'Iops'),
      throughput: numberParam(query, 'Throughput'),
      encrypted: flagParam(query, 'Encrypted') ?? false,
      kmsKeyId: param(query, 'KmsKeyId'),
      tags: tagSpecifications(query).volume ?? {},
    });
    return volumeXml(volume);
  },
  DescribeVolumes: listing({
    kind: 'volume',
    idParam: 'VolumeId',
    set: 'volumeSet',
    filters: (_ec2, volume) => {
      const attachments = attachmentsOf(volume);
      return tagged(volume, {
        'volume-id': volume.id,
        'availability-zone': volume.zone,
        'volume-type': text(volume, 'volumeType'),
        size: numberOrNull(volume, 'sizeGb'),
        encrypted: flag(volume, 'encrypted'),
        'snapshot-id': textOrNull(volume, 'snapshotId'),
        'create-time': timestamp(volume.createdAtMs),
        status: attachments.length === 0 ? 'available' : 'in-use',
        'attachment.instance-id': attachments.map(({ instanceId }) => instanceId),
        'attachment.device': attachments.map(({ device }) => device),
        'attachment.status': attachments.map(() => 'attached'),
        'attachment.delete-on-termination': attachments.map(({ deleteOnTermination }) => deleteOnTermination),
      });
    },
    render: (_ec2, volume) => volumeXml(volume),
  }),
  ModifyVolume: (ec2, query) => {
    const id = required(query, 'VolumeId');
    modifyVolume(ec2, id, { sizeGb: numberParam(query, 'Size'), type: param(query, 'VolumeType'), iops: numberParam(query, 'Iops'), throughput: numberParam(query, 'Throughput') });
    return { volumeModification: { volumeId: id, modificationState: 'completed', progress: 100 } };
  },
  AttachVolume: (ec2, query) => {
    const [volumeId, instanceId, device] = [required(query, 'VolumeId'), required(query, 'InstanceId'), required(query, 'Device')];
    attachVolume(ec2, volumeId, { instanceId, device });
    return { volumeId, instanceId, device, status: 'attaching', attachTime: timestamp(ec2.tx.nowMs) };
  },
  DetachVolume: (ec2, query) => {
    const volumeId = required(query, 'VolumeId');
    const { instanceId, device } = detachVolume(ec2, volumeId);
    return { volumeId, instanceId, device, status: 'detaching' };
  },
  DeleteVolume: (ec2, query) => {
    deleteVolume(ec2, required(query, 'VolumeId'));
    return done;
  },
  // Images have theirs, which belong to others; nobody makes any yet.
  DescribeSnapshots: (_ec2, query) => {
    const [unknown] = listParam(query, 'SnapshotId');
    if (unknown !== undefined) throw new CloudError('InvalidSnapshot.NotFound', `The snapshot '${unknown}' does not exist.`);
    return { snapshotSet: [] };
  },
};

function volumeXml(volume: SimResource): XmlMembers {
  const attachments = attachmentsOf(volume);
  return {
    volumeId: volume.id,
    size: numberOrNull(volume, 'sizeGb'),
    snapshotId: text(volume, 'snapshotId'),
    availabilityZone: volume.zone,
    status: attachments.length === 0 ? 'available' : 'in-use',
    createTime: timestamp(volume.createdAtMs),
    attachmentSet: attachments.map(({ instanceId, device, deleteOnTermination, attachedAtMs }) => ({
      volumeId: volume.id,
      instanceId,
      device,
      status: 'attached',
      attachTime: timestamp(attachedAtMs),
      deleteOnTermination,
    })),
    volumeType: text(volume, 'volumeType'),
    iops: numberOrNull(volume, 'iops'),
    throughput: numberOrNull(volume, 'throughput'),
    encrypted: flag(volume, 'encrypted'),
    kmsKeyId: textOrNull(volume, 'kmsKeyId'),
    multiAttachEnabled: false,
    tagSet: tagSet(volume),
  };
}
