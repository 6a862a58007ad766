import { LabError } from '../core/errors.ts';
import type { SweptPlace, SweptResource } from '../core/sweep.ts';
import { deleteByApi, listingPatienceMs } from './delete-by-api.ts';
import { diagnosticOf, type Run } from './run.ts';
import { answeredRegions, hasAnswered, openRegion } from './sweep-listing.ts';
import type { JudgedSession } from './sweep-look.ts';
import type { ListedAccount } from './sweep-places.ts';
import type { SweepPorts } from './sweep-ports.ts';
import { sweepQuery } from './sweep-receipt.ts';
import type { PlacedResource } from './sweep-sessions.ts';

interface Context {
  readonly ports: SweepPorts;
  readonly run: Run;
}

/** Deletes what is listed of a session through the cloud's API, account after account, region after region; says what did not go. */
export async function deleteFound({ found, verdict }: JudgedSession, { ports, run }: Context): Promise<void> {
  const name = found.id ?? 'resources without a session';
  run.emit({ type: 'log', level: 'info', message: `${name}: deleting ${found.resources.length} by the cloud's API; ${verdict.why}` });
  for (const batch of batchesOf(found.resources)) {
    if (run.signal.aborted) return;
    try {
      await deleteBatch(batch, { ports, run });
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      run.emit(diagnosticOf({ ...error.problem, summary: `${name}: ${error.problem.summary}` }));
    }
  }
}

interface Batch {
  readonly listed: ListedAccount;
  readonly region: string | null;
  readonly resources: readonly PlacedResource[];
}

/** What is of no region holds what lies in the regions, so it goes with the last of them. */
function batchesOf(resources: readonly PlacedResource[]): readonly Batch[] {
  return [...new Set(resources.map(({ listed }) => listed))].flatMap((listed) => {
    const own = resources.filter((resource) => resource.listed === listed);
    const regions = [...new Set(own.flatMap(({ resource }) => resource.region ?? []))].sort();
    const last = regions.at(-1) ?? null;
    return (regions.length === 0 ? [null] : regions).map((region) => ({
      listed,
      region,
      resources: own.filter(({ resource }) => resource.region === region || (resource.region === null && region === last)),
    }));
  });
}

async function deleteBatch({ listed, region, resources }: Batch, { ports, run }: Context): Promise<void> {
  const api = await openRegion(listed, region, ports);
  try {
    if (api.deleteLeftovers === undefined) throw new LabError({ kind: 'prerequisite', summary: `labtui cannot delete on ${listed.cloud} without Terraform` });
    await deleteByApi(
      resources.map(({ resource }) => resource),
      { api, run },
    );
  } finally {
    api.close();
  }
}

export interface Relisted {
  readonly left: readonly SweptResource[];
  readonly places: readonly SweptPlace[];
  /** Every place that was to be proved has answered. */
  readonly complete: boolean;
}

/** Asks an account again until what was to go is gone or patience ends. Regions that nothing was to go from keep their first listing. */
export async function relist(listed: ListedAccount, targets: readonly SweptResource[], { ports, run }: Context): Promise<Relisted> {
  const own = targets.filter(({ cloud, account }) => cloud === listed.cloud && account === listed.account);
  const first = (regions: readonly (string | null)[], listedAt: string): readonly SweptPlace[] =>
    regions.map((region) => ({ cloud: listed.cloud, account: listed.account, region, tagQuery: sweepQuery, listedAt }));
  const before = answeredRegions(listed.listing);
  if (own.length === 0) return { left: [], places: first(before, listed.listedAt), complete: true };
  const named = [...new Set(own.flatMap(({ region }) => region ?? []))];
  const regions = named.length === 0 ? listed.regions : named;
  try {
    const api = await openRegion(listed, named[0] ?? null, ports);
    try {
      let waitedMs = 0;
      for (let waitMs = 1_000; ; waitMs = Math.min(waitMs * 2, 10_000)) {
        const listing = (await api.listMarked?.(regions)) ?? { found: [], regions: [], unanswered: [] };
        const listedAt = ports.now().toISOString();
        const left = own.filter((target) => listing.found.some(({ type, id }) => type === target.type && id === target.id));
        const silent = own.filter((target) => !left.includes(target) && !hasAnswered(listing, target.region));
        const complete = silent.length === 0;
        if ((left.length === 0 && complete) || waitedMs >= listingPatienceMs || run.signal.aborted) {
          const again = before.filter((region) => hasAnswered(listing, region));
          const others = before.filter((region) => !hasAnswered(listing, region));
          return { left: [...left, ...silent], places: [...first(again, listedAt), ...first(others, listed.listedAt)], complete };
        }
        await ports.sleep(waitMs, run.signal);
        waitedMs += waitMs;
      }
    } finally {
      api.close();
    }
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    run.emit(diagnosticOf({ ...error.problem, summary: `${listed.cloud} ${listed.account} could not be asked what is left: ${error.problem.summary}` }));
    return { left: own, places: first(before, listed.listedAt), complete: false };
  }
}
