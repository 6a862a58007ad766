import { list, number, text } from '../../plugin/attributes.ts';
import type { Attributes } from '../../plugin/behaviour.ts';
import { isMap } from '../../plugin/value/value-kinds.ts';
import { type MachineSpec, machineSpec } from '../qemu/machine-spec.ts';
import { absolute, type LocalContext } from './context.ts';

/** What a `local_machine` asks for. Throws a ZodError where a value cannot be one: validateMachine has looked at what a configuration says. */
export function machineSpecOf(attributes: Attributes, context: LocalContext): MachineSpec {
  const path = (name: string): string | null => {
    const given = text(attributes, name);
    return given === null ? null : absolute(given, context);
  };
  const kernel = path('kernel_file');
  return machineSpec.parse({
    name: text(attributes, 'name'),
    arch: text(attributes, 'arch'),
    cpus: number(attributes, 'cpus'),
    memoryMb: number(attributes, 'memory_mb'),
    firmware: text(attributes, 'firmware') ?? 'auto',
    machineType: text(attributes, 'machine_type'),
    acceleration: text(attributes, 'acceleration') ?? 'auto',
    diskFile: path('disk_file'),
    seedFile: path('seed_file'),
    kernel: kernel === null ? null : { file: kernel, initrdFile: path('initrd_file'), arguments: text(attributes, 'kernel_arguments') ?? '' },
    mac: text(attributes, 'mac'),
    network: networkOf(attributes),
    guestSshPort: number(attributes, 'guest_ssh_port') ?? 22,
    hostSshPort: number(attributes, 'host_ssh_port'),
    forwards: list(attributes, 'forwards').filter(isMap).map((each) => ({ hostPort: number(each, 'host_port'), guestPort: number(each, 'guest_port') })),
    share: path('share'),
  });
}

/** `GROUP:PORT`, the id of a local_network. */
function networkOf(attributes: Attributes): { group: string; port: number; mac: string | null } | null {
  const id = text(attributes, 'network');
  if (id === null) return null;
  const [group = '', port = ''] = id.split(':');
  return { group, port: Number(port), mac: text(attributes, 'network_mac') };
}
