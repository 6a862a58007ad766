import * as z from 'zod';
import type { StateHost, StateResource } from '../../core/cloud.ts';
import type { InstanceState } from '../../core/events.ts';
import { machineKey, tagsOf } from './labels.ts';

const states: Readonly<Record<string, InstanceState>> = {
  PROVISIONING: 'pending',
  STAGING: 'pending',
  RUNNING: 'running',
  PENDING_STOP: 'stopping',
  STOPPING: 'stopping',
  SUSPENDING: 'stopping',
  TERMINATED: 'stopped',
  SUSPENDED: 'stopped',
  DEPROVISIONING: 'terminating',
};

/** Compute Engine's instance status in labtui's words: its TERMINATED can be started again. `unknown` for others. */
export function instanceState(status: string | null | undefined): InstanceState {
  return states[status ?? ''] ?? 'unknown';
}

// Terraform writes an empty text where the cloud gave nothing.
const text = z.string().min(1).nullish().catch(null);
const texts = z.record(z.string(), z.string()).nullish().catch(null);
const attributes = z.object({
  name: text,
  zone: text,
  current_status: text,
  labels: texts,
  metadata: texts,
  network_interface: z
    .array(z.object({ network_ip: text, access_config: z.array(z.object({ nat_ip: text })).nullish().catch(null) }))
    .nullish()
    .catch(null),
});

/** The machines of a Google Cloud state, in the order of their numbers. Their names are among their tags. */
export function hostsOf(resources: readonly StateResource[]): readonly StateHost[] {
  return resources
    .filter(({ type }) => type === 'google_compute_instance')
    .map(({ address, id, attributes: given }) => {
      const known = attributes.parse(given);
      const [interfaceOne] = known.network_interface ?? [];
      return {
        name: tagsOf(known.labels ?? {}, known.metadata ?? {})[machineKey] ?? known.name ?? address,
        instanceId: id,
        state: instanceState(known.current_status),
        zone: known.zone ?? null,
        publicIp: interfaceOne?.access_config?.[0]?.nat_ip ?? null,
        // Google Cloud gives machines no public name.
        publicDns: null,
        privateIp: interfaceOne?.network_ip ?? null,
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
