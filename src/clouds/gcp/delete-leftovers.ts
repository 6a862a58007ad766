import type { Undeleted } from '../../core/cloud.ts';
import type { LeftResource } from '../../core/events.ts';
import { LabError, type Problem } from '../../core/errors.ts';
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
 * Deletes what a listing found, kind after kind, those of a kind at once. Resolves with what could not be deleted and why; what
 * is gone by itself, as a boot disk with its machine, counts as deleted. Kinds that labtui does not make are left alone.
 */
export async function deleteLeftovers(client: ComputeClient, found: readonly LeftResource[]): Promise<readonly Undeleted[]> {
  const undeleted: Undeleted[] = [];
  for (const type of order) {
    const outcomes = await Promise.all(found.filter((resource) => resource.type === type).map((resource) => removed(client, resource)));
    undeleted.push(...outcomes.filter((outcome) => outcome !== null));
  }
  const foreign = found.filter(({ type }) => !order.includes(type));
  return [...undeleted, ...foreign.map((resource) => ({ resource, problem: unknownKind(resource) }))];
}

async function removed(client: ComputeClient, resource: LeftResource): Promise<Undeleted | null> {
  try {
    await client.remove(resource.id);
    return null;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { resource, problem: error.problem };
  }
}

function unknownKind({ type, id }: LeftResource): Problem {
  return { kind: 'conflict', summary: `labtui does not delete ${type} ${id}` };
}
