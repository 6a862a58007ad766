import { CloudError } from '../../engine/cloud-error.ts';
import type { Ec2, Tags } from './ec2.ts';
import type { Image } from './images.ts';
import type { LaunchDisk } from './launch-input.ts';
import { createVolume } from './volumes.ts';

type Disk = LaunchDisk & { readonly sizeGb: number; readonly deleteOnTermination: boolean };

/** The disks of a launch: the image's root disk, as far as the launch does not say otherwise, and the others. */
export function launchDisks(asked: readonly LaunchDisk[], image: Image): readonly Disk[] {
  const root = asked.find(({ deviceName }) => deviceName === image.rootDeviceName);
  const sizeGb = root?.sizeGb ?? image.rootSizeGb;
  if (sizeGb < image.rootSizeGb) {
    throw new CloudError('InvalidBlockDeviceMapping', `Volume of size ${sizeGb}GB is smaller than snapshot '${image.snapshotId}', expect size>= ${image.rootSizeGb}GB`);
  }
  const rootDisk: Disk = {
    deviceName: image.rootDeviceName,
    iops: null,
    throughput: null,
    encrypted: false,
    kmsKeyId: null,
    ...root,
    type: root?.type ?? image.rootVolumeType,
    sizeGb,
    snapshotId: image.snapshotId,
    deleteOnTermination: root?.deleteOnTermination ?? true,
  };
  const others = asked.filter((disk) => disk !== root).map((disk): Disk => {
    if (disk.sizeGb === null) {
      throw new CloudError('MissingParameter', `The request must contain the parameter size or snapshotId`);
    }
    return { ...disk, sizeGb: disk.sizeGb, deleteOnTermination: disk.deleteOnTermination ?? false };
  });
  return [rootDisk, ...others];
}

/** Makes the volumes and attaches them. The instance itself comes into the world after them. */
export function makeDisks(ec2: Ec2, disks: readonly Disk[], { instanceId, zone, tags }: { readonly instanceId: string; readonly zone: string; readonly tags: Tags }): void {
  for (const disk of disks) {
    const volume = createVolume(ec2, {
      zone,
      sizeGb: disk.sizeGb,
      type: disk.type,
      iops: disk.iops,
      throughput: disk.throughput,
      encrypted: disk.encrypted ?? false,
      kmsKeyId: disk.kmsKeyId,
      snapshotId: disk.snapshotId,
      tags,
    });
    const attachment = { instanceId, device: disk.deviceName, deleteOnTermination: disk.deleteOnTermination, attachedAtMs: ec2.tx.nowMs };
    ec2.tx.put({ ...volume, props: { ...volume.props, attachments: [attachment] } });
  }
}
