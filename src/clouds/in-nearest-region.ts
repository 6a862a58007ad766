import { LabError, type Problem } from '../core/errors.ts';
import type { Emit, LabEventBody } from '../core/events.ts';
import type { NearestRegion } from '../core/nearest-region.ts';
import type { StackPlan } from '../core/plan.ts';

export interface RegionSearch<T> {
  readonly cloud: string;
  readonly plan: StackPlan;
  /** Nearest first. */
  readonly candidates: readonly NearestRegion[];
  /** Why the account cannot use a region, where that is known before anything is asked of it; null: it may. */
  readonly closed?: (region: string) => string | null;
  /** How it came that nobody named a region: `no region is configured for gcloud`. */
  readonly unnamed: string;
  readonly emit: Emit;
  readonly lookUp: (region: string, emit: Emit) => Promise<T>;
}

/** Regions that are asked, at most: each costs a few calls. */
const mostTries = 5;

/**
 * The look-up in the nearest region that can take the lab. Regions that the account has not enabled or that lack the size or the
 * image are passed over; one `fallback` event says which region it is and why. Rejects with the nearest region's refusal where none
 * of the few nearest can take it, and at once with one that another region would not lift.
 */
export async function inNearestRegion<T>(search: RegionSearch<T>): Promise<T> {
  const { candidates, closed = () => null, emit } = search;
  const passed: { readonly region: string; readonly why: string; readonly error: LabError | null }[] = [];
  let tries = 0;
  for (const candidate of candidates) {
    const { region } = candidate;
    const reason = closed(region);
    if (reason !== null) {
      passed.push({ region, why: reason, error: null });
      continue;
    }
    if (tries >= mostTries) break;
    tries += 1;
    // What a region that is not taken had to say is nobody's business.
    const said: LabEventBody[] = [];
    try {
      const found = await search.lookUp(region, (body) => said.push(body));
      emit(chosen(candidate, passed, search));
      for (const body of said) emit(body);
      return found;
    } catch (error) {
      if (!(error instanceof LabError) || !isRegional(error.problem, search.plan)) throw error;
      passed.push({ region, why: error.message, error });
    }
  }
  throw noneOf(passed, search);
}

/** A zone that was named is in one region, and a pinned image too: neither is looked for elsewhere. */
function isRegional({ kind, holdsFor }: Problem, { imagePin, zone }: StackPlan): boolean {
  if (zone !== 'auto') return false;
  return holdsFor === 'region' || (kind === 'image' && imagePin === null);
}

function chosen({ region, reason }: NearestRegion, passed: readonly { readonly region: string; readonly why: string }[], { unnamed }: RegionSearch<unknown>): LabEventBody {
  const without = passed.map((one) => `${one.region}: ${one.why}`);
  const passedOver = without.length === 0 ? '' : `; passed over ${without.join('; ')}`;
  return { type: 'fallback', from: 'auto', to: region, reason: `${unnamed}; ${reason}${passedOver}` };
}

function noneOf(passed: readonly { readonly region: string; readonly why: string; readonly error: LabError | null }[], { cloud }: RegionSearch<unknown>): LabError {
  const refused = passed.flatMap(({ error }) => (error === null ? [] : [error]));
  const [first] = refused;
  const where = 'labtui regions   lists them; then: --region REGION';
  if (first === undefined) {
    const detail = passed.map(({ region, why }) => `${region}: ${why}`).join('\n');
    return new LabError({ kind: 'prerequisite', summary: `the account can use none of the regions of ${cloud} that labtui knows`, hint: where, detail });
  }
  if (refused.length === 1) return first;
  const { problem } = first;
  return new LabError(
    {
      ...problem,
      summary: `none of the ${refused.length} nearest regions of ${cloud} can take the lab: ${problem.summary}`,
      detail: passed.map(({ region, why }) => `${region}: ${why}`).join('\n'),
    },
    { cause: first },
  );
}
