import type { Lookup } from '../core/cloud.ts';
import { LabError, type Problem } from '../core/errors.ts';
import type { Emit, FallbackEvent, LabEventBody } from '../core/events.ts';
import type { StackPlan } from '../core/plan.ts';
import type { LookUpOne } from './pin-stack.ts';

export interface FoundOpen {
  /** As it was asked for in the end. */
  readonly plan: StackPlan;
  readonly lookup: Lookup;
}

/**
 * Looks a stack up, and where its cloud has nothing for it as it is, as the profile also allows it: on demand in the place of spot, with
 * the next architecture. Each change is a `fallback`. Rejects with the refusal of what was asked for first.
 */
export async function lookUpOpen(plan: StackPlan, lookUpOne: LookUpOne, emit: Emit): Promise<FoundOpen> {
  // What is said of an attempt that fails is nobody's business.
  const said: LabEventBody[] = [];
  try {
    const lookup = await lookUpOne(plan, (body) => said.push(body));
    for (const body of said) emit(body);
    return { plan, lookup };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const next = nextVariant(plan, error.problem);
    if (next === null) throw error;
    const later: LabEventBody[] = [];
    try {
      const found = await lookUpOpen(next.plan, lookUpOne, (body) => later.push(body));
      emit(next.event);
      for (const body of later) emit(body);
      return found;
    } catch (other) {
      throw other instanceof LabError ? error : other;
    }
  }
}

function nextVariant(plan: StackPlan, { kind, holdsFor, summary }: Problem): { readonly plan: StackPlan; readonly event: FallbackEvent } | null {
  const { spot } = plan;
  if (holdsFor === 'spot' && spot.enabled) {
    if (spot.fallback === 'fail') return null;
    return { plan: { ...plan, spot: { ...spot, enabled: false } }, event: { type: 'fallback', from: 'spot', to: 'on-demand', reason: summary } };
  }
  const [next, ...otherArches] = plan.otherArches ?? [];
  const none = holdsFor === 'region' || holdsFor === 'zone' || (kind === 'image' && plan.imagePin === null);
  if (next === undefined || !none) return null;
  return { plan: { ...plan, ...next, otherArches }, event: { type: 'fallback', from: plan.arch, to: next.arch, reason: summary } };
}
