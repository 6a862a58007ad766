import type { SimResource } from '../../engine/resource.ts';
import { accountId } from '../model/account.ts';
import { all, type Ec2, find } from '../model/ec2.ts';
import { privateHostName, publicHostName, publicHostNameOf } from '../model/host-names.ts';
import { ec2State, stateReason } from '../model/instance-life.ts';
import { findType, threadsPerCore } from '../model/instance-types.ts';
import { groupsOf, interfacesOf, publicIpOf } from '../model/network-interfaces.ts';
import { flag, numberOrNull, row, text, textOrNull } from '../model/props.ts';
import { instanceProfileArn } from '../model/run-instances.ts';
import { volumesOf } from '../model/volumes.ts';
import { tagged } from './filters.ts';
import { tagSet, timestamp } from './handler.ts';
import type { Xml, XmlMembers } from './xml.ts';

/** An instance as DescribeInstances and RunInstances show it. */
export function instanceXml(ec2: Ec2, instance: SimResource): XmlMembers {
  const { machine } = instance;
  const type = findType(ec2.tx.catalogue, text(instance, 'instanceType'));
  const threads = type === null ? 2 : threadsPerCore(type);
  const interfaces = interfacesOf(ec2, instance);
  const isGone = machine?.state === 'terminated';
  const reason = stateReason(instance);
  const profile = textOrNull(instance, 'iamInstanceProfile');
  const spotRequestId = textOrNull(instance, 'spotRequestId');
  return {
    instanceId: instance.id,
    imageId: text(instance, 'imageId'),
    instanceState: { ...ec2State(instance) },
    privateDnsName: isGone ? '' : privateHostName(ec2.region, machine?.privateIp ?? ''),
    dnsName: publicHostName(ec2, instance),
    reason: reason === null ? '' : reason.message,
    keyName: textOrNull(instance, 'keyName'),
    amiLaunchIndex: numberOrNull(instance, 'launchIndex') ?? 0,
    productCodes: [],
    instanceType: text(instance, 'instanceType'),
    launchTime: timestamp(machine?.launchedAtMs ?? instance.createdAtMs),
    placement: { availabilityZone: instance.zone, groupName: '', tenancy: text(instance, 'tenancy') },
    monitoring: { state: flag(instance, 'monitoring') ? 'enabled' : 'disabled' },
    subnetId: textOrNull(instance, 'subnetId') === '' ? null : text(instance, 'subnetId'),
    vpcId: textOrNull(instance, 'vpcId') === '' ? null : text(instance, 'vpcId'),
    privateIpAddress: isGone ? null : machine?.privateIp,
    ipAddress: machine?.publicIp ?? null,
    sourceDestCheck: interfaces[0] === undefined ? null : flag(interfaces[0], 'sourceDestCheck'),
    groupSet: interfaces[0] === undefined ? [] : groupXml(ec2, interfaces[0]),
    stateReason: reason === null ? null : { ...reason },
    architecture: text(instance, 'architecture'),
    rootDeviceType: 'ebs',
    rootDeviceName: text(instance, 'rootDeviceName'),
    blockDeviceMapping: volumesOf(ec2, instance.id).map(({ volume, attachment }) => ({
      deviceName: attachment.device,
      ebs: { volumeId: volume.id, status: 'attached', attachTime: timestamp(attachment.attachedAtMs), deleteOnTermination: attachment.deleteOnTermination },
    })),
    virtualizationType: 'hvm',
    instanceLifecycle: spotRequestId === null ? null : 'spot',
    spotInstanceRequestId: spotRequestId,
    clientToken: text(instance, 'clientToken'),
    tagSet: tagSet(instance),
    hypervisor: 'xen',
    networkInterfaceSet: interfaces.map((each) => instanceInterfaceXml(ec2, each)),
    iamInstanceProfile: profile === null ? null : { arn: instanceProfileArn(profile), id: 'AIPA00REHEARSAL000000' },
    ebsOptimized: flag(instance, 'ebsOptimized'),
    enaSupport: true,
    cpuOptions: { coreCount: Math.max(1, Math.floor((machine?.vcpu ?? 1) / threads)), threadsPerCore: threads },
    capacityReservationSpecification: { capacityReservationPreference: 'open' },
    hibernationOptions: { configured: false },
    enclaveOptions: { enabled: false },
    metadataOptions: { state: 'applied', ...row(instance, 'metadata').props },
    maintenanceOptions: { autoRecovery: 'default' },
    privateDnsNameOptions: { hostnameType: 'ip-name', enableResourceNameDnsARecord: false, enableResourceNameDnsAAAARecord: false },
    bootMode: 'uefi-preferred',
    currentInstanceBootMode: 'uefi',
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
  };
}

function groupXml(ec2: Ec2, networkInterface: SimResource): Xml {
  return groupsOf(ec2, networkInterface).map(({ id, name }) => ({ groupId: id, groupName: name }));
}

function instanceInterfaceXml(ec2: Ec2, each: SimResource): XmlMembers {
  return { ...interfaceXml(ec2, each), attachment: { attachmentId: text(each, 'attachmentId'), deviceIndex: 0, status: 'attached', deleteOnTermination: flag(each, 'deleteOnTermination') }, tagSet: null };
}

/** A network interface as DescribeNetworkInterfaces shows it. */
export function interfaceXml(ec2: Ec2, each: SimResource): XmlMembers {
  const instanceId = textOrNull(each, 'instanceId');
  const privateIp = text(each, 'privateIp');
  const publicIp = publicIpOf(ec2, each);
  const elastic = all(ec2, 'elastic-ip').find((address) => text(address, 'networkInterfaceId') === each.id);
  const association: XmlMembers | null =
    publicIp === null
      ? null
      : {
          publicIp,
          publicDnsName: publicHostNameOf(ec2.region, publicIp),
          ipOwnerId: elastic === undefined ? 'amazon' : accountId,
          allocationId: elastic?.id,
          associationId: elastic === undefined ? null : text(elastic, 'associationId'),
        };
  return {
    networkInterfaceId: each.id,
    subnetId: text(each, 'subnetId'),
    vpcId: text(each, 'vpcId'),
    availabilityZone: each.zone,
    description: text(each, 'description'),
    ownerId: accountId,
    requesterManaged: false,
    status: instanceId === null ? 'available' : 'in-use',
    macAddress: text(each, 'macAddress'),
    privateIpAddress: privateIp,
    privateDnsName: privateHostName(ec2.region, privateIp),
    sourceDestCheck: flag(each, 'sourceDestCheck'),
    groupSet: groupXml(ec2, each),
    attachment:
      instanceId === null
        ? null
        : {
            attachmentId: text(each, 'attachmentId'),
            instanceId,
            instanceOwnerId: accountId,
            deviceIndex: 0,
            status: 'attached',
            attachTime: timestamp(numberOrNull(each, 'attachedAtMs') ?? each.createdAtMs),
            deleteOnTermination: flag(each, 'deleteOnTermination'),
          },
    association,
    privateIpAddressesSet: [{ privateIpAddress: privateIp, privateDnsName: privateHostName(ec2.region, privateIp), primary: true, association }],
    ipv6AddressesSet: [],
    interfaceType: 'interface',
    tagSet: tagSet(each),
  };
}

export function instanceFilters(ec2: Ec2, instance: SimResource): ReturnType<typeof tagged> {
  const { machine } = instance;
  const state = ec2State(instance);
  const interfaces = interfacesOf(ec2, instance);
  const groups = interfaces.flatMap((each) => groupsOf(ec2, each));
  const volumes = volumesOf(ec2, instance.id);
  const spotRequestId = textOrNull(instance, 'spotRequestId');
  return tagged(instance, {
    architecture: text(instance, 'architecture'),
    'availability-zone': instance.zone,
    'block-device-mapping.volume-id': volumes.map(({ volume }) => volume.id),
    'client-token': text(instance, 'clientToken'),
    'dns-name': publicHostName(ec2, instance),
    'image-id': text(instance, 'imageId'),
    'instance-id': instance.id,
    'instance-lifecycle': spotRequestId === null ? null : 'spot',
    'instance-state-code': state.code,
    'instance-state-name': state.name,
    'instance-type': text(instance, 'instanceType'),
    'instance.group-id': groups.map(({ id }) => id),
    'instance.group-name': groups.map(({ name }) => name),
    'ip-address': machine?.publicIp ?? null,
    'key-name': textOrNull(instance, 'keyName'),
    'launch-time': timestamp(machine?.launchedAtMs ?? instance.createdAtMs),
    'network-interface.network-interface-id': interfaces.map(({ id }) => id),
    'private-ip-address': machine?.privateIp ?? null,
    'reservation-id': text(instance, 'reservationId'),
    'root-device-name': text(instance, 'rootDeviceName'),
    'root-device-type': 'ebs',
    'spot-instance-request-id': spotRequestId,
    'subnet-id': text(instance, 'subnetId'),
    tenancy: text(instance, 'tenancy'),
    'vpc-id': text(instance, 'vpcId'),
  });
}

/** Instances of one launch are one reservation. */
export function reservations(ec2: Ec2, instances: readonly SimResource[]): Xml {
  const grouped = new Map<string, SimResource[]>();
  for (const instance of instances) {
    const id = text(instance, 'reservationId');
    grouped.set(id, [...(grouped.get(id) ?? []), instance]);
  }
  return [...grouped].map(([reservationId, members]) => reservationXml(ec2, reservationId, members));
}

export function reservationXml(ec2: Ec2, reservationId: string, instances: readonly SimResource[]): XmlMembers {
  return { reservationId, ownerId: accountId, groupSet: [], instancesSet: instances.map((instance) => instanceXml(ec2, find(ec2, 'instance', instance.id) ?? instance)) };
}
