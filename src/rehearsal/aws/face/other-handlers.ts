import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { accountId, identity } from '../model/account.ts';
import { addressOfAssociation, allocateAddress, associateAddress, disassociateAddress, releaseAddress } from '../model/addresses.ts';
import { all, type Ec2 } from '../model/ec2.ts';
import { idPrefix, type Kind } from '../model/errors.ts';
import { publicHostNameOf } from '../model/host-names.ts';
import { deleteKeyPair, getKeyPair, importKeyPair } from '../model/key-pairs.ts';
import { createNetworkInterface, deleteNetworkInterface, groupsOf, modifyNetworkInterface } from '../model/network-interfaces.ts';
import { text, textOrNull } from '../model/props.ts';
import { cancelSpotRequests } from '../model/spot-requests.ts';
import { createTags, deleteTags } from '../model/tags.ts';
import { filtered, paged, tagged } from './filters.ts';
import { done, type Handlers, listing, named, tagSet, timestamp } from './handler.ts';
import { interfaceXml } from './instance-xml.ts';
import { flagParam, listParam, param, required, structParams, tagParams, tagSpecifications } from './query.ts';
import type { XmlMembers } from './xml.ts';

/** Key pairs, addresses, network interfaces, spot requests, tags, and who is calling. */
export const otherHandlers: Handlers = {
  GetCallerIdentity: () => ({ Arn: identity.arn, UserId: identity.userId, Account: identity.account }),
  ImportKeyPair: (ec2, query) => {
    const publicKey = Buffer.from(required(query, 'PublicKeyMaterial'), 'base64').toString();
    const pair = importKeyPair(ec2, { name: required(query, 'KeyName'), publicKey, tags: tagSpecifications(query)['key-pair'] ?? {} });
    return { keyName: pair.name, keyPairId: pair.id, keyFingerprint: text(pair, 'fingerprint'), tagSet: tagSet(pair) };
  },
  DescribeKeyPairs: (ec2, query) => {
    const names = listParam(query, 'KeyName').map((name) => getKeyPair(ec2, name));
    const pairs = names.length > 0 ? names : named(ec2, query, 'key-pair', 'KeyPairId');
    const withKey = flagParam(query, 'IncludePublicKey') ?? false;
    const found = filtered(query, pairs, (pair) => tagged(pair, { 'key-name': pair.name, 'key-pair-id': pair.id, fingerprint: text(pair, 'fingerprint') }));
    return { keySet: found.map((pair) => keyXml(pair, withKey)) };
  },
  DeleteKeyPair: (ec2, query) => {
    const gone = deleteKeyPair(ec2, param(query, 'KeyPairId') ?? required(query, 'KeyName'));
    return { ...done, keyPairId: gone?.id };
  },
  AllocateAddress: (ec2, query) => {
    const address = allocateAddress(ec2, tagSpecifications(query)['elastic-ip'] ?? {});
    return { publicIp: text(address, 'publicIp'), allocationId: address.id, domain: 'vpc', publicIpv4Pool: 'amazon', networkBorderGroup: ec2.region };
  },
  DescribeAddresses: (ec2, query) => {
    const wanted = listParam(query, 'PublicIp');
    const addresses = named(ec2, query, 'elastic-ip', 'AllocationId').filter((each) => wanted.length === 0 || wanted.includes(text(each, 'publicIp')));
    return { addressesSet: filtered(query, addresses, addressFilters).map((each) => addressXml(ec2, each)) };
  },
  AssociateAddress: (ec2, query) => {
    const target = { instanceId: param(query, 'InstanceId'), networkInterfaceId: param(query, 'NetworkInterfaceId'), allowReassociation: flagParam(query, 'AllowReassociation') ?? true };
    return { ...done, associationId: associateAddress(ec2, required(query, 'AllocationId'), target) };
  },
  DisassociateAddress: (ec2, query) => {
    const id = required(query, 'AssociationId');
    if (addressOfAssociation(ec2, id) === null) throw new CloudError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);
    disassociateAddress(ec2, id);
    return done;
  },
  ReleaseAddress: (ec2, query) => {
    releaseAddress(ec2, required(query, 'AllocationId'));
    return done;
  },
  CreateNetworkInterface: (ec2, query) => {
    const created = createNetworkInterface(ec2, {
      subnetId: required(query, 'SubnetId'),
      groupIds: listParam(query, 'SecurityGroupId'),
      privateIp: param(query, 'PrivateIpAddress'),
      description: param(query, 'Description') ?? '',
      tags: tagSpecifications(query)['network-interface'] ?? {},
    });
    return { networkInterface: interfaceXml(ec2, created) };
  },
  DescribeNetworkInterfaces: listing({
    kind: 'network-interface',
    idParam: 'NetworkInterfaceId',
    set: 'networkInterfaceSet',
    filters: (ec2, each) =>
      tagged(each, {
        'network-interface-id': each.id,
        'subnet-id': text(each, 'subnetId'),
        'vpc-id': text(each, 'vpcId'),
        'availability-zone': each.zone,
        'group-id': groupsOf(ec2, each).map(({ id }) => id),
        'group-name': groupsOf(ec2, each).map(({ name }) => name),
        'attachment.instance-id': textOrNull(each, 'instanceId'),
        'attachment.attachment-id': textOrNull(each, 'attachmentId'),
        'private-ip-address': text(each, 'privateIp'),
        'mac-address': text(each, 'macAddress'),
        description: text(each, 'description'),
        status: textOrNull(each, 'instanceId') === null ? 'available' : 'in-use',
      }),
    render: (ec2, each) => ({ ...interfaceXml(ec2, each) }),
  }),
  ModifyNetworkInterfaceAttribute: (ec2, query) => {
    const groupIds = listParam(query, 'SecurityGroupId');
    const sourceDestCheck = flagParam(query, 'SourceDestCheck.Value');
    modifyNetworkInterface(ec2, required(query, 'NetworkInterfaceId'), { ...(groupIds.length === 0 ? {} : { groupIds }), ...(sourceDestCheck === null ? {} : { sourceDestCheck }) });
    return done;
  },
  DeleteNetworkInterface: (ec2, query) => {
    deleteNetworkInterface(ec2, required(query, 'NetworkInterfaceId'));
    return done;
  },
  DescribeSpotInstanceRequests: listing({
    kind: 'spot-instances-request',
    idParam: 'SpotInstanceRequestId',
    set: 'spotInstanceRequestSet',
    filters: (_ec2, request) =>
      tagged(request, {
        'spot-instance-request-id': request.id,
        'instance-id': text(request, 'instanceId'),
        state: text(request, 'state'),
        'status-code': text(request, 'status'),
        type: text(request, 'type'),
        'launched-availability-zone': request.zone,
        'launch.instance-type': text(request, 'instanceType'),
      }),
    render: (_ec2, request) => spotRequestXml(request),
  }),
  CancelSpotInstanceRequests: (ec2, query) => ({
    spotInstanceRequestSet: cancelSpotRequests(ec2, listParam(query, 'SpotInstanceRequestId')).map(({ id }) => ({ spotInstanceRequestId: id, state: 'cancelled' })),
  }),
  CreateTags: (ec2, query) => {
    createTags(ec2, listParam(query, 'ResourceId'), tagParams(query));
    return done;
  },
  DeleteTags: (ec2, query) => {
    const keys = structParams(query, 'Tag').map((tag): [string, string | null] => [param(tag, 'Key') ?? '', param(tag, 'Value')]);
    deleteTags(ec2, listParam(query, 'ResourceId'), new Map(keys));
    return done;
  },
  DescribeTags: (ec2, query) => {
    const { items, nextToken } = paged(query, filtered(query, everyTag(ec2), (tag) => (name) => tagFilter(tag, name)));
    return { tagSet: items.map((each) => ({ ...each })), nextToken };
  },
};

interface TagRow {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly key: string;
  readonly value: string;
}

function everyTag(ec2: Ec2): readonly TagRow[] {
  const kinds = Object.keys(idPrefix).filter(isKind);
  return kinds.flatMap((kind) => all(ec2, kind).flatMap(({ id, tags }) => Object.entries(tags).map(([key, value]) => ({ resourceId: id, resourceType: kind, key, value }))));
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(idPrefix, name);
}

function tagFilter({ resourceId, resourceType, key, value }: TagRow, name: string): readonly (string | null)[] | null {
  if (name.startsWith('tag:')) return [key === name.slice(4) ? value : null];
  const values: Readonly<Record<string, string>> = { key, value, 'resource-id': resourceId, 'resource-type': resourceType };
  return values[name] === undefined ? null : [values[name]];
}

function keyXml(pair: SimResource, withKey: boolean): XmlMembers {
  return {
    keyName: pair.name,
    keyPairId: pair.id,
    keyType: text(pair, 'keyType'),
    keyFingerprint: text(pair, 'fingerprint'),
    publicKey: withKey ? `${text(pair, 'publicKey')} ${pair.name ?? ''}\n` : null,
    createTime: timestamp(pair.createdAtMs),
    tagSet: tagSet(pair),
  };
}

function addressFilters(address: SimResource): ReturnType<typeof tagged> {
  return tagged(address, {
    'allocation-id': address.id,
    'association-id': textOrNull(address, 'associationId'),
    'instance-id': textOrNull(address, 'instanceId'),
    'network-interface-id': textOrNull(address, 'networkInterfaceId'),
    'public-ip': text(address, 'publicIp'),
    'private-ip-address': textOrNull(address, 'privateIp'),
    domain: 'vpc',
  });
}

function addressXml({ region }: Ec2, address: SimResource): XmlMembers {
  const networkInterfaceId = textOrNull(address, 'networkInterfaceId');
  return {
    publicIp: text(address, 'publicIp'),
    ptrRecord: publicHostNameOf(region, text(address, 'publicIp')),
    allocationId: address.id,
    domain: 'vpc',
    associationId: textOrNull(address, 'associationId'),
    instanceId: textOrNull(address, 'instanceId'),
    networkInterfaceId,
    networkInterfaceOwnerId: networkInterfaceId === null ? null : accountId,
    privateIpAddress: textOrNull(address, 'privateIp'),
    publicIpv4Pool: 'amazon',
    networkBorderGroup: region,
    tagSet: tagSet(address),
  };
}

function spotRequestXml(request: SimResource): XmlMembers {
  return {
    spotInstanceRequestId: request.id,
    spotPrice: text(request, 'price'),
    type: text(request, 'type'),
    state: text(request, 'state'),
    status: { code: text(request, 'status'), updateTime: timestamp(request.createdAtMs), message: '' },
    launchSpecification: { imageId: text(request, 'imageId'), instanceType: text(request, 'instanceType'), placement: { availabilityZone: request.zone } },
    instanceId: text(request, 'instanceId'),
    createTime: timestamp(request.createdAtMs),
    productDescription: 'Linux/UNIX',
    launchedAvailabilityZone: request.zone,
    instanceInterruptionBehavior: text(request, 'interruption'),
    validUntil: textOrNull(request, 'validUntil'),
    tagSet: tagSet(request),
  };
}
