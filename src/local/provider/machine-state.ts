import { join } from 'node:path';
import { number, text } from '../../plugin/attributes.ts';
import { type Attributes, unknown } from '../../plugin/behaviour.ts';
import { isMap } from '../../plugin/value/value-kinds.ts';
import type { MachinePlace } from '../qemu/place.ts';
import type { MachineProcess } from '../qemu/process.ts';
import type { RunningMachine } from '../qemu/start.ts';
import { machineDirectory, type LocalContext } from './context.ts';
import type { MachineRecord } from './machine-record.ts';

/** What changes with each start. */
const ofARun = [
  ...['status', 'ssh_port', 'pid', 'process_start', 'arguments_sha256', 'watchdog_pid'],
  ...['accelerator', 'accelerator_reason', 'launched_at', 'qemu_version'],
] as const;

/** Attributes that a configuration may set. */
const configurable = [
  ...['name', 'arch', 'cpus', 'memory_mb', 'firmware', 'machine_type', 'acceleration', 'disk_file', 'disk_id', 'seed_file', 'seed_id'],
  ...['kernel_file', 'initrd_file', 'kernel_arguments', 'mac', 'network', 'network_mac', 'network_address', 'guest_ssh_port', 'host_ssh_port', 'forwards', 'share'],
  ...['expires_at', 'tags'],
] as const;

/** A plan in which the next start is still to come. */
export const withUnknownRun = (planned: Attributes): Attributes => ({ ...planned, ...Object.fromEntries(ofARun.map((name) => [name, unknown])) });

/** What a record keeps of a plan. */
export function configuredOf(planned: Attributes): MachineRecord['configured'] {
  return Object.fromEntries(configurable.flatMap((name) => (planned[name] === undefined || planned[name] === unknown ? [] : [[name, plain(planned[name])]])));
}

/** Terraform's values are JSON, but for what is unknown: nothing is, once it is applied. */
function plain(value: Attributes[string] | undefined): MachineRecord['configured'][string] {
  if (value === undefined || value === unknown || value === null) return null;
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
  return typeof value === 'object' ? value.map(plain) : value;
}

/** What a machine's state says besides its configuration. */
export function stateOf(name: string, id: string, running: RunningMachine | null, place: MachinePlace, context: LocalContext): Attributes {
  const directory = machineDirectory(name, context);
  return {
    id,
    directory,
    address: '127.0.0.1',
    console_log: join(directory, 'console.log'),
    log_file: join(directory, 'qemu.log'),
    qmp_socket: place.socket,
    running: running !== null,
    ...runState(running),
  };
}

const runState = (running: RunningMachine | null): Attributes => ({
  status: running === null ? 'stopped' : 'running',
  ssh_port: running?.sshPort ?? null,
  pid: running?.process.pid ?? null,
  process_start: running?.process.startTime ?? null,
  arguments_sha256: running?.process.argumentsSha256 ?? null,
  watchdog_pid: running?.watchdogPid ?? null,
  accelerator: running?.accelerator ?? null,
  accelerator_reason: running?.acceleratorReason ?? null,
  launched_at: running?.launchedAt ?? null,
  qemu_version: running?.qemuVersion ?? null,
});

/** The process that a state names; null: it was off. */
export function processOf(state: Attributes): MachineProcess | null {
  const [pid, startTime, argumentsSha256] = [number(state, 'pid'), text(state, 'process_start'), text(state, 'arguments_sha256')];
  return pid === null || startTime === null || argumentsSha256 === null ? null : { pid, startTime, argumentsSha256 };
}
