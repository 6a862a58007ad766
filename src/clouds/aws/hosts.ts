import type { StateHost, StateResource } from '../../core/cloud.ts';
import type { InstanceState } from '../../core/events.ts';

const states: Readonly<Record<string, InstanceState>> = {
  pending: 'pending',
  running: 'running',
  stopping: 'stopping',
  stopped: 'stopped',
  'shutting-down': 'terminating',
  terminated: 'terminated',
};

/** EC2's instance state in labtui's words; `unknown` for one it does not know. */
export function instanceState(state: string | null | undefined): InstanceState {
  return states[state ?? ''] ?? 'unknown';
}

/** The machines of an AWS state, in the order of their numbers. Their names are their Name tags. */
export function hostsOf(resources: readonly StateResource[]): readonly StateHost[] {
  return resources
    .filter(({ type }) => type === 'aws_instance')
    .map(({ address, id, attributes }) => ({
      name: nameTag(attributes.tags) ?? nameTag(attributes.tags_all) ?? address,
      instanceId: id,
      state: instanceState(text(attributes.instance_state)),
      zone: text(attributes.availability_zone),
      publicIp: text(attributes.public_ip),
      publicDns: text(attributes.public_dns),
      privateIp: text(attributes.private_ip),
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** Terraform writes an empty text where AWS gave nothing. */
function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function nameTag(tags: unknown): string | null {
  return typeof tags === 'object' && tags !== null && 'Name' in tags ? text(tags.Name) : null;
}
