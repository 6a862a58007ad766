import type { SimResource } from '../../engine/resource.ts';

/** What a call began: Compute Engine answers with an operation, and the work goes on. */
export interface Pending {
  /** The resource as it is now; when it is being deleted, as it was. */
  readonly target: SimResource;
  /** `insert`, `delete`, `setLabels`, `compute.instances.preempted`. */
  readonly operationType: string;
  /** How long the operation takes at real pace. */
  readonly durationMs: number;
  /** The operation ends with the machine's state, not with the time. */
  readonly until: 'started' | 'stopped' | 'gone' | null;
}

/** How long Google's operations take, at real pace. An order of magnitude, not measured. */
export const pace = {
  network: 11_000,
  networkDelete: 11_000,
  subnetwork: 9_000,
  subnetworkDelete: 11_000,
  firewall: 6_000,
  address: 4_000,
  disk: 3_000,
  change: 2_000,
} as const;

export const pending = (target: SimResource, operationType: string, durationMs: number, until: Pending['until'] = null): Pending => ({
  target,
  operationType,
  durationMs,
  until,
});
