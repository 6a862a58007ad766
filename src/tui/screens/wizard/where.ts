import { baseRegion } from './base.ts';
import type { CloudOption } from './data/clouds.ts';
import { valueOf } from './data/loaded.ts';
import { cloudChoices, cloudReason, type Reason } from './possible.ts';
import { stepReason } from './possible-step.ts';
import type { WizardState } from './state.ts';

export function cloudAtCursor(state: WizardState): CloudOption | null {
  return cloudChoices(state)[state.cursors.where] ?? null;
}

export function isTicked({ request }: WizardState, cloud: string): boolean {
  return request.where.some((target) => target.cloud === cloud);
}

/** Why a cloud cannot be ticked; what is ticked can always be unticked. */
export function toggleReason(state: WizardState, cloud: CloudOption): Reason {
  return isTicked(state, cloud.id) ? null : cloudReason(state, cloud);
}

/** Whether nobody has said where, and the clouds have not all said who we are: there is no default yet. */
export function isUndecided({ request, whereChosen, known }: WizardState): boolean {
  return request.where.length === 0 && !whereChosen && (known.clouds.is === 'loading' || (!request.rehearse && Object.values(known.identities).some(({ is }) => is === 'asking')));
}

/** Why one cannot go on from here. With nothing ticked, going on means the cloud under the cursor. */
export function whereReason(state: WizardState): Reason {
  if (isUndecided(state)) return 'looking for credentials';
  const cloud = cloudAtCursor(state);
  if (state.request.where.length > 0) return stepReason(state, 'where');
  return cloud === null ? 'choose a cloud first' : cloudReason(state, cloud);
}

export function toggled(state: WizardState, { id }: CloudOption): WizardState {
  const { where } = state.request;
  const after = isTicked(state, id) ? where.filter(({ cloud }) => cloud !== id) : [...where, { cloud: id, region: baseRegion(state.base, id) }];
  return { ...state, entered: true, whereChosen: true, request: { ...state.request, where: after } };
}

/** One region for a cloud, in the place of all that were named. */
export function withRegion(state: WizardState, id: string, region: string): WizardState {
  const at = state.request.where.findIndex(({ cloud }) => cloud === id);
  const where = state.request.where.flatMap((target, index) => (target.cloud !== id ? [target] : index === at ? [{ cloud: id, region }] : []));
  return { ...state, entered: true, whereChosen: true, request: { ...state.request, where } };
}

/** To the simulated clouds, or back to the real ones. What is ticked stays where it can. */
export function withRehearsal(state: WizardState, rehearse: boolean): WizardState {
  const where = rehearse ? state.request.where.filter(({ cloud }) => cloudChoices(state).some(({ id, simulated }) => id === cloud && simulated)) : state.request.where;
  return { ...state, entered: true, rehearseChosen: true, request: { ...state.request, rehearse, where } };
}

/** What `auto` comes to, as far as it is known: `nearest: eu-central-1, 12 ms`. */
export function autoRegion({ known, request }: WizardState, cloud: CloudOption): string {
  if (request.rehearse) return cloud.defaultRegion === null ? 'auto' : `auto: ${cloud.defaultRegion}`;
  const latencies = valueOf(known.latencies[cloud.id], null);
  const [nearest] = latencies ?? [];
  if (nearest !== undefined) return `auto: ${nearest[0]} ${Math.round(nearest[1])} ms`;
  return latencies === null && known.latencies[cloud.id]?.is === 'loading' ? 'auto: measuring' : 'auto';
}
