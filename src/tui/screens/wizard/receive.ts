import { type Step, to } from '../../model/effect.ts';
import type { Incoming } from '../../model/message.ts';
import type { Answer } from '../../port.ts';
import { runState } from '../run/state.ts';
import { baseQuery, profilesQuery } from './ask.ts';
import { baseFrom, noBase } from './base.ts';
import { applyArgs } from './command.ts';
import { cloudsFrom } from './data/clouds.ts';
import { distrosFrom } from './data/distros.ts';
import { examinedFrom } from './data/doctor.ts';
import { known, type Loaded, loadedFrom, loading, troubleOf } from './data/loaded.ts';
import { planFrom } from './data/plan.ts';
import { profilesFrom } from './data/profiles.ts';
import { latenciesFrom, regionsFrom } from './data/regions.ts';
import { sizesFrom } from './data/sizes.ts';
import { atLikelyDistro, atTakenSize } from './defaults.ts';
import type { Known, WizardState } from './state.ts';

/** The arguments that create the lab: agreeing to them was the wizard's last step. */
export function creationArgs(state: WizardState): readonly string[] {
  return [...applyArgs(state.request, state.base), '--auto-approve'];
}

export function receive(state: WizardState, incoming: Incoming): Step<WizardState> {
  switch (incoming.type) {
    case 'answered':
      return answered(state, incoming.tag, incoming.answer);
    case 'failed':
      if (incoming.tag === 'start') return to({ ...state, starting: false }, { do: 'say', text: `not started: ${incoming.reason}`, tone: 'bad' });
      return answered(state, incoming.tag, { exitCode: 1, documents: [], stdout: '', stderr: incoming.reason });
    case 'started':
      return to(state, { do: 'replace', screen: runState('apply', creationArgs(state), { run: incoming.started.run }) });
    case 'chosen':
      return to(state, ...(incoming.tag === 'leave' && incoming.choice === 'leave' ? [{ do: 'back' } as const] : []));
    case 'returned':
    case 'files':
    case 'events':
    case 'run-ended':
      return to(state);
  }
}

function answered(state: WizardState, tag: string, answer: Answer): Step<WizardState> {
  const cut = tag.indexOf(':');
  const [what, of] = cut < 0 ? [tag, ''] : [tag.slice(0, cut), tag.slice(cut + 1)];
  const knowing = (part: Partial<Known>): WizardState => ({ ...state, known: { ...state.known, ...part } });
  const by = <T>(before: Readonly<Record<string, Loaded<T>>>, read: (document: unknown) => T | null) => ({ ...before, [of]: loadedFrom(answer, read) });
  switch (what) {
    case 'distros':
      return to(atLikelyDistro(knowing({ distros: loadedFrom(answer, distrosFrom) })));
    case 'clouds':
      return to(knowing({ clouds: loadedFrom(answer, cloudsFrom) }));
    case 'profiles':
      return to(knowing({ profiles: loadedFrom(answer, profilesFrom) }));
    case 'base':
      return withBase(state, of === '' ? null : of, answer);
    case 'doctor': {
      const { identity, lacking } = examinedFrom(answer, of);
      return to(knowing({ identities: { ...state.known.identities, [of]: identity }, lacking }));
    }
    case 'sizes':
      return to(knowing({ sizes: by(state.known.sizes, sizesFrom) }));
    case 'regions':
      return to(knowing({ regions: by(state.known.regions, regionsFrom) }));
    case 'latencies':
      return to(knowing({ latencies: by(state.known.latencies, latenciesFrom) }));
    case 'plan':
      return to(state.review === null ? state : { ...state, review: { ...state.review, outcome: planFrom(answer) } });
    case 'yaml': {
      const yaml: Loaded<string> = answer.exitCode === 0 ? known(answer.stdout) : { is: 'failed', trouble: troubleOf(answer) };
      return to(state.review === null ? state : { ...state, review: { ...state.review, yaml } });
    }
    case 'save': {
      if (answer.exitCode !== 0) return to(state, { do: 'say', text: `not saved: ${troubleOf(answer).summary}`, tone: 'bad' });
      return to(state, { do: 'say', text: `saved; the same again: labtui apply --profile ${of}`, tone: 'good' }, profilesQuery);
    }
    default:
      return to(state);
  }
}

/** A profile's values take the place of what was there; those of no profile only of defaults. */
function withBase(state: WizardState, profile: string | null, answer: Answer): Step<WizardState> {
  // Another one was picked meanwhile.
  if (profile !== state.base.profile) return to(state);
  const loaded = loadedFrom(answer, (document) => baseFrom(document, profile));
  if (loaded.is === 'failed' && profile !== null) {
    const without: WizardState = { ...state, base: noBase, known: { ...state.known, base: loading } };
    return to(without, { do: 'say', text: `${profile}: ${loaded.trouble.summary}`, tone: 'bad' }, baseQuery(null));
  }
  const knowing = { ...state, known: { ...state.known, base: loaded } };
  if (loaded.is !== 'known') return to(knowing);
  const { value: base } = loaded;
  if (profile !== null || !state.entered) return to(atLikelyDistro(atTakenSize({ ...knowing, base, request: { ...base.request, rehearse: state.request.rehearse }, whereChosen: false })));
  // Keys were pressed before the configuration was read: what they said stays.
  const { distros, where, types, rehearse } = state.request;
  const fields = { ...base.request.fields, ...changedFields(state) };
  return to({ ...knowing, base, request: { rehearse, fields, where, types: { ...base.request.types, ...types }, distros: distros.length > 0 ? distros : base.request.distros } });
}

function changedFields({ request, base }: WizardState): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(request.fields).filter(([id, value]) => value !== new Map(Object.entries(base.request.fields)).get(id)));
}
