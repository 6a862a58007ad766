import { createHash } from 'node:crypto';
import { TerraformResource, type TerraformStack } from 'cdktf';
import type { StackInput } from '../../core/cloud.ts';
import { machineStack } from '../../core/machine-stack.ts';
import type { PinnedMachine } from '../../core/plan.ts';
import { machineResource } from '../../core/stack-names.ts';
import { tagKeys } from '../../core/tags.ts';
import { literal, synthesizeStack } from '../synth.ts';
import { networkAddress, networkCidr } from './network.ts';
import { readImage } from './pinned-image.ts';
import { localSettings } from './settings.ts';

const requirements = {
  requiredVersion: '>= 1.5',
  requiredProviders: { local: { source: 'labtui/local', version: '1.0.0' } },
};

type Attributes = Readonly<Record<string, unknown>>;

/** A resource of labtui's own provider: there are no bindings of it. */
class LocalResource extends TerraformResource {
  readonly #attributes: Attributes;

  constructor(scope: TerraformStack, type: string, name: string, attributes: Attributes) {
    super(scope, `${type}-${name}`, { terraformResourceType: type });
    this.overrideLogicalId(name);
    this.#attributes = attributes;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.#attributes };
  }
}

/**
 * The stack of machines on this computer as cdk.tf.json: image, disk, seed and machine of each, all under one name, so that one can be made
 * something else by itself; a network where there are several.
 */
export function synthesize(input: StackInput): string {
  const { stack } = input;
  return synthesizeStack(stack.id, requirements, (scope) => {
    if (stack.machines.length > 1) new LocalResource(scope, 'local_network', 'network', { name: literal(`${sessionOf(input)}-${stack.id}`), cidr: networkCidr });
    for (const machine of stack.machines) addMachine(scope, input, machine);
  });
}

const sessionOf = ({ tags }: StackInput): string => tags[tagKeys.session] ?? 'labtui';

function addMachine(scope: TerraformStack, input: StackInput, machine: PinnedMachine): void {
  const several = input.stack.machines.length > 1;
  const stack = machineStack(input.stack, machine);
  const { source, checksum, format, firmware } = readImage(stack.image);
  const name = machineResource(machine, input.stack.machines.length);
  // Relative to the stack's directory, which may be moved.
  const [diskFile, seedFile] = [`machines/${machine.name}/disk.qcow2`, `machines/${machine.name}/seed.iso`];
  const [mac, networkMac] = [macOf(input, machine, 0), macOf(input, machine, 1)];
  const address = several ? networkAddress(machine.index) : null;
  const tags = Object.fromEntries(Object.entries(input.tags).map(([key, value]) => [key, literal(value)]));
  const expiresAt = input.tags[tagKeys.expires] ?? 'never';
  const { forward, share } = localSettings(stack.settings);
  const image = (attribute: string): string => `\${local_image.${name}.${attribute}}`;

  new LocalResource(scope, 'local_image', name, {
    source: literal(source),
    arch: stack.arch,
    ...(checksum === null ? {} : { checksum }),
    ...(format === null ? {} : { format }),
  });
  new LocalResource(scope, 'local_disk', name, {
    file: diskFile,
    image_id: image('id'),
    image_file: image('file'),
    image_format: image('format'),
    size_gb: stack.disk.sizeGb,
    tags,
  });
  new LocalResource(scope, 'local_seed', name, {
    file: seedFile,
    instance_id: `${sessionOf(input)}-${machine.name}`,
    host_name: machine.name,
    user_data: literal(input.userData.get(machine.name) ?? ''),
    ...(address === null ? {} : { interfaces: [{ mac, address: null }, { mac: networkMac, address: `${address}/24` }] }),
  });
  new LocalResource(scope, 'local_machine', name, {
    name: machine.name,
    arch: stack.arch,
    cpus: stack.vcpu ?? 2,
    memory_mb: (stack.memoryGb ?? 4) * 1_024,
    firmware,
    disk_file: diskFile,
    disk_id: `\${local_disk.${name}.id}`,
    seed_file: seedFile,
    seed_id: `\${local_seed.${name}.id}`,
    kernel_file: image('kernel_file'),
    initrd_file: image('initrd_file'),
    kernel_arguments: image('kernel_arguments'),
    mac,
    ...(address === null ? {} : { network: '${local_network.network.id}', network_mac: networkMac, network_address: address }),
    guest_ssh_port: stack.sshPort,
    ...(forward.length === 0 ? {} : { forwards: forward.map(portsOf) }),
    ...(share === null ? {} : { share: literal(share) }),
    ...(expiresAt === 'never' ? {} : { expires_at: expiresAt }),
    tags,
  });
}

function portsOf(text: string): { readonly host_port: number; readonly guest_port: number } {
  const [host = '', guest = ''] = text.split(':');
  return { host_port: Number(host), guest_port: Number(guest) };
}

/** One of QEMU's own range, the same whenever the stack is written: its guest's network is configured by it. */
function macOf(input: StackInput, { name }: PinnedMachine, card: number): string {
  const digest = createHash('sha256').update(`${sessionOf(input)} ${input.stack.id} ${name} ${card}`).digest();
  return ['52', '54', '00', ...[0, 1, 2].map((at) => (digest[at] ?? 0).toString(16).padStart(2, '0'))].join(':');
}
