import { CloudError } from '../../engine/cloud-error.ts';

/** Kinds of resources of this model, with the prefix of their ids. */
export const idPrefix = {
  vpc: 'vpc',
  subnet: 'subnet',
  'internet-gateway': 'igw',
  'route-table': 'rtb',
  'network-acl': 'acl',
  'dhcp-options': 'dopt',
  'security-group': 'sg',
  'security-group-rule': 'sgr',
  'key-pair': 'key',
  instance: 'i',
  volume: 'vol',
  'elastic-ip': 'eipalloc',
  'network-interface': 'eni',
  'spot-instances-request': 'sir',
  // Of EventBridge Scheduler: its id is its name.
  schedule: 'schedule',
} as const;
export type Kind = keyof typeof idPrefix;

/** Code and wording of EC2's `not found`, by kind. */
const missing: Readonly<Record<Kind, readonly [code: string, wording: (id: string) => string]>> = {
  vpc: ['InvalidVpcID.NotFound', (id) => `The vpc ID '${id}' does not exist`],
  subnet: ['InvalidSubnetID.NotFound', (id) => `The subnet ID '${id}' does not exist`],
  'internet-gateway': ['InvalidInternetGatewayID.NotFound', (id) => `The internetGateway ID '${id}' does not exist`],
  'route-table': ['InvalidRouteTableID.NotFound', (id) => `The routeTable ID '${id}' does not exist`],
  'network-acl': ['InvalidNetworkAclID.NotFound', (id) => `The networkAcl ID '${id}' does not exist`],
  'dhcp-options': ['InvalidDhcpOptionID.NotFound', (id) => `The dhcpOption ID '${id}' does not exist`],
  'security-group': ['InvalidGroup.NotFound', (id) => `The security group '${id}' does not exist`],
  'security-group-rule': ['InvalidSecurityGroupRuleId.NotFound', (id) => `The security group rule ID '${id}' does not exist`],
  'key-pair': ['InvalidKeyPair.NotFound', (id) => `The key pair '${id}' does not exist`],
  instance: ['InvalidInstanceID.NotFound', (id) => `The instance ID '${id}' does not exist`],
  volume: ['InvalidVolume.NotFound', (id) => `The volume '${id}' does not exist.`],
  'elastic-ip': ['InvalidAllocationID.NotFound', (id) => `The allocation ID '${id}' does not exist`],
  'network-interface': ['InvalidNetworkInterfaceID.NotFound', (id) => `The networkInterface ID '${id}' does not exist`],
  schedule: ['ResourceNotFoundException', (id) => `Schedule ${id} does not exist.`],
  'spot-instances-request': ['InvalidSpotInstanceRequestID.NotFound', (id) => `The spot instance request ID '${id}' does not exist`],
};

export function notFound(kind: Kind, id: string): CloudError {
  const [code, wording] = missing[kind];
  return new CloudError(code, wording(id));
}

export function missingParameter(name: string): CloudError {
  return new CloudError('MissingParameter', `The request must contain the parameter ${name}`);
}

export function invalidParameter(message: string): CloudError {
  return new CloudError('InvalidParameterValue', message);
}

export function dependencyViolation(message: string): CloudError {
  return new CloudError('DependencyViolation', message);
}

/** EC2 says in the code what has been used up. */
export function limitExceeded(code: string, message: string): CloudError {
  return new CloudError(code, message);
}

export function isCode(error: unknown, ...codes: readonly string[]): error is CloudError {
  return error instanceof CloudError && codes.includes(error.code);
}
