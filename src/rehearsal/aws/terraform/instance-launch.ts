import { createHash } from 'node:crypto';
import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { all, type Ec2View, type Tags } from '../model/ec2.ts';
import { notFound } from '../model/errors.ts';
import { getImage } from '../model/images.ts';
import { type LaunchDisk, type LaunchInput, type MetadataOptions, usualLaunch } from '../model/launch-input.ts';
import type { SpotOptions } from '../model/spot-requests.ts';
import { bool, number, text, texts } from '../../../plugin/attributes.ts';
import { block, blocks, map } from './attributes.ts';
import { allTags, defaultTags } from './tagging.ts';

/** What the provider asks RunInstances for, from plan and configuration. Throws what EC2 says of an image that is not there. */
export function launchInput(ec2: Ec2View, context: ProviderContext, planned: Attributes, config: Attributes, clientToken: string): LaunchInput {
  const imageId = text(planned, 'ami') ?? '';
  const profile = text(planned, 'iam_instance_profile');
  const credits = block(planned, 'credit_specification');
  return {
    ...usualLaunch(imageId, text(planned, 'instance_type') ?? 'm1.small'),
    keyName: text(planned, 'key_name'),
    subnetId: text(planned, 'subnet_id'),
    availabilityZone: text(planned, 'availability_zone'),
    groupIds: [...texts(planned, 'vpc_security_group_ids'), ...groupsByName(ec2, texts(planned, 'security_groups'))],
    associatePublicIp: bool(planned, 'associate_public_ip_address'),
    privateIp: text(planned, 'private_ip'),
    networkInterfaceId: primaryInterface(planned),
    userData: encodedUserData(config),
    disks: disksOf(ec2, imageId, planned),
    shutdownBehavior: text(planned, 'instance_initiated_shutdown_behavior') === 'terminate' ? 'terminate' : 'stop',
    disableApiTermination: bool(planned, 'disable_api_termination') ?? false,
    disableApiStop: bool(planned, 'disable_api_stop') ?? false,
    ebsOptimized: bool(planned, 'ebs_optimized') ?? false,
    monitoring: bool(planned, 'monitoring') ?? false,
    tenancy: text(planned, 'tenancy') ?? 'default',
    iamInstanceProfile: profile,
    credits: credits === null ? null : text(credits, 'cpu_credits') === 'standard' ? 'standard' : 'unlimited',
    metadata: metadataOf(block(planned, 'metadata_options')),
    spot: spotOf(planned),
    clientToken,
    tags: launchTags(context, planned),
  };
}

/** Which tags a launch puts on what. */
function launchTags(context: ProviderContext, planned: Attributes): Readonly<Record<string, Tags>> {
  const root = block(planned, 'root_block_device');
  const volume = map(planned, 'volume_tags') ?? { ...defaultTags(context), ...(root === null ? null : map(root, 'tags')) };
  return { instance: allTags(context, planned), volume };
}

function primaryInterface(planned: Attributes): string | null {
  const primary = blocks(planned, 'network_interface').find((each) => number(each, 'device_index') === 0);
  return primary === undefined ? null : text(primary, 'network_interface_id');
}

function groupsByName(ec2: Ec2View, names: readonly string[]): readonly string[] {
  return names.map((name) => {
    const group = all(ec2, 'security-group').find((each) => each.name === name || each.id === name);
    if (group === undefined) throw notFound('security-group', name);
    return group.id;
  });
}

function disksOf(ec2: Ec2View, imageId: string, planned: Attributes): readonly LaunchDisk[] {
  const root = block(planned, 'root_block_device');
  const others = blocks(planned, 'ebs_block_device');
  return [
    ...(root === null ? [] : [diskOf(root, getImage(ec2.tx.catalogue, ec2.region, imageId).rootDeviceName)]),
    ...others.map((each) => diskOf(each, text(each, 'device_name') ?? '')),
  ];
}

function diskOf(device: Attributes, deviceName: string): LaunchDisk {
  const iops = number(device, 'iops');
  const throughput = number(device, 'throughput');
  return {
    deviceName,
    sizeGb: number(device, 'volume_size'),
    type: text(device, 'volume_type'),
    iops: iops === 0 ? null : iops,
    throughput: throughput === 0 ? null : throughput,
    encrypted: bool(device, 'encrypted'),
    kmsKeyId: text(device, 'kms_key_id'),
    deleteOnTermination: bool(device, 'delete_on_termination') ?? true,
    snapshotId: text(device, 'snapshot_id'),
  };
}

export function metadataOf(options: Attributes | null): Partial<MetadataOptions> {
  if (options === null) return {};
  const hops = number(options, 'http_put_response_hop_limit');
  const onOff = (name: string) => (text(options, name) === 'enabled' ? 'enabled' : 'disabled');
  const tokens = text(options, 'http_tokens');
  return {
    httpEndpoint: text(options, 'http_endpoint') === 'disabled' ? 'disabled' : 'enabled',
    httpProtocolIpv6: onOff('http_protocol_ipv6'),
    instanceMetadataTags: onOff('instance_metadata_tags'),
    ...(tokens === null ? {} : { httpTokens: tokens === 'required' ? 'required' : 'optional' }),
    ...(hops === null ? {} : { httpPutResponseHopLimit: hops }),
  };
}

export function spotOf(planned: Attributes): SpotOptions | null {
  const market = block(planned, 'instance_market_options');
  if (market === null || text(market, 'market_type') !== 'spot') return null;
  const options = block(market, 'spot_options') ?? {};
  const interruption = text(options, 'instance_interruption_behavior');
  return {
    maxPrice: text(options, 'max_price'),
    type: text(options, 'spot_instance_type') === 'persistent' ? 'persistent' : 'one-time',
    interruption: interruption === 'stop' || interruption === 'hibernate' ? interruption : 'terminate',
    validUntil: text(options, 'valid_until'),
  };
}

/** User data as EC2 is given it; null: none. */
export function encodedUserData(config: Attributes): string | null {
  const plain = text(config, 'user_data');
  if (plain === null) return text(config, 'user_data_base64');
  return isBase64(plain) ? plain : Buffer.from(plain).toString('base64');
}

/** What the provider keeps of `user_data`: SHA-1 of the decoded text, in hex. */
export function userDataHash(text: string): string {
  return createHash('sha1').update(isBase64(text) ? Buffer.from(text, 'base64') : Buffer.from(text)).digest('hex');
}

/** As strictly as Go's encoding/base64 reads it. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
