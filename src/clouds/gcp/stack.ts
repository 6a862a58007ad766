import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall/index.js';
import { ComputeInstance, type ComputeInstanceConfig } from '@cdktf/provider-google/lib/compute-instance/index.js';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network/index.js';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork/index.js';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider/index.js';
import type { TerraformStack } from 'cdktf';
import type { StackInput } from '../../core/cloud.ts';
import { machineStack } from '../../core/machine-stack.ts';
import type { PinnedMachine, PinnedStack } from '../../core/plan.ts';
import { machineResource } from '../../core/stack-names.ts';
import { tagKeys } from '../../core/tags.ts';
import { literal, synthesizeStack } from '../synth.ts';
import { bootDisk } from './boot-disk.ts';
import { descriptionOf } from './description.ts';
import { labelsOf, machineKey } from './labels.ts';
import { instanceMetadata } from './metadata.ts';
import { partOf, resourceName } from './names.ts';
import { schedulingOf } from './scheduling.ts';
import { gcpSettings } from './settings.ts';

const requirements = {
  requiredVersion: '>= 1.5',
  // The bindings model 6.50; what is used here is the same in 7.45. Everything used is in the bindings: nothing is overridden.
  requiredProviders: { google: { source: 'hashicorp/google', version: '>= 6.50.0, < 8.0.0' } },
};

/** A lab's own address range; nothing is peered with it. */
const subnetCidr = '10.0.0.0/24';

/** One call of the provider; it retries within the resource's own time. */
const requestTimeout = '60s';
/** The provider's own are 20 minutes each: too long to hide a lack of capacity. */
const timeouts = { create: '10m', update: '10m', delete: '10m' };

interface Network {
  readonly project: string;
  readonly networkId: string;
  readonly subnetId: string;
}

/**
 * The Google Cloud stack as cdk.tf.json: a network of its own with one subnet and one firewall rule, which lets the caller reach
 * the machines by their network tag, and machines without a service account. Nothing in it makes a later plan replace a machine.
 * Throws invalid-input for disks, user data or keys that Compute Engine would refuse.
 */
export function synthesize(input: StackInput): string {
  const { stack } = input;
  return synthesizeStack(stack.id, requirements, (scope) => {
    const name = resourceName(input.tags[tagKeys.session] ?? 'labtui', stack.id);
    const project = projectOf(stack);
    new GoogleProvider(scope, 'google', { project, region: stack.region, zone: stack.zone, requestTimeout });
    const described = description(input);
    const network = existingNetwork(stack, project) ?? ownNetwork(scope, stack, project, { name, ...described });
    new ComputeFirewall(scope, 'ssh', {
      name,
      project: network.project,
      network: network.networkId,
      ...described,
      direction: 'INGRESS',
      sourceRanges: [...stack.allowFrom],
      targetTags: [name],
      allow: [{ protocol: 'tcp', ports: [String(stack.sshPort)] }],
      timeouts,
    });
    for (const machine of stack.machines) addMachine(scope, { ...input, stack: machineStack(stack, machine) }, machine, network, name);
  });
}

function projectOf(stack: PinnedStack): string {
  const project = stack.account ?? gcpSettings(stack.settings).project;
  if (project === null) throw new Error(`stack ${stack.id} has no project: no look-up pinned it`);
  return project;
}

/** A shared network's rules belong into the project that has the network. */
function existingNetwork({ networkIds }: PinnedStack, project: string): Network | null {
  if (!networkIds) return null;
  return { project: partOf(networkIds.vpcId, 'projects') ?? project, networkId: networkIds.vpcId, subnetId: networkIds.subnetId };
}

/**
 * Whose it is, for a computer that finds it when all that carries labels is gone: networks, subnetworks and firewall rules carry none. As
 * it was at their creation: a change would replace a network with all that is in it.
 */
function description({ tags }: StackInput) {
  return { description: literal(descriptionOf(tags)), lifecycle: { ignoreChanges: ['description'] } };
}

interface Described {
  readonly name: string;
  readonly description: string;
  readonly lifecycle: { readonly ignoreChanges: string[] };
}

function ownNetwork(scope: TerraformStack, stack: PinnedStack, project: string, described: Described): Network {
  if (gcpSettings(stack.settings).subnetwork !== null || stack.network === 'default') {
    throw new Error(`stack ${stack.id} uses an existing network, but no look-up pinned it`);
  }
  const network = new ComputeNetwork(scope, 'network', {
    ...described,
    project,
    autoCreateSubnetworks: false,
    timeouts,
  });
  const subnet = new ComputeSubnetwork(scope, 'subnet', {
    ...described,
    project,
    region: stack.region,
    network: network.id,
    ipCidrRange: subnetCidr,
    timeouts,
  });
  return { project, networkId: network.id, subnetId: subnet.id };
}

function addMachine(scope: TerraformStack, input: StackInput, machine: PinnedMachine, network: Network, name: string): void {
  const { stack } = input;
  const single = stack.machines.length === 1;
  const sessionId = input.tags[tagKeys.session] ?? 'labtui';
  const tags = { ...input.tags, [machineKey]: machine.name };
  const scheduling = schedulingOf(input);
  new ComputeInstance(scope, machineResource(machine, stack.machines.length), {
    name: single ? name : resourceName(sessionId, stack.id, machine.index),
    project: projectOf(stack),
    zone: stack.zone,
    machineType: stack.instanceType,
    // A larger type later is a restart, as on other clouds, not a refusal.
    allowStoppingForUpdate: true,
    tags: [name],
    labels: labelsOf(tags),
    metadata: literals(instanceMetadata(input, machine.name, tags)),
    bootDisk: boot(stack, tags),
    // An empty access configuration is an ephemeral public address.
    networkInterface: [{ subnetwork: network.subnetId, accessConfig: [{}] }],
    ...(isShielded(stack) ? { shieldedInstanceConfig: { enableVtpm: true, enableIntegrityMonitoring: true, enableSecureBoot: false } } : {}),
    ...(scheduling === null ? {} : { scheduling: { ...scheduling } }),
    ...(scheduling?.terminationTime === undefined
      ? {}
      : // A change of it replaces the machine, and the API may write it in another form or time zone.
        { lifecycle: { ignoreChanges: ['scheduling[0].termination_time'] } }),
    timeouts,
  });
}

/** The disk carries only labels that never change in a session's life: a change of them is not worth a machine. */
function boot(stack: PinnedStack, tags: Readonly<Record<string, string>>): ComputeInstanceConfig['bootDisk'] {
  const disk = bootDisk(stack.disk, stack.instanceType);
  const lasting = [tagKeys.marker, tagKeys.session, machineKey];
  return {
    autoDelete: true,
    initializeParams: {
      image: stack.image.id,
      size: disk.sizeGb,
      type: disk.type,
      labels: labelsOf(Object.fromEntries(Object.entries(tags).filter(([key]) => lasting.some((one) => one === key)))),
      ...(disk.iops === undefined ? {} : { provisionedIops: disk.iops }),
      ...(disk.throughput === undefined ? {} : { provisionedThroughput: disk.throughput }),
    },
  };
}

/**
 * vTPM and integrity monitoring where the image starts by UEFI. No secure boot: a lab boots kernels and modules of one's own.
 * On arm64 Google decides: not every series there has a vTPM.
 */
function isShielded({ image, arch }: PinnedStack): boolean {
  return arch === 'amd64' && image.features?.includes('UEFI_COMPATIBLE') === true;
}

function literals(entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, literal(value)]));
}
