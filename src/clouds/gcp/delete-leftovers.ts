import type { Undeleted } from '../../core/cloud.ts';
import type { LeftResource } from '../../core/events.ts';
import type { LabError, Problem } from '../../core/errors.ts';
import { withLimit } from '../../core/with-limit.ts';
import { deletedOrWhy, deletionsAtOnce, type Sleep } from '../delete-patiently.ts';
import type { ComputeClient } from './compute-client.ts';

/** Each before what it needs: a machine holds its disk and address, a network what lies in it. */
const order: readonly string[] = [
  'google_compute_instance',
  'google_compute_disk',
  'google_compute_address',
  'google_compute_firewall',
  'google_compute_subnetwork',
  'google_compute_network',
];

/**
 * Deletes what a listing found, of any number of sessions and regions: kind after kind, those of a kind at once. Resolves with what could
 * not be deleted and why; what is gone by itself, as a boot disk with its machine, counts as deleted. Kinds that labtui does not make
 * are left alone.
 */
export async function deleteLeftovers(client: ComputeClient, found: readonly LeftResource[], sleep: Sleep): Promise<readonly Undeleted[]> {
  const undeleted: Undeleted[] = [];
  for (const type of order) {
    const these = found.filter((resource) => resource.type === type);
    const outcomes = await withLimit(these, deletionsAtOnce, (resource) => deletedOrWhy(resource, () => client.remove(resource.id), { sleep, isHeld }));
    undeleted.push(...outcomes.filter((outcome) => outcome !== null));
  }
  const foreign = found.filter(({ type }) => !order.includes(type));
  return [...undeleted, ...foreign.map((resource) => ({ resource, problem: unknownKind(resource) }))];
}

/** In use, or not ready: Compute Engine lets go of a machine's network some seconds after the machine. */
function isHeld({ problem }: LabError): boolean {
  return problem.kind === 'conflict' && problem.retryable === true;
}

function unknownKind({ type, id }: LeftResource): Problem {
  return { kind: 'conflict', summary: `labtui does not delete ${type} ${id}` };
}
