import type { SimResource } from '../../engine/resource.ts';
import type { Attributes, Value } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { ec2Arn } from '../model/account.ts';
import { all, type Ec2View, find } from '../model/ec2.ts';
import { publicHostName, privateHostName } from '../model/host-names.ts';
import { ec2State } from '../model/instance-life.ts';
import { findType, threadsPerCore } from '../model/instance-types.ts';
import { groupsOf, interfacesOf } from '../model/network-interfaces.ts';
import { flag, numberOrNull, row, text as prop, textOrNull } from '../model/props.ts';
import { type Attachment, volumesOf } from '../model/volumes.ts';
import { text } from '../../../plugin/attributes.ts';
import { block, map } from './attributes.ts';
import { userDataHash } from './instance-launch.ts';
import { defaultTags, tagAttributes } from './tagging.ts';

/** The state of aws_instance as provider 5.100 reads it; null: there is none, or it is terminated. */
export function instanceState(ec2: Ec2View, context: ProviderContext, id: string, prior: Attributes): Attributes | null {
  const instance = find(ec2, 'instance', id);
  const machine = instance?.machine;
  if (instance === null || machine === undefined || machine.state === 'terminated') return null;
  const type = findType(ec2.tx.catalogue, prop(instance, 'instanceType'));
  const threads = type === null ? 2 : threadsPerCore(type);
  const cores = Math.max(1, Math.floor(machine.vcpu / threads));
  const primary = interfacesOf(ec2, instance)[0];
  const groups = primary === undefined ? [] : groupsOf(ec2, primary);
  return {
    ...tagAttributes(context, instance, prior),
    ...kept(prior),
    ...userDataOf(instance, prior),
    ...marketOf(ec2, instance, prior),
    ...disksOf(ec2, context, instance, prior),
    id,
    ami: prop(instance, 'imageId'),
    arn: ec2Arn(ec2.region, 'instance', id),
    associate_public_ip_address: machine.publicIp !== null || (machine.withheldIp ?? null) !== null,
    availability_zone: instance.zone ?? '',
    capacity_reservation_specification: [{ capacity_reservation_preference: 'open', capacity_reservation_target: [] }],
    cpu_core_count: cores,
    cpu_options: [{ amd_sev_snp: '', core_count: cores, threads_per_core: threads }],
    cpu_threads_per_core: threads,
    credit_specification: textOrNull(instance, 'credits') === null ? [] : [{ cpu_credits: prop(instance, 'credits') }],
    disable_api_stop: flag(instance, 'disableApiStop'),
    disable_api_termination: flag(instance, 'disableApiTermination'),
    ebs_optimized: flag(instance, 'ebsOptimized'),
    enable_primary_ipv6: null,
    enclave_options: [{ enabled: false }],
    hibernation: false,
    host_id: '',
    host_resource_group_arn: null,
    iam_instance_profile: prop(instance, 'iamInstanceProfile'),
    instance_initiated_shutdown_behavior: machine.onShutdown,
    instance_state: ec2State(instance).name,
    instance_type: prop(instance, 'instanceType'),
    ipv6_address_count: 0,
    ipv6_addresses: [],
    key_name: prop(instance, 'keyName'),
    launch_template: [],
    maintenance_options: [{ auto_recovery: 'default' }],
    metadata_options: metadataBlocks(instance),
    monitoring: flag(instance, 'monitoring'),
    outpost_arn: '',
    password_data: '',
    placement_group: '',
    placement_partition_number: 0,
    primary_network_interface_id: primary?.id ?? '',
    private_dns: privateHostName(ec2.region, machine.privateIp),
    private_dns_name_options: [{ enable_resource_name_dns_a_record: false, enable_resource_name_dns_aaaa_record: false, hostname_type: 'ip-name' }],
    private_ip: machine.privateIp,
    public_dns: publicHostName(ec2, instance),
    public_ip: machine.publicIp ?? '',
    secondary_private_ips: [],
    security_groups: inDefaultVpc(ec2, instance) ? groups.map(({ name }) => name) : [],
    source_dest_check: primary === undefined || flag(primary, 'sourceDestCheck'),
    subnet_id: prop(instance, 'subnetId'),
    tenancy: prop(instance, 'tenancy'),
    vpc_security_group_ids: groups.map((group) => group.id),
  };
}

/** Only the configuration knows these. */
function kept(prior: Attributes): Attributes {
  return {
    ephemeral_block_device: [],
    get_password_data: prior.get_password_data ?? false,
    network_interface: Array.isArray(prior.network_interface) ? prior.network_interface : [],
    timeouts: prior.timeouts ?? null,
    user_data_replace_on_change: prior.user_data_replace_on_change ?? false,
    volume_tags: map(prior, 'volume_tags'),
  };
}

function userDataOf(instance: SimResource, prior: Attributes): Attributes {
  const encoded = textOrNull(instance, 'userData');
  if (encoded === null) return { user_data: null, user_data_base64: null };
  if (text(prior, 'user_data_base64') !== null) return { user_data: null, user_data_base64: encoded };
  return { user_data: userDataHash(encoded), user_data_base64: null };
}

function marketOf(ec2: Ec2View, instance: SimResource, prior: Attributes): Attributes {
  const requestId = textOrNull(instance, 'spotRequestId');
  const request = requestId === null ? null : find(ec2, 'spot-instances-request', requestId);
  if (request === null) return { instance_lifecycle: '', instance_market_options: [], spot_instance_request_id: '' };
  const options = {
    instance_interruption_behavior: prop(request, 'interruption'),
    max_price: sameNumber(maxPriceIn(prior), prop(request, 'price')),
    spot_instance_type: prop(request, 'type'),
    valid_until: prop(request, 'validUntil'),
  };
  return { instance_lifecycle: 'spot', instance_market_options: [{ market_type: 'spot', spot_options: [options] }], spot_instance_request_id: request.id };
}

function maxPriceIn(prior: Attributes): string | null {
  const options = block(block(prior, 'instance_market_options') ?? {}, 'spot_options');
  return options === null ? null : text(options, 'max_price');
}

/** EC2 gives a price back with six decimals; the same number in the configuration's own way is no change. */
function sameNumber(configured: string | null, shown: string): string {
  return configured !== null && Number(configured) === Number(shown) ? configured : shown;
}

function disksOf(ec2: Ec2View, context: ProviderContext, instance: SimResource, prior: Attributes): Attributes {
  const rootDevice = prop(instance, 'rootDeviceName');
  const attached = volumesOf(ec2, instance.id);
  const device = ({ volume, attachment }: { readonly volume: SimResource; readonly attachment: Attachment }): Record<string, Value> => ({
    delete_on_termination: attachment.deleteOnTermination,
    device_name: attachment.device,
    encrypted: flag(volume, 'encrypted'),
    iops: numberOrNull(volume, 'iops') ?? 0,
    kms_key_id: prop(volume, 'kmsKeyId'),
    throughput: numberOrNull(volume, 'throughput') ?? 0,
    volume_id: volume.id,
    volume_size: numberOrNull(volume, 'sizeGb') ?? 0,
    volume_type: prop(volume, 'volumeType'),
  });
  const root = attached.find(({ attachment }) => attachment.device === rootDevice);
  const others = attached.filter((each) => each !== root);
  return {
    root_block_device: root === undefined ? [] : [{ ...device(root), ...volumeTags(context, root.volume, prior) }],
    ebs_block_device: others.map((each) => ({ ...device(each), snapshot_id: prop(each.volume, 'snapshotId'), ...volumeTags(context, each.volume, prior) })),
  };
}

/** With `volume_tags` the disks' own tags are not looked at. A disk that the configuration does not name shows all it has. */
function volumeTags(context: ProviderContext, { tags }: SimResource, prior: Attributes): Attributes {
  if (map(prior, 'volume_tags') !== null) return { tags: null, tags_all: {} };
  const before = block(prior, 'root_block_device');
  if (before === null) return { tags, tags_all: tags };
  const defaults = defaultTags(context);
  const own = Object.entries(tags).filter(([key, value]) => defaults[key] !== value || map(before, 'tags')?.[key] === value);
  return { tags: own.length === 0 ? null : Object.fromEntries(own), tags_all: tags };
}

function metadataBlocks(instance: SimResource): readonly Attributes[] {
  const options = row(instance, 'metadata');
  return [
    {
      http_endpoint: prop(options, 'httpEndpoint'),
      http_protocol_ipv6: prop(options, 'httpProtocolIpv6'),
      http_put_response_hop_limit: numberOrNull(options, 'httpPutResponseHopLimit') ?? 1,
      http_tokens: prop(options, 'httpTokens'),
      instance_metadata_tags: prop(options, 'instanceMetadataTags'),
    },
  ];
}

/** The provider lists group names for instances of the default VPC only. */
function inDefaultVpc(ec2: Ec2View, instance: SimResource): boolean {
  return all(ec2, 'vpc').some((vpc) => vpc.id === prop(instance, 'vpcId') && flag(vpc, 'isDefault'));
}
