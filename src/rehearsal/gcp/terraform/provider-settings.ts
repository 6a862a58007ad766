import { type Attributes, unknown, type Value } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { lastName } from '../model/names.ts';
import { regionOfZone } from '../model/places.ts';
import { providerError } from './errors.ts';
import { text as textOf } from '../../../plugin/attributes.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const variables = {
  project: ['GOOGLE_PROJECT', 'GOOGLE_CLOUD_PROJECT', 'GCLOUD_PROJECT', 'CLOUDSDK_CORE_PROJECT'],
  region: ['GOOGLE_REGION', 'GCLOUD_REGION', 'CLOUDSDK_COMPUTE_REGION'],
  zone: ['GOOGLE_ZONE', 'GCLOUD_ZONE', 'CLOUDSDK_COMPUTE_ZONE'],
} as const;

type Setting = keyof typeof variables;

/** Where a resource goes: its own attributes, then the provider block, then the environment. */
export interface Settings {
  /** null: not set anywhere; `unknown`: known after apply. */
  setting(name: Setting, attributes: Attributes, config: Attributes): Value;
  project(attributes: Attributes, context: ProviderContext): string;
  region(attributes: Attributes, context: ProviderContext): string;
  zone(attributes: Attributes, context: ProviderContext): string;
}

export function providerSettings(environment: Environment): Settings {
  const fromEnvironment = (name: Setting): string | null => variables[name].map((variable) => environment[variable]).find((value) => value !== undefined && value !== '') ?? null;
  const setting = (name: Setting, attributes: Attributes, config: Attributes): Value => {
    const own = textOf(attributes, name);
    if (own !== null) return name === 'project' ? own : lastName(own);
    if (config[name] === unknown) return unknown;
    const given = textOf(config, name) ?? fromEnvironment(name);
    if (given !== null) return name === 'project' ? given : lastName(given);
    if (name !== 'region') return null;
    const zone = textOf(config, 'zone') ?? fromEnvironment('zone');
    return zone === null ? null : regionOfZone(lastName(zone));
  };
  const needed = (name: Setting, refusal: string) => (attributes: Attributes, context: ProviderContext): string => {
    const value = setting(name, attributes, context.config);
    if (typeof value !== 'string') throw providerError(refusal);
    return value;
  };
  return {
    setting,
    project: needed('project', 'project: required field is not set'),
    region: needed('region', "Cannot determine region: set in this resource, or set provider-level 'region' or 'zone'."),
    zone: needed('zone', 'Cannot determine zone: set in this resource, or set provider-level zone.'),
  };
}

/** A plan with the project, region and zone that the provider would use. */
export function withPlace(settings: Settings, planned: Attributes, context: ProviderContext, names: readonly Setting[]): Attributes {
  const filled = names.filter((name) => planned[name] === unknown || planned[name] === null).map((name) => [name, settings.setting(name, planned, context.config) ?? unknown] as const);
  return { ...planned, ...Object.fromEntries(filled) };
}
