import { invalidInput } from '../core/errors.ts';
import type { Profile } from '../core/profile.ts';
import type { SessionRecord } from '../core/session.ts';
import type { Layer } from '../input/layer.ts';
import { profileSchemas } from '../input/layer-schema.ts';
import { mergeLayers } from '../input/merge-layers.ts';
import { fieldsLayer } from '../input/fields-layer.ts';
import { applyOverrides, overrides } from '../input/overrides.ts';
import { resolveProfile } from '../input/profile-layers.ts';
import { readUserData } from '../input/user-data.ts';
import type { LabRequest } from '../lab/describe-lab.ts';
import type { LabContext } from './context.ts';
import { commandWords } from './on-ready.ts';
import { openSessions } from './sessions.ts';
import { surroundingsOf } from './surroundings.ts';

/** The options of every command that describes a lab; besides these, the overrides by their keys, or the fields of a profile. */
export interface LabOptions {
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly profile?: string;
  readonly maxHourly?: number;
  readonly requireProtection?: boolean;
  readonly keepOnFailure?: boolean;
  readonly [override: string]: unknown;
}

/** The lab that flags, environment, profile and configuration describe. Rejects with invalid-input that names the place. */
export async function labRequest(context: LabContext, options: LabOptions): Promise<LabRequest> {
  const surroundings = await surroundingsOf(context);
  const { profile } = await resolveProfile(surroundings, {
    profile: options.profile ?? null,
    overrides: options,
    fields: options.fields,
    configFile: context.settings.config,
  });
  return requestOf(profile, await readUserData(profile.userData, surroundings), options);
}

/** What to change in a session that exists: its own profile with what is given over it; null where nothing is. */
export async function changedSession(context: LabContext, reference: string, options: LabOptions): Promise<LabRequest | null> {
  const { fields } = options;
  const changes = fields === undefined ? overrides.some(({ key }) => options[key] !== undefined) : Object.values(fields).some((value) => value !== undefined);
  if (!changes) return null;
  const store = openSessions(context);
  const { id } = await store.resolve(reference, { archived: true });
  const record = await store.load(id);
  const surroundings = await surroundingsOf(context);
  const given = fields === undefined ? applyOverrides(options, surroundings) : fieldsLayer(fields, surroundings);
  const { value: profile } = mergeLayers(profileSchemas(surroundings.clouds).whole, [given, recordedLayer(record)], (keys) => invalidInput(`no ${keys.join(', ')} in ${id}`));
  const sameUserData = (fields ?? options).userData === undefined;
  return requestOf(profile, sameUserData ? record.userData : await readUserData(profile.userData, surroundings), options);
}

function recordedLayer({ id, profile }: SessionRecord): Layer {
  return {
    value: profile,
    sourceOf: () => ({ from: 'profile', name: id }),
    errorAt: ({ path, message }) => invalidInput(`${id}: ${path.join('.')}: ${message}`),
  };
}

function requestOf(profile: Profile, userData: string | null, options: LabOptions): LabRequest {
  if (profile.onReady !== null) commandWords('onReady', profile.onReady);
  return {
    profile: options.keepOnFailure === true ? { ...profile, onFailure: 'keep' } : profile,
    userData,
    maxHourly: options.maxHourly ?? null,
    requireProtection: options.requireProtection === true,
  };
}
