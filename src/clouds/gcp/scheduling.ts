import type { StackInput } from '../../core/cloud.ts';
import { tagKeys } from '../../core/tags.ts';

/** How an instance ends: by the cloud's own deadline, or when a spot machine is taken back. */
export interface Scheduling {
  readonly instanceTerminationAction: 'DELETE';
  readonly automaticRestart: false;
  readonly terminationTime?: string;
  readonly provisioningModel?: 'SPOT';
  readonly preemptible?: true;
}

/**
 * How long before the lab's end the cloud deletes its machines. It forgets the deadline of a machine that is stopped, and the
 * guest's own timer stops it: whoever comes second does nothing, and a stopped machine keeps its disk.
 */
const aheadMs = 60_000;

/** null: an ordinary machine without a deadline. */
export function schedulingOf({ stack, tags }: StackInput): Scheduling | null {
  const terminationTime = terminationTimeOf(tags[tagKeys.expires]);
  if (terminationTime === null && !stack.spot.enabled) return null;
  return {
    instanceTerminationAction: 'DELETE',
    automaticRestart: false,
    ...(terminationTime === null ? {} : { terminationTime }),
    ...(stack.spot.enabled ? { provisioningModel: 'SPOT', preemptible: true } : {}),
  };
}

/** The deadline as RFC 3339; null without a TTL. */
function terminationTimeOf(expires: string | undefined): string | null {
  const atMs = Date.parse(expires ?? '');
  return Number.isNaN(atMs) ? null : new Date(atMs - aheadMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
