import type { Effect, Step } from '../../model/effect.ts';
import { to } from '../../model/effect.ts';
import type { Shared } from '../../model/screen.ts';
import { labArgs, planArgs } from './command.ts';
import { type Loaded, loading } from './data/loaded.ts';
import { cloudChoices } from './possible.ts';
import { cloudsOf } from './request.ts';
import type { Known, WizardState } from './state.ts';

export function query(tag: string, args: readonly string[], json = true): Effect {
  return { do: 'query', tag, args, json };
}

export const profilesQuery = query('profiles', ['profiles', 'list']);

/** What every wizard needs to know. */
export function openingQueries({ base }: WizardState): readonly Effect[] {
  return [query('distros', ['distros', 'list']), query('clouds', ['clouds']), profilesQuery, baseQuery(base.profile)];
}

/** What holds without a flag, under a profile or none. */
export function baseQuery(profile: string | null): Effect {
  return query(profile === null ? 'base' : `base:${profile}`, ['profiles', 'show', ...(profile === null ? [] : [profile])]);
}

/** Asks for what the state needs now and nobody has asked for yet. */
export function ask(state: WizardState, shared: Shared): Step<WizardState> {
  return [askIdentities, askClouds, askPanel, askPlan, askYaml].reduce<Step<WizardState>>((step, next) => {
    const after = next(step.state, shared);
    return to(after.state, ...step.effects, ...after.effects);
  }, to(state));
}

function askIdentities(state: WizardState): Step<WizardState> {
  const { known, request, rehearseChosen } = state;
  if (request.rehearse && rehearseChosen) return to(state);
  const unknown = cloudChoices(state).filter(({ id, apply }) => apply && known.identities[id] === undefined).map(({ id }) => id);
  if (unknown.length === 0) return to(state);
  const identities = { ...known.identities, ...Object.fromEntries(unknown.map((id) => [id, { is: 'asking' as const }])) };
  return to({ ...state, known: { ...known, identities } }, ...unknown.map((id) => query(`doctor:${id}`, ['doctor', '--cloud', id])));
}

/** Prices of the chosen clouds; how far their regions are, where that decides: a rehearsal measures nothing. */
function askClouds(state: WizardState): Step<WizardState> {
  if (state.step === 'distro') return to(state);
  const clouds = cloudsOf(state.request);
  const priced = askEach(state, 'sizes', clouds, (id) => ['sizes', '--cloud', id]);
  if (state.request.rehearse || state.step !== 'where') return priced;
  const near = askEach(priced.state, 'latencies', clouds.filter((id) => state.known.identities[id]?.is === 'known'), (id) => ['regions', '--cloud', id, '--measure']);
  return to(near.state, ...priced.effects, ...near.effects);
}

function askPanel(state: WizardState): Step<WizardState> {
  return state.panel?.kind === 'regions' ? askEach(state, 'regions', [state.panel.cloud], (id) => ['regions', '--cloud', id]) : to(state);
}

function askEach(state: WizardState, what: 'sizes' | 'regions' | 'latencies', clouds: readonly string[], argsOf: (cloud: string) => readonly string[]): Step<WizardState> {
  const before: Readonly<Record<string, unknown>> = state.known[what];
  const unknown = clouds.filter((id) => before[id] === undefined);
  if (unknown.length === 0) return to(state);
  const asked: Readonly<Record<string, Loaded<never>>> = Object.fromEntries(unknown.map((id) => [id, loading]));
  const known: Known = { ...state.known, [what]: { ...state.known[what], ...asked } };
  return to({ ...state, known }, ...unknown.map((id) => query(`${what}:${id}`, argsOf(id))));
}

function askPlan(state: WizardState, { nowMs }: Shared): Step<WizardState> {
  if (state.step !== 'review') return to(state);
  const args = planArgs(state.request, state.base);
  const of = args.join(' ');
  if (state.review?.of === of) return to(state);
  return to({ ...state, review: { of, startedAtMs: nowMs, outcome: null, yaml: null } }, query('plan', args));
}

function askYaml(state: WizardState): Step<WizardState> {
  const { review, showYaml } = state;
  if (!showYaml || review?.yaml !== null) return to(state);
  return to({ ...state, review: { ...review, yaml: loading } }, query('yaml', ['profiles', 'init', ...labArgs(state.request, state.base)], false));
}
