import { type LaunchDisk, type LaunchInput, type MetadataOptions, usualLaunch } from '../model/launch-input.ts';
import type { SpotOptions } from '../model/spot-requests.ts';
import { below, flagParam, listParam, numberParam, param, type Query, required, structParams, tagSpecifications } from './query.ts';

/** The parameters of RunInstances. Throws EC2's words for what is missing or unreadable. */
export function launchInput(query: Query): LaunchInput {
  const primary = structParams(query, 'NetworkInterface').find((each) => numberParam(each, 'DeviceIndex') === 0);
  const nic = (name: string): string | null => (primary === undefined ? null : param(primary, name));
  const groups = primary === undefined ? [] : listParam(primary, 'SecurityGroupId');
  return {
    ...usualLaunch(required(query, 'ImageId'), param(query, 'InstanceType') ?? 'm1.small'),
    minCount: numberParam(query, 'MinCount') ?? 1,
    maxCount: numberParam(query, 'MaxCount') ?? 1,
    keyName: param(query, 'KeyName'),
    subnetId: param(query, 'SubnetId') ?? nic('SubnetId'),
    availabilityZone: given(param(query, 'Placement.AvailabilityZone')),
    groupIds: [...listParam(query, 'SecurityGroupId'), ...groups],
    associatePublicIp: primary === undefined ? null : flagParam(primary, 'AssociatePublicIpAddress'),
    privateIp: param(query, 'PrivateIpAddress') ?? nic('PrivateIpAddress'),
    networkInterfaceId: nic('NetworkInterfaceId'),
    userData: param(query, 'UserData'),
    disks: structParams(query, 'BlockDeviceMapping').map(diskIn),
    shutdownBehavior: param(query, 'InstanceInitiatedShutdownBehavior') === 'terminate' ? 'terminate' : 'stop',
    disableApiTermination: flagParam(query, 'DisableApiTermination') ?? false,
    disableApiStop: flagParam(query, 'DisableApiStop') ?? false,
    ebsOptimized: flagParam(query, 'EbsOptimized') ?? false,
    monitoring: flagParam(query, 'Monitoring.Enabled') ?? false,
    tenancy: given(param(query, 'Placement.Tenancy')) ?? 'default',
    iamInstanceProfile: param(query, 'IamInstanceProfile.Name'),
    credits: creditsIn(query),
    metadata: metadataIn(below(query, 'MetadataOptions')),
    spot: spotIn(below(query, 'InstanceMarketOptions')),
    clientToken: param(query, 'ClientToken'),
    tags: tagSpecifications(query),
  };
}

function given(text: string | null): string | null {
  return text === '' ? null : text;
}

function creditsIn(query: Query): LaunchInput['credits'] {
  const credits = param(query, 'CreditSpecification.CpuCredits');
  return credits === 'standard' || credits === 'unlimited' ? credits : null;
}

function diskIn(mapping: Query): LaunchDisk {
  return {
    deviceName: required(mapping, 'DeviceName'),
    sizeGb: numberParam(mapping, 'Ebs.VolumeSize'),
    type: param(mapping, 'Ebs.VolumeType'),
    iops: numberParam(mapping, 'Ebs.Iops'),
    throughput: numberParam(mapping, 'Ebs.Throughput'),
    encrypted: flagParam(mapping, 'Ebs.Encrypted'),
    kmsKeyId: param(mapping, 'Ebs.KmsKeyId'),
    deleteOnTermination: flagParam(mapping, 'Ebs.DeleteOnTermination') ?? true,
    snapshotId: param(mapping, 'Ebs.SnapshotId'),
  };
}

/** Only what is given. */
export function metadataIn(options: Query): Partial<MetadataOptions> {
  const onOff = (name: string): 'enabled' | 'disabled' | null => {
    const value = param(options, name);
    return value === 'enabled' || value === 'disabled' ? value : null;
  };
  const [httpEndpoint, httpProtocolIpv6, instanceMetadataTags] = [onOff('HttpEndpoint'), onOff('HttpProtocolIpv6'), onOff('InstanceMetadataTags')];
  const tokens = param(options, 'HttpTokens');
  const hops = numberParam(options, 'HttpPutResponseHopLimit');
  return {
    ...(httpEndpoint === null ? {} : { httpEndpoint }),
    ...(httpProtocolIpv6 === null ? {} : { httpProtocolIpv6 }),
    ...(instanceMetadataTags === null ? {} : { instanceMetadataTags }),
    ...(tokens === null ? {} : { httpTokens: tokens === 'required' ? 'required' : 'optional' }),
    ...(hops === null ? {} : { httpPutResponseHopLimit: hops }),
  };
}

function spotIn(market: Query): SpotOptions | null {
  if (param(market, 'MarketType') !== 'spot') return null;
  const interruption = param(market, 'SpotOptions.InstanceInterruptionBehavior');
  return {
    maxPrice: param(market, 'SpotOptions.MaxPrice'),
    type: param(market, 'SpotOptions.SpotInstanceType') === 'persistent' ? 'persistent' : 'one-time',
    interruption: interruption === 'stop' || interruption === 'hibernate' ? interruption : 'terminate',
    validUntil: param(market, 'SpotOptions.ValidUntil'),
  };
}
