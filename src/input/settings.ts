import type * as z from 'zod';
import { parseDuration } from '../core/duration.ts';
import { LabError } from '../core/errors.ts';
import { readConfigLayers } from './config-files.ts';
import { type Entry, entryLayer, flagError } from './flag-layer.ts';
import { type Layer, onlyKeys } from './layer.ts';
import { settingsPart } from './layer-schema.ts';
import { mergeLayers, type Merged } from './merge-layers.ts';
import { price, type Reader, single, textsOf, wholeNumber, yesOrNo } from './override-readers.ts';
import type { FlagValues } from './overrides.ts';
import type { Surroundings } from './places.ts';
import { type Settings, settingsSchema } from './settings-schema.ts';

/** A flag that says the same as a setting of `labtui.yaml` or `config.yaml`. */
export interface SettingFlag {
  readonly key: keyof typeof settingsSchema.shape;
  readonly flag: string;
  /** Placeholder of its value in help; null: a switch. */
  readonly argument: string | null;
  readonly env: string;
  readonly read: Reader;
  readonly help: string;
}

const rows: readonly (readonly [key: SettingFlag['key'], argument: string | null, help: string])[] = [
  ['json', null, 'only JSON on standard output'],
  ['plain', null, 'no colour, no live display'],
  ['quiet', null, 'results and errors only'],
  ['sessionsDir', 'DIR', 'where sessions are kept'],
  ['terraformBin', 'FILE', 'the terraform or tofu to run'],
  ['autoApprove', null, 'do not ask'],
  ['parallelism', 'N', 'stacks at work at the same time'],
  ['keepOnFailure', null, 'keep what a failed apply has made'],
  ['maxHourly', 'USD', 'refuse a lab that costs more per hour'],
  ['requireProtection', null, 'refuse a lab that nothing but this computer would end'],
  ['timeout', 'TIME', 'over the whole run, such as 10m'],
];

/** The flags whose twins in `labtui.yaml` and `config.yaml` are settings, not fields of a profile. */
export const settingFlags: readonly SettingFlag[] = rows.map(([key, argument, help]) => {
  const words = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const converters = { parallelism: wholeNumber, maxHourly: price };
  const convert = argument === null ? yesOrNo : key === 'parallelism' || key === 'maxHourly' ? converters[key] : undefined;
  return { key, flag: `--${words}`, argument, env: `LABTUI_${words.replaceAll('-', '_').toUpperCase()}`, read: single([key], convert), help };
});

export interface SettingsRequest {
  /** Parsed options by key. null, undefined and, for a switch, false: not given. */
  readonly settings?: FlagValues;
  /** `--config`. */
  readonly configFile?: string | null;
}

/**
 * The global settings from flags, environment, `labtui.yaml`, user config and defaults, and where each came from.
 * Rejects with invalid-input (or not-found for `--config`) naming the flag, variable or line.
 */
export async function resolveSettings(surroundings: Surroundings, { settings = {}, configFile = null }: SettingsRequest): Promise<Merged<Settings>> {
  return settingsFrom(surroundings, settings, await readConfigLayers(surroundings, configFile));
}

/** As `resolveSettings`, with the files already read. */
export function settingsFrom(surroundings: Surroundings, flags: FlagValues, configLayers: readonly Layer[]): Merged<Settings> {
  const given = settingFlags.flatMap((row) => {
    const [text] = flags[row.key] === false ? [] : textsOf(flags[row.key]);
    return text === undefined ? [] : entriesOf(row, text, 'flag');
  });
  const fromEnvironment = settingFlags.flatMap((row) => {
    const text = surroundings.environment[row.env];
    return text === undefined || (text.trim() === '' && row.argument !== null) ? [] : entriesOf(row, text, 'environment');
  });
  const keys = Object.keys(settingsSchema.shape);
  const layers = [
    entryLayer(given, settingsPart, surroundings),
    entryLayer(fromEnvironment, settingsPart, surroundings),
    ...configLayers.map((layer) => onlyKeys(layer, keys)),
  ];
  const { value, sources } = mergeLayers(settingsSchema, layers, nothingIsRequired);
  return { value: withUnits(value), sources };
}

function withUnits({ timeout, ...settings }: z.output<typeof settingsSchema>): Settings {
  return { ...settings, timeoutMs: timeout === null ? null : parseDuration(timeout) };
}

function entriesOf({ flag, env, argument, read }: SettingFlag, written: string, from: 'flag' | 'environment'): readonly Entry[] {
  const origin = { from, name: from === 'flag' ? flag : env, text: argument === null && from === 'flag' ? null : written };
  const reading = read([written], []);
  if ('message' in reading) throw flagError(origin, { message: reading.message, allowed: [] });
  return reading.settings.map(({ path, value }) => ({ path, value, origin }));
}

function nothingIsRequired(): LabError {
  return new LabError({ kind: 'internal', summary: 'a setting has no default' });
}
