import { type Entry, entryLayer, flagError, type Origin } from './flag-layer.ts';
import type { Layer } from './layer.ts';
import { profilePart } from './layer-schema.ts';
import { anyField, gigabytes, list, orNone, perCloud, price, type Reader, single, tags, textsOf, wholeNumber, yesOrNo } from './override-readers.ts';
import type { Surroundings } from './places.ts';

/** A flag that says the same as a field of the profile. */
export interface Override {
  /** Name of its value among the parsed options: `maxPrice` for `--max-price`. */
  readonly key: string;
  readonly flag: string;
  /** Placeholder of its value in help; null: a switch, which also has its `--no-` form. */
  readonly argument: string | null;
  readonly env: string;
  /** May be repeated; commas separate as well. */
  readonly list: boolean;
  readonly read: Reader;
  readonly help: string;
}

/** Parsed options by key: text, a list of texts, or a switch. Others than the overrides' are passed over. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** Flag without `--`, placeholder, reader, help. A placeholder ending in `...` takes several. */
const rows: readonly (readonly [flag: string, argument: string | null, read: Reader, help: string])[] = [
  ['distro', 'DISTRO...', list(['distro']), 'distribution, such as fedora@44; several make one stack each'],
  ['cloud', 'CLOUD...', list(['cloud']), 'cloud, such as aws or aws:eu-west-1; several make one stack each'],
  ['size', 'SIZE', single(['size']), 'small, lab, medium or large, at least that much'],
  ['instance-type', 'TYPE...', perCloud(['instanceType']), "a cloud's own type, such as t3.large or aws=t3.large; wins over the size"],
  ['arch', 'ARCH...', list(['arch']), 'amd64 or arm64; several are an order of preference'],
  ['image', 'IMAGE...', perCloud(['image']), 'one exact image: an id, a name or a URN, or aws=ami-...'],
  ['region', 'REGION...', perCloud(['region']), 'auto, a region, or aws=eu-west-1'],
  ['zone', 'ZONE...', perCloud(['zone']), 'auto, a zone, or aws=eu-west-1a'],
  ['count', 'N', single(['count'], wholeNumber), 'machines per stack'],
  ['disk', 'GB', single(['disk', 'sizeGb'], gigabytes), 'size of the root disk'],
  ['spot', null, single(['spot', 'enabled'], yesOrNo), 'spot machines: cheaper, and taken away when the cloud needs them'],
  ['max-price', 'USD', single(['spot', 'maxPrice'], price), 'most to pay for a spot machine per hour'],
  ['ttl', 'TIME', single(['ttl'], orNone), 'time to live, 15m to 30d, or none'],
  ['name', 'NAME', single(['name']), 'name of the session: a-z, 0-9 and -'],
  ['tag', 'KEY=VALUE...', tags, 'tag for everything that is made'],
  ['user-data', 'FILE', single(['userData', 'file']), 'script or cloud-config for the first start'],
  ['allow-from', 'CIDR...', list(['ssh', 'allowFrom']), 'who may reach SSH: an address or range, or auto for yours'],
  ['ssh-key', 'FILE', single(['ssh', 'key']), "your public key's file, or the name of a key in the cloud; else one is made"],
  ['network', 'NETWORK', single(['network']), "isolated for a network of its own, default for the account's"],
  ['set', 'PATH=VALUE...', anyField, 'any field of the profile, such as ssh.port=2222'],
];

/** The flags of the contract that override a profile, in the order of the help. `--set` comes last and wins. */
export const overrides: readonly Override[] = rows.map(([name, argument, read, help]) => ({
  key: name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
  flag: `--${name}`,
  argument: argument?.replace(/\.\.\.$/, '') ?? null,
  env: `LABTUI_${name.replaceAll('-', '_').toUpperCase()}`,
  list: argument?.endsWith('...') === true,
  read,
  help,
}));

/** The layer of the flags given. Throws invalid-input that names the flag. */
export function applyOverrides(values: FlagValues, surroundings: Surroundings): Layer {
  const entries = overrides.flatMap((override) => {
    const value = values[override.key];
    const texts = textsOf(value);
    const name = value === false ? override.flag.replace('--', '--no-') : override.flag;
    return texts.length === 0 ? [] : entriesOf(override, texts, { from: 'flag', name, text: null });
  });
  return entryLayer(entries, profilePart, surroundings);
}

/** The layer of the `LABTUI_*` twins; a variable without text counts as not set. Throws invalid-input that names the variable. */
export function overridesFromEnvironment(surroundings: Surroundings): Layer {
  const entries = overrides.flatMap((override) => {
    const text = surroundings.environment[override.env];
    return text === undefined || text.trim() === '' ? [] : entriesOf(override, [text], { from: 'environment', name: override.env, text: null });
  });
  return entryLayer(entries, profilePart, surroundings);
}

function entriesOf(override: Override, texts: readonly string[], origin: Origin): readonly Entry[] {
  const reading = override.read(texts);
  const shown = (text: string): Origin => ({ ...origin, text: override.argument === null && origin.from === 'flag' ? null : text });
  if ('message' in reading) throw flagError(shown(reading.text), { message: reading.message, allowed: reading.allowed ?? [] });
  return reading.settings.map(({ path, value, text, textOf }) => ({ path, value, origin: shown(text), ...(textOf === undefined ? {} : { textOf }) }));
}
