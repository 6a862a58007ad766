import { createHash } from 'node:crypto';
import { CloudError } from '../../engine/cloud-error.ts';
import type { CatalogueType } from '../../engine/catalogue.ts';
import { launchMachine } from '../../engine/lifecycle.ts';
import type { SimResource } from '../../engine/resource.ts';
import { accountId } from './account.ts';
import { all, draft, type Ec2, get, type Tags } from './ec2.ts';
import { invalidParameter, limitExceeded } from './errors.ts';
import { getImage, type Image } from './images.ts';
import { machineHooks } from './instance-life.ts';
import { findType, isBurstable, isStandardBucket, usualCredits, zonesOffering } from './instance-types.ts';
import { getKeyPair } from './key-pairs.ts';
import { launchDisks, makeDisks } from './launch-disks.ts';
import { type LaunchInput, usualMetadata } from './launch-input.ts';
import { createNetworkInterface, newPublicIp } from './network-interfaces.ts';
import { flag, text, textOrNull, withProps } from './props.ts';
import { quotaOf } from './quotas.ts';
import { addSpotRequest, checkSpot } from './spot-requests.ts';
import { availableAddresses } from './subnets.ts';
import { checkedTags } from './tags.ts';
import { decodeUserData } from './user-data.ts';

/** RunInstances, with everything that EC2 checks in a launch. Returns the instances in their launch order. */
export function runInstances(ec2: Ec2, input: LaunchInput): readonly SimResource[] {
  const before = sameLaunch(ec2, input);
  if (before.length > 0) return before;
  if (input.minCount < 1 || input.maxCount < input.minCount) throw invalidParameter(`Value (${input.maxCount}) for parameter maxCount is invalid. It must be at least minCount.`);
  const image = getImage(ec2.tx.catalogue, ec2.region, input.imageId);
  const type = checkedType(ec2, input, image);
  const subnet = subnetFor(ec2, input, type);
  const zone = subnet.zone ?? '';
  checkZone(ec2, type, zone);
  const publicKey = input.keyName === null ? null : text(getKeyPair(ec2, input.keyName), 'publicKey');
  const userData = decodeUserData(input.userData);
  if (input.spot !== null) checkSpot(ec2, input.spot, type.type, zone);
  const count = affordable(ec2, input, type, subnet);
  const reservationId = `r-${ec2.tx.newId(17)}`;
  return Array.from({ length: count }, (_, launchIndex) =>
    launchOne(ec2, input, { image, type, subnet, publicKey, userData, reservationId, launchIndex }),
  );
}

/** The same client token is the same launch: a client that lost the answer asks again. With anything else asked for it is a mistake. */
function sameLaunch(ec2: Ec2, input: LaunchInput): readonly SimResource[] {
  const { clientToken } = input;
  if (clientToken === null || clientToken === '') return [];
  const before = all(ec2, 'instance').filter((instance) => text(instance, 'clientToken') === clientToken);
  const asked = digestOf(input);
  if (before.some((instance) => text(instance, 'launchDigest') !== asked)) {
    throw new CloudError('IdempotentParameterMismatch', `Arguments on this idempotent request are inconsistent with arguments used in previous request(s).`);
  }
  return before;
}

function digestOf(input: LaunchInput): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}

function checkedType(ec2: Ec2, { instanceType }: LaunchInput, image: Image): CatalogueType {
  const type = findType(ec2.tx.catalogue, instanceType);
  if (type === null) throw invalidParameter(`Invalid value '${instanceType}' for InstanceType.`);
  const has = type.arch === 'arm64' ? 'arm64' : 'x86_64';
  if (has !== image.architecture) {
    throw invalidParameter(
      `The architecture '${has}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.`,
    );
  }
  return type;
}

function subnetFor(ec2: Ec2, input: LaunchInput, type: CatalogueType): SimResource {
  const named = input.networkInterfaceId === null ? input.subnetId : text(get(ec2, 'network-interface', input.networkInterfaceId), 'subnetId');
  const zone = input.availabilityZone;
  if (named !== null) {
    const subnet = get(ec2, 'subnet', named);
    if (zone !== null && subnet.zone !== zone) throw invalidParameter(`The specified subnet ${named} is not in the availability zone ${zone}.`);
    return subnet;
  }
  const defaults = all(ec2, 'subnet').filter((subnet) => flag(subnet, 'defaultForAz'));
  const offering = zonesOffering(ec2.tx.catalogue, ec2.region, type.type);
  const chosen = defaults.find((subnet) => (zone === null ? offering.includes(subnet.zone ?? '') : subnet.zone === zone));
  if (chosen !== undefined) return chosen;
  if (defaults.length === 0) throw new CloudError('VPCIdNotSpecified', 'No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.');
  throw new CloudError('MissingInput', `No default subnet for availability zone: '${zone ?? 'null'}'.`);
}

function checkZone(ec2: Ec2, { type }: CatalogueType, zone: string): void {
  const offering = zonesOffering(ec2.tx.catalogue, ec2.region, type);
  if (offering.includes(zone)) return;
  throw new CloudError(
    'Unsupported',
    `Your requested instance type (${type}) is not supported in your requested Availability Zone (${zone}). Please retry your request by not specifying an Availability Zone or choosing ${offering.join(', ')}.`,
  );
}

/** How many of the launch quota and subnet allow: fewer than the least asked for is a refusal. */
function affordable(ec2: Ec2, { minCount, maxCount, spot, networkInterfaceId }: LaunchInput, type: CatalogueType, subnet: SimResource): number {
  const isSpot = spot !== null;
  const isStandard = isStandardBucket(type.type);
  const limit = quotaOf(ec2.tx, ec2.region, isStandard ? (isSpot ? 'standardSpotVcpus' : 'standardVcpus') : 'otherVcpus');
  const used = all(ec2, 'instance').reduce((sum, { machine, props }) => {
    const counts = (machine?.state === 'running' || machine?.state === 'pending') && machine.spot === isSpot;
    return counts && typeof props.instanceType === 'string' && isStandardBucket(props.instanceType) === isStandard ? sum + machine.vcpu : sum;
  }, 0);
  const byQuota = Math.floor((limit - used) / type.vcpu);
  if (byQuota < minCount) {
    if (isSpot) throw limitExceeded('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded');
    throw vcpuLimitExceeded(limit);
  }
  const free = networkInterfaceId === null ? availableAddresses(ec2, subnet) : 1;
  if (free < minCount) throw new CloudError('InsufficientFreeAddressesInSubnet', 'The specified subnet does not have enough free addresses to satisfy the request.');
  return Math.min(maxCount, byQuota, free);
}

export function vcpuLimitExceeded(limit: number): CloudError {
  return limitExceeded(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
  );
}

interface Launch {
  readonly image: Image;
  readonly type: CatalogueType;
  readonly subnet: SimResource;
  readonly publicKey: string | null;
  readonly userData: string | null;
  readonly reservationId: string;
  readonly launchIndex: number;
}

function launchOne(ec2: Ec2, input: LaunchInput, launch: Launch): SimResource {
  const { image, type, subnet, publicKey, userData } = launch;
  const tagsOf = (kind: string): Tags => checkedTags(input.tags[kind] ?? {});
  const networkInterface = primaryInterface(ec2, input, subnet, tagsOf('network-interface'));
  const privateIp = text(networkInterface, 'privateIp');
  const ephemeralAddress = input.networkInterfaceId === null && (input.associatePublicIp ?? flag(subnet, 'mapPublicIpOnLaunch'));
  const disks = launchDisks(input.disks, image);
  const instance = draft(ec2, 'instance', {
    zone: subnet.zone,
    tags: tagsOf('instance'),
    props: {
      imageId: image.id,
      instanceType: type.type,
      keyName: input.keyName,
      vpcId: text(subnet, 'vpcId'),
      subnetId: subnet.id,
      privateIp,
      networkInterfaceId: networkInterface.id,
      ephemeralAddress,
      rootDeviceName: image.rootDeviceName,
      architecture: image.architecture,
      reservationId: launch.reservationId,
      launchIndex: launch.launchIndex,
      clientToken: input.clientToken ?? '',
      launchDigest: digestOf(input),
      userData: input.userData,
      disableApiTermination: input.disableApiTermination,
      disableApiStop: input.disableApiStop,
      ebsOptimized: input.ebsOptimized,
      monitoring: input.monitoring,
      tenancy: input.tenancy,
      iamInstanceProfile: input.iamInstanceProfile,
      credits: isBurstable(type.type) ? (input.credits ?? usualCredits(type.type)) : null,
      metadata: { ...usualMetadata, ...input.metadata },
      spotRequestId: null,
      spotType: input.spot?.type ?? null,
    },
  });
  const spotRequest =
    input.spot === null
      ? null
      : addSpotRequest(ec2, input.spot, { instanceId: instance.id, instanceType: type.type, imageId: image.id, zone: subnet.zone ?? '', tags: tagsOf('spot-instances-request') });
  ec2.tx.put(withProps(networkInterface, { instanceId: instance.id, attachmentId: `eni-attach-${ec2.tx.newId(17)}`, deleteOnTermination: input.networkInterfaceId === null, attachedAtMs: ec2.tx.nowMs }));
  makeDisks(ec2, disks, { instanceId: instance.id, zone: subnet.zone ?? '', tags: tagsOf('volume') });
  return launchMachine(
    ec2.tx,
    withProps(instance, { spotRequestId: spotRequest?.id ?? null }),
    {
      hostName: `ip-${privateIp.replaceAll('.', '-')}`,
      image: image.source,
      type,
      privateIp,
      publicIp: ephemeralAddress ? newPublicIp(ec2) : null,
      userData,
      authorizedKeys: publicKey === null ? [] : [{ user: null, publicKey: `${publicKey} ${input.keyName ?? ''}` }],
      onShutdown: input.shutdownBehavior,
      deadline: null,
      spot: input.spot !== null,
      onPreemption: input.spot?.interruption === 'stop' ? 'stop' : 'terminate',
    },
    machineHooks,
  );
}

function primaryInterface(ec2: Ec2, { networkInterfaceId, groupIds, privateIp }: LaunchInput, subnet: SimResource, tags: Tags): SimResource {
  if (networkInterfaceId === null) return createNetworkInterface(ec2, { subnetId: subnet.id, groupIds, privateIp, tags });
  const existing = get(ec2, 'network-interface', networkInterfaceId);
  if (textOrNull(existing, 'instanceId') !== null) throw invalidParameter(`Network interface '${networkInterfaceId}' is currently in use.`);
  return existing;
}

/** `arn:aws:iam::000000000000:instance-profile/name` */
export function instanceProfileArn(name: string): string {
  return `arn:aws:iam::${accountId}:instance-profile/${name}`;
}
