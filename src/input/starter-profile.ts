import { stringify } from 'yaml';
import { valueAt } from './complaints.ts';
import type { Source } from './layer.ts';
import { insertAt } from './merge-layers.ts';
import type { Path } from './schema-keys.ts';

/** What a profile to start from is of, where nobody says. */
export const starterChoice = { distro: 'ubuntu', cloud: 'aws' } as const;

/** Fields of a profile as they are written. */
export type WrittenProfile = Readonly<Record<string, unknown>>;

/** Setting as a comment with its default, and what it means; the first ones are always written. */
const rows: readonly (readonly [field: string, setting: string, comment: string])[] = [
  ['name', '# name: my-lab', 'a-z, 0-9 and -; default <distro>-<cloud>'],
  ['distro', `distro: ${starterChoice.distro}`, 'labtui distros list; a list makes one stack each'],
  ['cloud', `cloud: ${starterChoice.cloud}`, 'labtui clouds; aws:eu-west-1, or a list: one stack each'],
  ['size', 'size: lab', 'small 2 vCPU/2 GiB | lab 2/4 | medium 4/8 | large 8/16'],
  ['ttl', 'ttl: 4h', '15m to 30d; null: no end, not advised'],
  ['', '', ''],
  ['arch', '# arch: amd64', 'amd64 | arm64; a list is an order of preference'],
  ['instanceType', '# instanceType: t3.large', "a cloud's own type; wins over size"],
  ['region', '# region: auto', 'or a region, or { aws: eu-west-1 }'],
  ['zone', '# zone: auto', 'or a zone, or { aws: eu-west-1a }'],
  ['image', '# image: null', "one exact image; else the distribution's newest"],
  ['count', '# count: 1', 'machines per stack'],
  ['disk', '# disk: { sizeGb: 20, type: ssd, encrypted: true }', 'ssd | standard | provisioned-iops'],
  ['spot', '# spot: { enabled: false, maxPrice: null, fallback: on-demand }', 'on-demand | fail'],
  ['network', '# network: isolated', "default: the account's default network"],
  ['ssh', '# ssh: { key: generate, allowFrom: auto, port: 22 }', 'key: a .pub file; allowFrom: ranges such as 198.51.100.0/24'],
  ['userData', '# userData: { file: ./init.sh }', 'script or cloud-config for the first start'],
  ['onReady', '# onReady: ./when-ready.sh', 'command on this computer, hosts as JSON on its stdin'],
  ['tags', '# tags: { team: kernel }', ''],
  ['onFailure', '# onFailure: destroy', 'destroy | keep'],
];

/** A commented profile for `profiles init`: valid as it is, what is given as a setting, every other field as a comment with its default. */
export function starterProfile(given: WrittenProfile = {}): string {
  const width = 32;
  const known = rows.map(([field, setting, comment]) => {
    const text = field in given ? written(field, given[field]) : setting;
    return comment === '' ? text : `${text.padEnd(width)} # ${comment}`;
  });
  const others = Object.keys(given).filter((key) => !rows.some(([field]) => field === key));
  const body = [...known, ...others.map((key) => written(key, given[key]))];
  return `# A labtui profile. Check it: labtui profiles validate FILE · use it: labtui apply --profile FILE\n${body.join('\n')}\n`;
}

/** The part of a resolved profile that comes from these places, as it would be written. */
export function chosenParts(profile: WrittenProfile, sources: Readonly<Record<string, Source>>, from: readonly Source['from'][]): WrittenProfile {
  return Object.entries(sources)
    .filter(([, source]) => from.includes(source.from))
    .map(([path]): Path => (path.startsWith('tags.') ? ['tags', path.slice('tags.'.length)] : path.split('.')))
    .reduce<WrittenProfile>((parts, path) => insertAt(parts, path, valueAt(profile, path)), {});
}

/** On one line, in quotes where it would be read as something else. */
function written(field: string, value: unknown): string {
  const text = typeof value === 'string' && /[\n\r]/.test(value) ? JSON.stringify(value) : stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true }).trimEnd();
  return `${field}: ${text}`;
}
