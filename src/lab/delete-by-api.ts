import type { CloudApi } from '../core/cloud.ts';
import type { LeftResource } from '../core/events.ts';
import { diagnosticOf, type Run } from './run.ts';
import { untilStopped } from './until-stopped.ts';

/** A cloud's listing lags behind its deletions; what it shows after this long counts as left. */
export const listingPatienceMs = 60_000;

/** Deletes these through a cloud's own API, where it has one for that, and says which would not go, and why. Comes back early when the run is stopped. */
export async function deleteByApi(
  resources: readonly LeftResource[],
  { api, run, stackId = null }: { readonly api: CloudApi; readonly run: Run; readonly stackId?: string | null },
): Promise<void> {
  const undeleted = await untilStopped(api.deleteLeftovers?.(resources) ?? Promise.resolve([]), run.signal);
  for (const { resource, problem } of undeleted ?? []) {
    run.emit(diagnosticOf({ ...problem, summary: `${resource.type} ${resource.id} could not be deleted: ${problem.summary}` }, 'warning'), stackId);
  }
}
