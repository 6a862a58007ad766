import { type Entry, entryLayer, flagError, type Origin } from './flag-layer.ts';
import type { Layer } from './layer.ts';
import { profileSchemas } from './layer-schema.ts';
import { overrideFlags, type OverrideFlag, type OverrideName } from './override-flags.ts';
import { anyField, gigabytes, list, orNone, perCloud, price, type Reader, single, tags, textsOf, wholeNumber, yesOrNo } from './override-readers.ts';
import type { Surroundings } from './places.ts';

/** A flag of the table, and how its texts are read into fields of the profile. */
export interface Override extends OverrideFlag {
  readonly read: Reader;
}

/** Parsed options by key: text, a list of texts, or a switch. Others than the overrides' are passed over. */
export type FlagValues = Readonly<Record<string, unknown>>;

const readers: Readonly<Record<OverrideName, Reader>> = {
  distro: list(['distro']),
  cloud: list(['cloud']),
  size: single(['size']),
  'instance-type': perCloud(['instanceType']),
  arch: list(['arch']),
  image: perCloud(['image']),
  region: perCloud(['region']),
  zone: perCloud(['zone']),
  count: single(['count'], wholeNumber),
  disk: single(['disk', 'sizeGb'], gigabytes),
  spot: single(['spot', 'enabled'], yesOrNo),
  'max-price': single(['spot', 'maxPrice'], price),
  ttl: single(['ttl'], orNone),
  name: single(['name']),
  tag: tags,
  'user-data': single(['userData', 'file']),
  'allow-from': list(['ssh', 'allowFrom']),
  'ssh-key': single(['ssh', 'key']),
  network: single(['network']),
  set: anyField,
};

/** The flags of the contract that override a profile. `--set` comes last and wins. */
export const overrides: readonly Override[] = [...overrideFlags].map(([name, flag]) => ({ ...flag, read: readers[name] }));

/** The layer of the flags given. Throws invalid-input that names the flag. */
export function applyOverrides(values: FlagValues, surroundings: Surroundings): Layer {
  const entries = overrides.flatMap((override) => {
    const value = values[override.key];
    const texts = textsOf(value);
    const name = value === false ? override.flag.replace('--', '--no-') : override.flag;
    return texts.length === 0 ? [] : entriesOf(override, texts, { from: 'flag', name, text: null }, surroundings);
  });
  return entryLayer(entries, profileSchemas(surroundings.clouds).part, surroundings);
}

/** The layer of the `LABTUI_*` twins; a variable without text counts as not set. Throws invalid-input that names the variable. */
export function overridesFromEnvironment(surroundings: Surroundings): Layer {
  const entries = overrides.flatMap((override) => {
    const text = surroundings.environment[override.env];
    return text === undefined || text.trim() === '' ? [] : entriesOf(override, [text], { from: 'environment', name: override.env, text: null }, surroundings);
  });
  return entryLayer(entries, profileSchemas(surroundings.clouds).part, surroundings);
}

function entriesOf(override: Override, texts: readonly string[], origin: Origin, { clouds }: Surroundings): readonly Entry[] {
  const reading = override.read(texts, clouds.map(({ id }) => id));
  const shown = (text: string): Origin => ({ ...origin, text: override.argument === null && origin.from === 'flag' ? null : text });
  if ('message' in reading) throw flagError(shown(reading.text), { message: reading.message, allowed: reading.allowed ?? [] });
  return reading.settings.map(({ path, value, text, textOf }) => ({ path, value, origin: shown(text), ...(textOf === undefined ? {} : { textOf }) }));
}
