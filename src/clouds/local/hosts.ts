import * as z from 'zod';
import type { StateHost, StateResource } from '../../core/cloud.ts';
import type { FallbackEvent } from '../../core/events.ts';

const text = z.string().min(1).nullish().catch(null);
const attributes = z.object({
  name: text,
  status: text,
  address: text,
  network_address: text,
  ssh_port: z.int().positive().nullish().catch(null),
  accelerator_reason: text,
});

interface KnownMachine extends z.output<typeof attributes> {
  readonly resource: StateResource;
}

const machinesOf = (resources: readonly StateResource[]): readonly KnownMachine[] =>
  resources.filter(({ type }) => type === 'local_machine').map((resource) => ({ ...attributes.parse(resource.attributes), resource }));

/** The machines of a state, in the order of their numbers. They are reached on this computer's own address, each on a port of its own. */
export function hostsOf(resources: readonly StateResource[]): readonly StateHost[] {
  return machinesOf(resources)
    .map(({ resource, name, status, address, network_address: networkAddress, ssh_port: port }): StateHost => ({
      name: name ?? resource.address,
      instanceId: resource.id,
      state: status === 'running' || status === 'stopped' ? status : 'unknown',
      zone: 'local',
      publicIp: address ?? null,
      publicDns: null,
      privateIp: networkAddress ?? null,
      ...(port == null ? {} : { port }),
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** Machines that run slower than this computer could: emulated, because guests do not run on its KVM. */
export function fallbacksOf(resources: readonly StateResource[]): readonly FallbackEvent[] {
  const reasons = new Set(machinesOf(resources).flatMap(({ accelerator_reason: reason }) => reason ?? []));
  return [...reasons].map((reason): FallbackEvent => ({ type: 'fallback', from: 'KVM', to: 'emulation', reason }));
}
