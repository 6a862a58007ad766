import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { Instance, type InstanceConfig } from '@cdktf/provider-aws/lib/instance/index.js';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway/index.js';
import { KeyPair } from '@cdktf/provider-aws/lib/key-pair/index.js';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { Route } from '@cdktf/provider-aws/lib/route/index.js';
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule/index.js';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { Subnet } from '@cdktf/provider-aws/lib/subnet/index.js';
import { Vpc } from '@cdktf/provider-aws/lib/vpc/index.js';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js';
import type { ITerraformDependable, TerraformStack } from 'cdktf';
import type { StackInput } from '../../core/cloud.ts';
import { deadlineName, isWritten } from '../../core/deadline.ts';
import { invalidInput } from '../../core/errors.ts';
import { machineStack } from '../../core/machine-stack.ts';
import type { PinnedStack } from '../../core/plan.ts';
import { machineResource } from '../../core/stack-names.ts';
import { tagKeys } from '../../core/tags.ts';
import { literal, synthesizeStack } from '../synth.ts';
import { deadlineNameOf, rolePath, scheduleExpression, targetArn, terminatePolicy, trustPolicy } from './deadline.ts';
import { rootDisk } from './root-disk.ts';
import { awsSettings } from './settings.ts';
import { instanceUserData } from './user-data.ts';

const requirements = {
  requiredVersion: '>= 1.5',
  // The bindings model 6.25; what is used here is the same since 5.100, the oldest that was tried.
  requiredProviders: { aws: { source: 'hashicorp/aws', version: '>= 5.100.0, < 7.0.0' } },
};

/** Retries of one API call. The provider's 25 hide a lack of capacity for the better part of an hour (aws#49863). */
const maxRetries = 3;

/** A lab's own address range; nothing is peered with it. */
const vpcCidr = '10.0.0.0/16';
const subnetCidr = '10.0.0.0/24';

interface Naming {
  /** `<session>-<stack>`: unique in the account, as two stacks of a session may share a region. */
  readonly name: string;
  /** The session's tags with a Name of their own. */
  readonly tagsFor: (name: string) => Record<string, string>;
}

interface Network {
  readonly vpcId: string;
  readonly subnetId: string;
  /** What an instance needs to reach the world at its first boot. */
  readonly wayOut: ITerraformDependable[];
}

/**
 * The AWS stack as cdk.tf.json. Its shape is also its speed: no public address by subnet and no DNS host names
 * (10 s each), the default route in the VPC's own main route table instead of one more table and association.
 * Throws invalid-input for disks, user data or security groups that AWS would refuse.
 */
export function synthesize(input: StackInput): string {
  const { stack } = input;
  return synthesizeStack(stack.id, requirements, (scope) => {
    const naming = namingOf(input);
    provider(scope, stack, input.tags);
    const network = stack.networkIds ? { ...stack.networkIds, wayOut: [] } : ownNetwork(scope, stack, naming);
    const groups = securityGroups(scope, stack, network, naming);
    const keyName = loginKey(scope, input, naming);
    const instances = stack.machines.map((machine) =>
      new Instance(scope, machineResource(machine, stack.machines.length), {
        ...machineSettings({ ...input, stack: machineStack(stack, machine) }),
        ...userDataOf(input, machine.name),
        subnetId: network.subnetId,
        vpcSecurityGroupIds: groups,
        keyName,
        tags: naming.tagsFor(machine.name),
        volumeTags: naming.tagsFor(machine.name),
        dependsOn: network.wayOut,
      }),
    );
    if (isWritten(stack.cloudDeadline)) deadline(scope, input, naming, instances);
  });
}

/**
 * The cloud's own deadline. The role is made beside the machines and nothing of theirs waits for it; the schedule names them, and so
 * comes last. Neither is needed by anything else in the stack: without the rights to make them a lab goes on without.
 */
function deadline(scope: TerraformStack, { stack, tags }: StackInput, { tagsFor }: Naming, instances: readonly Instance[]): void {
  const { [tagKeys.session]: sessionId = '', [tagKeys.expires]: expires = '' } = tags;
  if (stack.account === null) throw new Error(`stack ${stack.id} has no account: no look-up pinned it`);
  const name = deadlineNameOf(sessionId, stack.id);
  const role = new IamRole(scope, deadlineName, {
    name,
    path: rolePath(sessionId),
    description: 'Ends the machines of a labtui session at its deadline',
    assumeRolePolicy: trustPolicy(stack.account),
    // Its policy may be unknown to a state that a crash cut short.
    forceDetachPolicies: true,
    tags: tagsFor(name),
  });
  const policy = new IamRolePolicy(scope, `${deadlineName}-policy`, {
    name: 'terminate',
    role: role.name,
    policy: terminatePolicy(stack.region, stack.account, sessionId),
  });
  new SchedulerSchedule(scope, `${deadlineName}-schedule`, {
    name,
    description: `Ends the machines of the labtui session ${sessionId}`,
    groupName: 'default',
    scheduleExpression: scheduleExpression(expires),
    scheduleExpressionTimezone: 'UTC',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: targetArn(stack.region),
      roleArn: role.arn,
      input: `{"InstanceIds":[${instances.map(({ id }) => `"${id}"`).join(',')}]}`,
    },
    dependsOn: [policy],
  });
}

function namingOf({ stack, tags }: StackInput): Naming {
  const escaped = literals(tags);
  return {
    name: `${tags[tagKeys.session] ?? 'labtui'}-${stack.id}`,
    tagsFor: (name) => ({ ...escaped, Name: literal(name) }),
  };
}

function provider(scope: TerraformStack, stack: PinnedStack, tags: Readonly<Record<string, string>>): void {
  const { profile, endpoint } = awsSettings(stack.settings);
  new AwsProvider(scope, 'aws', {
    region: stack.region,
    maxRetries,
    defaultTags: [{ tags: literals(tags) }],
    ...(profile === null ? {} : { profile: literal(profile) }),
    // Costs the provider 7 s of computing in every command, which AWS_ENDPOINT_URL does not: only where it is asked for.
    ...(endpoint === null ? {} : { endpoints: [endpointsOf(endpoint, isWritten(stack.cloudDeadline))] }),
  });
}

/** All services that the stack asks: the provider would ask AWS itself for the others. */
function endpointsOf(endpoint: string, withDeadline: boolean) {
  const address = literal(endpoint);
  return { ec2: address, sts: address, ...(withDeadline ? { iam: address, scheduler: address } : {}) };
}

function ownNetwork(scope: TerraformStack, stack: PinnedStack, { name, tagsFor }: Naming): Network {
  if (awsSettings(stack.settings).subnetId !== null || stack.network === 'default') {
    throw new Error(`stack ${stack.id} uses an existing network, but no look-up pinned it`);
  }
  const tags = tagsFor(name);
  const vpc = new Vpc(scope, 'vpc', { cidrBlock: vpcCidr, tags });
  const gateway = new InternetGateway(scope, 'internet', { vpcId: vpc.id, tags });
  const route = new Route(scope, 'internet-route', {
    routeTableId: vpc.mainRouteTableId,
    destinationCidrBlock: '0.0.0.0/0',
    gatewayId: gateway.id,
  });
  const subnet = new Subnet(scope, 'subnet', { vpcId: vpc.id, cidrBlock: subnetCidr, availabilityZone: stack.zone, tags });
  return { vpcId: vpc.id, subnetId: subnet.id, wayOut: [route] };
}

function securityGroups(scope: TerraformStack, stack: PinnedStack, { vpcId }: Network, { name, tagsFor }: Naming): string[] {
  const existing = awsSettings(stack.settings).securityGroupIds;
  if (existing.length > 0) {
    if (!stack.networkIds) {
      throw invalidInput(
        'aws.securityGroupIds belong to a VPC of yours, but this lab makes a VPC of its own',
        'also give aws.subnetId, or network: default',
      );
    }
    return [...existing];
  }
  const tags = tagsFor(name);
  const group = new SecurityGroup(scope, 'ssh', { name, description: 'SSH to a labtui session', vpcId, tags });
  stack.allowFrom.forEach((range, index) => {
    new VpcSecurityGroupIngressRule(scope, stack.allowFrom.length === 1 ? 'ssh-in' : `ssh-in-${index + 1}`, {
      securityGroupId: group.id,
      description: 'SSH',
      ipProtocol: 'tcp',
      fromPort: stack.sshPort,
      toPort: stack.sshPort,
      cidrIpv4: range,
      tags,
    });
  });
  new VpcSecurityGroupEgressRule(scope, 'all-out', {
    securityGroupId: group.id,
    description: 'all IPv4',
    ipProtocol: '-1',
    cidrIpv4: '0.0.0.0/0',
    tags,
  });
  return [group.id];
}

function loginKey(scope: TerraformStack, { key }: StackInput, { name, tagsFor }: Naming): string {
  if ('cloudKeyName' in key) return literal(key.cloudKeyName);
  return new KeyPair(scope, 'login', { keyName: name, publicKey: literal(key.publicKey), tags: tagsFor(name) }).keyName;
}

function machineSettings({ stack, terminateOnShutdown }: StackInput): InstanceConfig {
  const { iamInstanceProfile } = awsSettings(stack.settings);
  return {
    ami: stack.image.id,
    instanceType: stack.instanceType,
    associatePublicIpAddress: true,
    // The provider reads a stopped machine as one without a public address, and would make it anew for that.
    lifecycle: { ignoreChanges: ['associate_public_ip_address'] },
    rootBlockDevice: { ...rootDisk(stack.disk), encrypted: stack.disk.encrypted, deleteOnTermination: true },
    metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
    ...(iamInstanceProfile === null ? {} : { iamInstanceProfile }),
    ...(terminateOnShutdown ? { instanceInitiatedShutdownBehavior: 'terminate' } : {}),
    ...(stack.spot.enabled ? { instanceMarketOptions: spotMarket(stack.spot.maxPrice) } : {}),
  };
}

function spotMarket(maxPrice: number | null): InstanceConfig['instanceMarketOptions'] {
  return {
    marketType: 'spot',
    spotOptions: {
      spotInstanceType: 'one-time',
      instanceInterruptionBehavior: 'terminate',
      // Never 1e-7: EC2 reads plain decimals only.
      ...(maxPrice === null ? {} : { maxPrice: maxPrice.toFixed(6).replace(/\.?0+$/, '') }),
    },
  };
}

function userDataOf(input: StackInput, machine: string): Pick<InstanceConfig, 'userData' | 'userDataBase64'> {
  const text = input.userData.get(machine);
  if (text === undefined) return {};
  const given = instanceUserData(text);
  return 'userData' in given ? { userData: literal(given.userData) } : given;
}

function literals(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, literal(value)]));
}
