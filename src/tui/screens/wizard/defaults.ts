import type { SessionSummary } from '../../../core/session.ts';
import { baseRegion } from './base.ts';
import { chosenDistros, cloudChoices, hasImage } from './possible.ts';
import { distroRows, sizeRows } from './rows.ts';
import type { WizardState } from './state.ts';

/** What the lab made last was of. */
export function lastUse(sessions: readonly SessionSummary[] | null): WizardState['last'] {
  const [last] = (sessions ?? []).filter(({ problem }) => problem === null).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  return { distro: last?.distro[0] ?? null, clouds: last?.clouds ?? [] };
}

/** The state with the cursor on the distribution that is most likely meant: the chosen one, the last one, the newest Debian, the first. */
export function atLikelyDistro(state: WizardState): WizardState {
  const rows = distroRows(state);
  const wanted = [state.request.distros[0], state.last.distro];
  const found = wanted.map((ref) => rows.findIndex((row) => row.ref === ref || (row.latest && row.name === ref))).find((index) => index >= 0);
  const debian = rows.findIndex(({ name, latest }) => name === 'debian' && latest);
  return { ...state, cursors: { ...state.cursors, distro: found ?? Math.max(0, debian) } };
}

export function atTakenSize(state: WizardState): WizardState {
  const { size } = state.request.fields;
  const index = sizeRows(state).findIndex((row) => row.kind === 'size' && row.size === size);
  return { ...state, cursors: { ...state.cursors, size: Math.max(0, index) } };
}

/**
 * The clouds where nobody has chosen any: those of profile or configuration; else the first one with credentials; and where there
 * are none on this computer, a rehearsal.
 */
export function withDefaultWhere(state: WizardState): WizardState {
  // The clouds are asked for a distribution: there is no default before one is chosen.
  if (state.step === 'distro' || state.whereChosen || state.known.clouds.is !== 'known') return state;
  const given = state.base.request.where;
  const candidates = given.length > 0 ? [] : likelyClouds(state);
  const asked = given.length > 0 ? given.map(({ cloud }) => cloud) : candidates;
  const settled = state.rehearseChosen ? state.request.rehearse : rehearseByDefault(state, asked);
  if (settled === null) return { ...state, request: { ...state.request, rehearse: false, where: given } };
  const rehearse = settled;
  const request = { ...state.request, rehearse };
  if (given.length > 0) return { ...state, request: { ...request, where: given } };
  const first = rehearse ? candidates.find((id) => isSimulated(state, id)) : firstKnown(state, candidates);
  return { ...state, request: { ...request, where: first === undefined ? [] : [{ cloud: first, region: baseRegion(state.base, first) }] } };
}

/** The clouds that have an image of what was chosen, those of the last lab first. */
function likelyClouds(state: WizardState): readonly string[] {
  const distros = chosenDistros(state);
  const possible = cloudChoices(state).filter(({ id, apply }) => apply && distros.every((distro) => hasImage(distro, id)));
  const before = state.last.clouds.filter((id) => possible.some((cloud) => cloud.id === id));
  return [...before, ...possible.filter(({ id, onThisComputer }) => !before.includes(id) && !onThisComputer).map(({ id }) => id)];
}

/** Only where none of the clouds knows us; null: not all have answered yet, and none that has does. */
function rehearseByDefault({ known }: WizardState, clouds: readonly string[]): boolean | null {
  const identities = clouds.map((id) => known.identities[id]?.is ?? 'asking');
  if (identities.includes('known')) return false;
  return identities.includes('asking') ? null : true;
}

/** The first with credentials, once those before it have answered: the default does not depend on who answers first. */
function firstKnown({ known }: WizardState, clouds: readonly string[]): string | undefined {
  const [first] = clouds.filter((id) => known.identities[id]?.is !== 'missing');
  return first !== undefined && known.identities[first]?.is === 'known' ? first : undefined;
}

function isSimulated(state: WizardState, cloud: string): boolean {
  return cloudChoices(state).some(({ id, simulated }) => id === cloud && simulated);
}
