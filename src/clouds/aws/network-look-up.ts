import { DescribeKeyPairsCommand, DescribeSecurityGroupsCommand, DescribeSubnetsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { invalidInput } from '../../core/errors.ts';
import type { NetworkIds, StackPlan } from '../../core/plan.ts';
import { asked, type Ec2, hasCode } from './ec2-calls.ts';
import { awsSettings } from './settings.ts';

/** An existing network: the subnets a stack may use, by zone. */
export interface ExistingNetwork {
  readonly vpcId: string;
  readonly subnetByZone: ReadonlyMap<string, string>;
}

/**
 * The network that the profile names (`aws.subnetId`, `network: default`) with its security groups checked;
 * null where the stack makes its own. Rejects with invalid-input for what does not exist or does not fit together.
 */
export async function lookUpNetwork(ec2: Ec2, plan: StackPlan, region: string): Promise<ExistingNetwork | null> {
  const { subnetId, securityGroupIds } = awsSettings(plan.settings);
  const network =
    subnetId !== null ? await namedSubnet(ec2, subnetId, region) : plan.network === 'default' ? await defaultNetwork(ec2, region) : null;
  if (securityGroupIds.length > 0) await checkGroups(ec2, securityGroupIds, network, region);
  return network;
}

/** Whether the stack makes a network of its own. */
export function makesNetwork(plan: StackPlan): boolean {
  return plan.network === 'isolated' && awsSettings(plan.settings).subnetId === null;
}

/** The network's ids for the zone that was chosen. */
export function networkIdsIn(network: ExistingNetwork | null, zone: string): NetworkIds | null {
  const subnetId = network?.subnetByZone.get(zone);
  return network === null || subnetId === undefined ? null : { vpcId: network.vpcId, subnetId };
}

/** Rejects with invalid-input when no key pair of that name is in the region. */
export async function checkKeyPair(ec2: Ec2, name: string, region: string): Promise<void> {
  try {
    await asked(ec2.send(new DescribeKeyPairsCommand({ KeyNames: [name] })));
  } catch (error) {
    if (!hasCode(error, 'InvalidKeyPair.NotFound')) throw error;
    throw invalidInput(`ssh.key: no key pair "${name}" in ${region}`, `aws ec2 describe-key-pairs --region ${region}   or ssh.key: generate`);
  }
}

async function namedSubnet(ec2: Ec2, subnetId: string, region: string): Promise<ExistingNetwork> {
  const unknown = invalidInput(`aws.subnetId: no subnet ${subnetId} in ${region}`, `aws ec2 describe-subnets --region ${region}`);
  try {
    const { Subnets: [subnet] = [] } = await asked(ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] })));
    if (subnet?.VpcId === undefined || subnet.AvailabilityZone === undefined) throw unknown;
    return { vpcId: subnet.VpcId, subnetByZone: new Map([[subnet.AvailabilityZone, subnetId]]) };
  } catch (error) {
    throw hasCode(error, 'InvalidSubnetID.NotFound') ? unknown : error;
  }
}

async function defaultNetwork(ec2: Ec2, region: string): Promise<ExistingNetwork> {
  const { Vpcs: [vpc] = [] } = await asked(ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] })));
  const missing = (what: string, command: string) =>
    invalidInput(`network: default, but the account has no default ${what} in ${region}`, `--network isolated   or ${command} --region ${region}`);
  if (vpc?.VpcId === undefined) throw missing('VPC', 'aws ec2 create-default-vpc');
  const Filters = [
    { Name: 'vpc-id', Values: [vpc.VpcId] },
    { Name: 'default-for-az', Values: ['true'] },
  ];
  const { Subnets = [] } = await asked(ec2.send(new DescribeSubnetsCommand({ Filters })));
  const subnetByZone = new Map(Subnets.map(({ AvailabilityZone = '', SubnetId = '' }) => [AvailabilityZone, SubnetId]));
  if (subnetByZone.size === 0) throw missing('subnet', 'aws ec2 create-default-subnet --availability-zone ZONE');
  return { vpcId: vpc.VpcId, subnetByZone };
}

async function checkGroups(ec2: Ec2, ids: readonly string[], network: ExistingNetwork | null, region: string): Promise<void> {
  if (network === null) {
    throw invalidInput(
      'aws.securityGroupIds belong to a VPC of yours, but this lab makes a VPC of its own',
      'also give aws.subnetId, or network: default',
    );
  }
  const { SecurityGroups = [] } = await asked(ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: [...ids] }] })));
  for (const id of ids) {
    const group = SecurityGroups.find(({ GroupId }) => GroupId === id);
    if (group === undefined) throw invalidInput(`aws.securityGroupIds: no security group ${id} in ${region}`, `aws ec2 describe-security-groups --region ${region}`);
    if (group.VpcId !== network.vpcId) {
      throw invalidInput(`aws.securityGroupIds: ${id} belongs to ${group.VpcId ?? 'no VPC'}, the subnet to ${network.vpcId}`, 'name groups of that VPC');
    }
  }
}
