import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { accountId, ec2Arn } from '../model/account.ts';
import { get } from '../model/ec2.ts';
import { attachInternetGateway, createInternetGateway, deleteInternetGateway, detachInternetGateway } from '../model/internet-gateways.ts';
import { flag, text, textOrNull } from '../model/props.ts';
import { availableAddresses, createSubnet, deleteSubnet, modifySubnet } from '../model/subnets.ts';
import { createVpc, deleteVpc, modifyVpc, vpcAttributes } from '../model/vpcs.ts';
import { tagged } from './filters.ts';
import { done, type Handlers, listing, tagSet } from './handler.ts';
import { flagParam, param, type Query, required, tagSpecifications } from './query.ts';
import type { XmlMembers } from './xml.ts';

/** VPCs, subnets, internet gateways, and what EC2 makes with a VPC. */
export const networkHandlers: Handlers = {
  CreateVpc: (ec2, query) => {
    const instanceTenancy = param(query, 'InstanceTenancy') ?? 'default';
    return { vpc: vpcXml(createVpc(ec2, { cidrBlock: required(query, 'CidrBlock'), instanceTenancy, tags: tagSpecifications(query).vpc ?? {} })) };
  },
  DescribeVpcs: listing({
    kind: 'vpc',
    idParam: 'VpcId',
    set: 'vpcSet',
    filters: (_ec2, vpc) =>
      tagged(vpc, {
        'vpc-id': vpc.id,
        cidr: text(vpc, 'cidrBlock'),
        'cidr-block-association.cidr-block': text(vpc, 'cidrBlock'),
        'dhcp-options-id': text(vpc, 'dhcpOptionsId'),
        'is-default': flag(vpc, 'isDefault'),
        isDefault: flag(vpc, 'isDefault'),
        state: 'available',
      }),
    render: (_ec2, vpc) => vpcXml(vpc),
  }),
  DescribeVpcAttribute: (ec2, query) => {
    const vpc = get(ec2, 'vpc', required(query, 'VpcId'));
    const attribute = vpcAttributes.find((each) => each === required(query, 'Attribute'));
    if (attribute === undefined) throw new CloudError('InvalidParameterValue', `Value (${required(query, 'Attribute')}) for parameter attribute is invalid.`);
    return { vpcId: vpc.id, [attribute]: { value: flag(vpc, attribute) } };
  },
  ModifyVpcAttribute: (ec2, query) => {
    const given = vpcAttributes.map((attribute) => [attribute, flagParam(query, `${attribute.charAt(0).toUpperCase()}${attribute.slice(1)}.Value`)] as const);
    modifyVpc(ec2, required(query, 'VpcId'), Object.fromEntries(given.filter(([, value]) => value !== null)));
    return done;
  },
  DeleteVpc: (ec2, query) => {
    deleteVpc(ec2, required(query, 'VpcId'));
    return done;
  },
  DescribeDhcpOptions: listing({
    kind: 'dhcp-options',
    idParam: 'DhcpOptionsId',
    set: 'dhcpOptionsSet',
    filters: (_ec2, options) => tagged(options, { 'dhcp-options-id': options.id }),
    render: (_ec2, options) => ({
      dhcpOptionsId: options.id,
      ownerId: accountId,
      dhcpConfigurationSet: [
        { key: 'domain-name', valueSet: [{ value: text(options, 'domainName') }] },
        { key: 'domain-name-servers', valueSet: [{ value: text(options, 'domainNameServers') }] },
      ],
      tagSet: tagSet(options),
    }),
  }),
  DescribeNetworkAcls: listing({
    kind: 'network-acl',
    idParam: 'NetworkAclId',
    set: 'networkAclSet',
    filters: (_ec2, acl) => tagged(acl, { 'network-acl-id': acl.id, 'vpc-id': text(acl, 'vpcId'), default: flag(acl, 'isDefault') }),
    render: (_ec2, acl) => ({ networkAclId: acl.id, vpcId: text(acl, 'vpcId'), ownerId: accountId, default: flag(acl, 'isDefault'), entrySet: aclEntries(), associationSet: [], tagSet: tagSet(acl) }),
  }),
  CreateSubnet: (ec2, query) => {
    const subnet = createSubnet(ec2, {
      vpcId: required(query, 'VpcId'),
      cidrBlock: required(query, 'CidrBlock'),
      availabilityZone: param(query, 'AvailabilityZone'),
      availabilityZoneId: param(query, 'AvailabilityZoneId'),
      tags: tagSpecifications(query).subnet ?? {},
    });
    return { subnet: subnetXml(ec2.region, subnet, availableAddresses(ec2, subnet)) };
  },
  DescribeSubnets: listing({
    kind: 'subnet',
    idParam: 'SubnetId',
    set: 'subnetSet',
    filters: (ec2, subnet) =>
      tagged(subnet, {
        'subnet-id': subnet.id,
        'vpc-id': text(subnet, 'vpcId'),
        'availability-zone': subnet.zone,
        availabilityZone: subnet.zone,
        'availability-zone-id': text(subnet, 'availabilityZoneId'),
        'cidr-block': text(subnet, 'cidrBlock'),
        'default-for-az': flag(subnet, 'defaultForAz'),
        defaultForAz: flag(subnet, 'defaultForAz'),
        'map-public-ip-on-launch': flag(subnet, 'mapPublicIpOnLaunch'),
        'available-ip-address-count': availableAddresses(ec2, subnet),
        state: 'available',
      }),
    render: (ec2, subnet) => subnetXml(ec2.region, subnet, availableAddresses(ec2, subnet)),
  }),
  ModifySubnetAttribute: (ec2, query) => {
    const mapPublicIpOnLaunch = flagParam(query, 'MapPublicIpOnLaunch.Value');
    modifySubnet(ec2, required(query, 'SubnetId'), mapPublicIpOnLaunch === null ? {} : { mapPublicIpOnLaunch });
    return done;
  },
  DeleteSubnet: (ec2, query) => {
    deleteSubnet(ec2, required(query, 'SubnetId'));
    return done;
  },
  CreateInternetGateway: (ec2, query) => ({ internetGateway: gatewayXml(createInternetGateway(ec2, tagSpecifications(query)['internet-gateway'] ?? {})) }),
  DescribeInternetGateways: listing({
    kind: 'internet-gateway',
    idParam: 'InternetGatewayId',
    set: 'internetGatewaySet',
    filters: (_ec2, gateway) => {
      const vpcId = textOrNull(gateway, 'vpcId');
      return tagged(gateway, { 'internet-gateway-id': gateway.id, 'attachment.vpc-id': vpcId, 'attachment.state': vpcId === null ? null : 'available' });
    },
    render: (_ec2, gateway) => gatewayXml(gateway),
  }),
  AttachInternetGateway: (ec2, query) => {
    attachInternetGateway(ec2, required(query, 'InternetGatewayId'), required(query, 'VpcId'));
    return done;
  },
  DetachInternetGateway: (ec2, query) => {
    detachInternetGateway(ec2, required(query, 'InternetGatewayId'), required(query, 'VpcId'));
    return done;
  },
  DeleteInternetGateway: (ec2, query: Query) => {
    deleteInternetGateway(ec2, required(query, 'InternetGatewayId'));
    return done;
  },
};

function vpcXml(vpc: SimResource): XmlMembers {
  const cidrBlock = text(vpc, 'cidrBlock');
  return {
    vpcId: vpc.id,
    ownerId: accountId,
    state: 'available',
    cidrBlock,
    cidrBlockAssociationSet: [{ associationId: `vpc-cidr-assoc-${vpc.id.slice(4)}`, cidrBlock, cidrBlockState: { state: 'associated' } }],
    dhcpOptionsId: text(vpc, 'dhcpOptionsId'),
    instanceTenancy: text(vpc, 'instanceTenancy'),
    isDefault: flag(vpc, 'isDefault'),
    tagSet: tagSet(vpc),
  };
}

function subnetXml(region: string, subnet: SimResource, availableIpAddressCount: number): XmlMembers {
  return {
    subnetId: subnet.id,
    subnetArn: ec2Arn(region, 'subnet', subnet.id),
    ownerId: accountId,
    state: 'available',
    vpcId: text(subnet, 'vpcId'),
    cidrBlock: text(subnet, 'cidrBlock'),
    ipv6CidrBlockAssociationSet: [],
    availableIpAddressCount,
    availabilityZone: subnet.zone,
    availabilityZoneId: text(subnet, 'availabilityZoneId'),
    defaultForAz: flag(subnet, 'defaultForAz'),
    mapPublicIpOnLaunch: flag(subnet, 'mapPublicIpOnLaunch'),
    assignIpv6AddressOnCreation: false,
    enableDns64: false,
    ipv6Native: false,
    privateDnsNameOptionsOnLaunch: { hostnameType: 'ip-name', enableResourceNameDnsARecord: false, enableResourceNameDnsAAAARecord: false },
    tagSet: tagSet(subnet),
  };
}

function gatewayXml(gateway: SimResource): XmlMembers {
  const vpcId = textOrNull(gateway, 'vpcId');
  return { internetGatewayId: gateway.id, ownerId: accountId, attachmentSet: vpcId === null ? [] : [{ vpcId, state: 'available' }], tagSet: tagSet(gateway) };
}

/** The default ACL lets everything through. */
function aclEntries(): readonly XmlMembers[] {
  return [true, false].flatMap((egress) => [
    { ruleNumber: 100, protocol: '-1', ruleAction: 'allow', egress, cidrBlock: '0.0.0.0/0' },
    { ruleNumber: 32_767, protocol: '-1', ruleAction: 'deny', egress, cidrBlock: '0.0.0.0/0' },
  ]);
}
