import { dirname } from 'node:path';
import { invalidInput, LabError } from '../core/errors.ts';
import type { Profile } from '../core/profile.ts';
import { readConfigLayers } from './config-files.ts';
import { fieldsLayer } from './fields-layer.ts';
import { fileLayer, type Layer, onlyKeys, type Source } from './layer.ts';
import { profileSchemas } from './layer-schema.ts';
import { mergeLayers } from './merge-layers.ts';
import { applyOverrides, type FlagValues, overridesFromEnvironment } from './overrides.ts';
import type { Surroundings } from './places.ts';
import { findProfile, type FoundProfile } from './profile-file.ts';
import { settingsFrom, type SettingsRequest } from './settings.ts';
import type { Settings } from './settings-schema.ts';
import { readYamlFile } from './yaml-file.ts';

export interface ProfileRequest extends SettingsRequest {
  /** `--profile`: a name or a path. Without it LABTUI_PROFILE, else no profile file. */
  readonly profile?: string | null;
  /** Parsed options by key (see `overrides`). */
  readonly overrides?: FlagValues;
  /** What a program says in their place. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** What a lab needs and nobody may have given; comes after everything else, as a default does. */
  readonly otherwise?: { readonly distro: string; readonly cloud: string };
}

export interface ResolvedProfile {
  /** Paths in it are absolute. */
  readonly profile: Profile;
  /** Where each value came from, by dotted path (`disk.sizeGb`, `tags.team`). */
  readonly sources: Readonly<Record<string, Source>>;
  readonly settings: Settings;
  readonly settingSources: Readonly<Record<string, Source>>;
  readonly file: FoundProfile | null;
}

/**
 * The whole profile from flags, environment, profile file, `labtui.yaml`, user config and defaults: first wins,
 * value by value (contract §2). Rejects with invalid-input or not-found; a bad value names its flag, its variable
 * or its line.
 */
export async function resolveProfile(surroundings: Surroundings, request: ProfileRequest): Promise<ResolvedProfile> {
  const { overrides = {}, fields, settings = {}, configFile = null, otherwise } = request;
  const reference = request.profile ?? surroundings.environment.LABTUI_PROFILE?.trim();
  const { whole, part } = profileSchemas(surroundings.clouds);
  const given = fields === undefined ? applyOverrides(overrides, surroundings) : fieldsLayer(fields, surroundings);
  const environment = overridesFromEnvironment(surroundings);
  const file = reference === undefined || reference === '' ? null : await findProfile(reference, surroundings);
  const yaml = file === null ? null : await readYamlFile(file.file, part, { label: file.label });
  const configLayers = await readConfigLayers(surroundings, configFile);
  const resolvedSettings = settingsFrom(surroundings, settings, configLayers);
  const layers = [
    given,
    environment,
    ...(file === null || yaml === null ? [] : [fileLayer(yaml, 'profile', dirname(file.file), surroundings)]),
    ...configLayers.map((layer) => onlyKeys(layer, Object.keys(whole.shape))),
    ...(otherwise === undefined ? [] : [defaultLayer(otherwise)]),
  ];
  const missing = (keys: readonly string[]): LabError => {
    const hint = `${keys.map((key) => `--${key} ${exampleOf(key)}`).join(' ')}   or   --profile NAME (labtui profiles list)`;
    if (yaml === null) return new LabError({ kind: 'invalid-input', summary: `no ${keys.join(' and no ')} given`, hint });
    const lines = keys.map((key) => `${key}: ${exampleOf(key)}`).join(', ');
    return yaml.errorAt([], `missing key ${keys.map((key) => `"${key}"`).join(' and ')}`, { about: 'missing', hint: `add ${lines}` });
  };
  const { value: profile, sources } = mergeLayers(whole, layers, missing);
  return { profile, sources, settings: resolvedSettings.value, settingSources: resolvedSettings.sources, file };
}

function defaultLayer(value: Readonly<Record<string, unknown>>): Layer {
  return { value, sourceOf: () => ({ from: 'default' }), errorAt: ({ message }) => invalidInput(message) };
}

function exampleOf(key: string): string {
  return key === 'cloud' ? 'aws' : 'ubuntu';
}
