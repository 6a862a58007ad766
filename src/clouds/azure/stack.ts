import { LinuxVirtualMachine, type LinuxVirtualMachineConfig } from '@cdktf/provider-azurerm/lib/linux-virtual-machine/index.js';
import { LogicAppActionCustom } from '@cdktf/provider-azurerm/lib/logic-app-action-custom/index.js';
import { LogicAppTriggerRecurrence } from '@cdktf/provider-azurerm/lib/logic-app-trigger-recurrence/index.js';
import { LogicAppWorkflow } from '@cdktf/provider-azurerm/lib/logic-app-workflow/index.js';
import { NetworkInterface } from '@cdktf/provider-azurerm/lib/network-interface/index.js';
import { NetworkInterfaceSecurityGroupAssociation } from '@cdktf/provider-azurerm/lib/network-interface-security-group-association/index.js';
import { NetworkSecurityGroup } from '@cdktf/provider-azurerm/lib/network-security-group/index.js';
import { NetworkSecurityRule } from '@cdktf/provider-azurerm/lib/network-security-rule/index.js';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider/index.js';
import { PublicIp } from '@cdktf/provider-azurerm/lib/public-ip/index.js';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group/index.js';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { Subnet } from '@cdktf/provider-azurerm/lib/subnet/index.js';
import { SubnetNetworkSecurityGroupAssociation } from '@cdktf/provider-azurerm/lib/subnet-network-security-group-association/index.js';
import { VirtualNetwork } from '@cdktf/provider-azurerm/lib/virtual-network/index.js';
import type { ITerraformDependable, TerraformStack } from 'cdktf';
import type { StackInput } from '../../core/cloud.ts';
import { deadlineName, isWritten } from '../../core/deadline.ts';
import { machineStack } from '../../core/machine-stack.ts';
import type { PinnedMachine, PinnedStack } from '../../core/plan.ts';
import { machineResource } from '../../core/stack-names.ts';
import { tagKeys } from '../../core/tags.ts';
import { literal, synthesizeStack } from '../synth.ts';
import { customData } from './custom-data.ts';
import { actionName, deleteAction, recurrence, roleName, triggerName, triggerTime } from './deadline.ts';
import { readImageSource, trustedLaunch } from './image-source.ts';
import { checkLoginUser } from './login-user.ts';
import { azureName, longestName, zoneNumber } from './names.ts';
import { osDisk } from './os-disk.ts';
import { azureSettings } from './settings.ts';
import { spotSettings } from './spot.ts';
import { azureTags } from './tags.ts';

const requirements = {
  requiredVersion: '>= 1.5',
  // The bindings model 4.55. Only schemas were tried: what is written here fits that of 5.2, and none of it changed since 4.70. The
  // lower bound is the first version that knows the feature which is set by an override below.
  requiredProviders: { azurerm: { source: 'hashicorp/azurerm', version: '>= 4.75.0, < 6.0.0' } },
};

/** A lab's own address range; nothing is peered with it. */
const networkCidr = '10.0.0.0/16';
const subnetCidr = '10.0.0.0/24';

/** The provider retries within a resource's own time; its defaults, up to 90 minutes, hide a machine that never starts. */
const timeouts = { create: '20m', delete: '20m' };
const timeoutsWithUpdate = { ...timeouts, update: '20m' };

/**
 * A region with zones has these. An address that is in all of them serves a machine in any, and stays when the machine moves to
 * another one: an address in one zone would have to be replaced, which Azure refuses while a network interface has it.
 */
const everyZone = ['1', '2', '3'] as const;

interface Place {
  readonly scope: TerraformStack;
  readonly stack: PinnedStack;
  /** `<session>-<stack>`: the resource group, and what belongs to all its machines. */
  readonly name: string;
  readonly group: ResourceGroup;
  readonly tagsFor: (name: string) => Record<string, string>;
}

interface Network {
  readonly subnetId: string;
  readonly securityGroupId: string;
  /** Whether the security group lies on the subnet: nothing is changed on a subnet of the user's own. */
  readonly guard: ITerraformDependable | null;
}

/**
 * The Azure stack as cdk.tf.json: everything in a resource group of its own, reachable over SSH by the caller alone. Throws
 * invalid-input for a login user, tags, disks or user data that Azure would refuse.
 */
export function synthesize(input: StackInput): string {
  const { stack } = input;
  return synthesizeStack(stack.id, requirements, (scope) => {
    provider(scope, stack);
    const name = `${input.tags[tagKeys.session] ?? 'labtui'}-${stack.id}`;
    const tagsFor = (of: string) => literals(azureTags(input.tags, of));
    const group = new ResourceGroup(scope, 'lab', {
      name: azureName(name, longestName.resourceGroup),
      location: stack.region,
      tags: tagsFor(name),
      timeouts: timeoutsWithUpdate,
    });
    const place: Place = { scope, stack, name, group, tagsFor };
    const network = networkOf(place);
    for (const machine of stack.machines) {
      const own = machineStack(stack, machine);
      checkLoginUser(own.user);
      addMachine({ ...place, stack: own }, { ...input, stack: own }, machine, network);
    }
    if (isWritten(stack.cloudDeadline)) deadline(place, input.tags[tagKeys.expires] ?? '');
  });
}

/**
 * The cloud's own deadline: made beside the machines, which wait for nothing of it. The trigger comes last, so that the app never runs
 * without its action. Nothing else in the stack needs any of it: without the rights to make it a lab goes on without.
 */
function deadline({ scope, stack, name, group, tagsFor }: Place, expires: string): void {
  const app = new LogicAppWorkflow(scope, deadlineName, {
    name: azureName(name, longestName.other),
    location: stack.region,
    resourceGroupName: group.name,
    identity: { type: 'SystemAssigned' },
    tags: tagsFor(name),
    timeouts: timeoutsWithUpdate,
  });
  const role = new RoleAssignment(scope, `${deadlineName}-role`, {
    scope: group.id,
    roleDefinitionName: roleName,
    principalId: app.identity.principalId,
    // The identity is a moment old: Entra need not be asked whether it is there.
    skipServicePrincipalAadCheck: true,
    timeouts,
  });
  const action = new LogicAppActionCustom(scope, `${deadlineName}-action`, { name: actionName, logicAppId: app.id, body: deleteAction(group.id), timeouts: timeoutsWithUpdate });
  new LogicAppTriggerRecurrence(scope, `${deadlineName}-trigger`, {
    name: triggerName,
    logicAppId: app.id,
    ...recurrence,
    startTime: triggerTime(expires),
    timeouts: timeoutsWithUpdate,
    dependsOn: [action, role],
  });
}

function provider(scope: TerraformStack, stack: PinnedStack): void {
  if (stack.account === null) throw new Error(`stack ${stack.id} has no subscription: no look-up pinned it`);
  const azurerm = new AzurermProvider(scope, 'azurerm', {
    subscriptionId: stack.account,
    // The look-up checks the few that are needed; the provider would register dozens.
    resourceProviderRegistrations: 'none',
    features: [
      {
        // What somebody put into the group besides must not outlive it.
        resourceGroup: [{ preventDeletionIfContainsResources: false }],
        virtualMachine: [{ deleteOsDiskOnDeletion: true }],
      },
    ],
  });
  // Newer than the bindings (azurerm 4.75.0): a machine is in the state as soon as Azure has taken the order, not after minutes of polling.
  azurerm.addOverride('features.0.persist_id_on_create_before_polling_for_completion', true);
}

function networkOf(place: Place): Network {
  const { scope, stack, name, group, tagsFor } = place;
  const common = { location: stack.region, resourceGroupName: group.name, tags: tagsFor(name), timeouts: timeoutsWithUpdate };
  const securityGroup = new NetworkSecurityGroup(scope, 'ssh', { ...common, name: azureName(name, longestName.other) });
  stack.allowFrom.forEach((range, index) => {
    const suffix = stack.allowFrom.length === 1 ? '' : `-${index + 1}`;
    new NetworkSecurityRule(scope, `ssh-in${suffix}`, {
      name: `ssh${suffix}`,
      resourceGroupName: group.name,
      networkSecurityGroupName: securityGroup.name,
      description: 'SSH to a labtui session',
      priority: 100 + index,
      direction: 'Inbound',
      access: 'Allow',
      protocol: 'Tcp',
      sourceAddressPrefix: range,
      sourcePortRange: '*',
      destinationAddressPrefix: '*',
      destinationPortRange: String(stack.sshPort),
      timeouts: timeoutsWithUpdate,
    });
  });
  if (stack.networkIds) return { subnetId: stack.networkIds.subnetId, securityGroupId: securityGroup.id, guard: null };
  if (azureSettings(stack.settings).subnetId !== null) throw new Error(`stack ${stack.id} uses an existing subnet, but no look-up pinned it`);

  const network = new VirtualNetwork(scope, 'network', { ...common, name: azureName(name, longestName.virtualNetwork), addressSpace: [networkCidr] });
  const subnet = new Subnet(scope, 'subnet', {
    name: 'lab',
    resourceGroupName: group.name,
    virtualNetworkName: network.name,
    addressPrefixes: [subnetCidr],
    // The way out is each machine's own address; Azure's older, implicit one is on its way out itself.
    defaultOutboundAccessEnabled: false,
    timeouts: timeoutsWithUpdate,
  });
  const guard = new SubnetNetworkSecurityGroupAssociation(scope, 'guard', { subnetId: subnet.id, networkSecurityGroupId: securityGroup.id, timeouts });
  return { subnetId: subnet.id, securityGroupId: securityGroup.id, guard };
}

function addMachine(place: Place, input: StackInput, machine: PinnedMachine, network: Network): void {
  const { scope, stack, group, tagsFor } = place;
  const suffix = stack.machines.length === 1 ? '' : `-${machine.index}`;
  const zone = zoneNumber(stack.region, stack.zone);
  const name = azureName(machine.name, longestName.machine);
  const common = { location: stack.region, resourceGroupName: group.name, tags: tagsFor(machine.name), timeouts: timeoutsWithUpdate };
  const address = new PublicIp(scope, `address${suffix}`, {
    ...common,
    name,
    sku: 'Standard',
    allocationMethod: 'Static',
    ...(zone === null ? {} : { zones: [...everyZone] }),
  });
  const nic = new NetworkInterface(scope, `nic${suffix}`, {
    ...common,
    name,
    ipConfiguration: [{ name: 'lab', subnetId: network.subnetId, privateIpAddressAllocation: 'Dynamic', publicIpAddressId: address.id }],
  });
  const guard =
    network.guard ??
    new NetworkInterfaceSecurityGroupAssociation(scope, `guard${suffix}`, {
      networkInterfaceId: nic.id,
      networkSecurityGroupId: network.securityGroupId,
      timeouts,
    });
  new LinuxVirtualMachine(scope, machineResource(machine, stack.machines.length), {
    ...common,
    ...machineSettings(input, machine.name),
    name,
    computerName: name,
    networkInterfaceIds: [nic.id],
    osDisk: { name: `${name}-os`, caching: 'ReadWrite', ...osDisk(stack.disk, stack.instanceType) },
    ...(zone === null ? {} : { zone }),
    // A change of its network in the midst of its creation would fail one of both.
    dependsOn: [guard],
  });
}

function machineSettings({ stack, key, userData }: StackInput, machine: string) {
  const publicKey = 'publicKey' in key ? key.publicKey : stack.cloudKeyText;
  if (!publicKey) throw new Error(`stack ${stack.id} has no login key: no look-up pinned it`);
  const data = customData(userData.get(machine) ?? '', stack.distro.init);
  return {
    size: stack.instanceType,
    adminUsername: stack.user,
    adminSshKey: [{ username: stack.user, publicKey: literal(publicKey.trim()) }],
    disablePasswordAuthentication: true,
    // Without an account's name: Azure's own storage.
    bootDiagnostics: {},
    ...imageSettings(stack),
    ...(stack.image.features?.includes(trustedLaunch) === true ? { secureBootEnabled: true, vtpmEnabled: true } : {}),
    ...(data === null ? {} : { customData: data }),
    ...(stack.spot.enabled ? spotSettings(stack.spot.maxPrice) : {}),
  } satisfies Partial<LinuxVirtualMachineConfig>;
}

function imageSettings({ image }: PinnedStack): Pick<LinuxVirtualMachineConfig, 'plan' | 'sourceImageId' | 'sourceImageReference'> {
  const source = readImageSource(image.id);
  if (source === null) throw new Error(`"${image.id}" is no image of Azure's`);
  const plan = image.purchasePlan === undefined ? {} : { plan: { ...image.purchasePlan } };
  if (source.kind === 'id') return { ...plan, sourceImageId: source.id };
  const { publisher, offer, sku, version } = source;
  return { ...plan, sourceImageReference: { publisher, offer, sku, version } };
}

function literals(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, literal(value)]));
}
