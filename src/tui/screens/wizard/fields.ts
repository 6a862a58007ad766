import { isIpRange } from '../../../core/ip-range.ts';
import { parseDuration } from '../../../core/duration.ts';
import { isPortPair } from '../../../core/port-mapping.ts';
import type { Reason } from './possible.ts';
import { spotReason, archReason, diskTypeReason, networkReason, sizeReason } from './possible-size.ts';
import { type FieldId, itemsOf } from './request.ts';
import type { WizardState } from './state.ts';

/** What a person is shown of a field, and what may stand in it. */
export interface FieldInfo {
  readonly label: string;
  /** What stands there where nothing was typed. */
  readonly empty: string;
  readonly help: string;
  /** The values to go through; a field that has others too can also be typed. */
  readonly values: readonly string[];
  readonly typed: boolean;
  /** Why a text cannot stand there; null: it can. */
  readonly check: (text: string, state: WizardState) => Reason;
}

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const anything = (): Reason => null;
const fits = (pattern: RegExp, complaint: string) => (text: string): Reason => (text === '' || pattern.test(text) ? null : complaint);

/** Limits as the contract has them (§4). */
export const fieldInfo: Readonly<Record<FieldId, FieldInfo>> = {
  size: { label: 'size', empty: 'lab', help: 'at least that much, the cheapest type that gives it', values: ['small', 'lab', 'medium', 'large'], typed: false, check: (text, state) => sizeReason(state, text) },
  arch: { label: 'arch', empty: 'amd64', help: 'architecture of the machines', values: ['amd64', 'arm64'], typed: false, check: (text, state) => archReason(state, text) },
  ttl: { label: 'time to live', empty: '4h', help: '15m to 30d, or none: the lab ends by itself', values: ['1h', '4h', '8h', '1d', '3d', '7d', 'none'], typed: true, check: ttlReason },
  name: { label: 'name', empty: '<distro>-<cloud>', help: 'a-z, 0-9 and -', values: [], typed: true, check: fits(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'a-z, 0-9 and -, at most 40, no - at its ends') },
  count: { label: 'machines', empty: '1', help: 'of each kind', values: [], typed: true, check: (text) => (/^[1-9]\d?$|^100$/.test(text) ? null : 'a number from 1 to 100') },
  disk: { label: 'disk', empty: '20 GB, or what the image needs', help: 'size of the root disk in GB', values: [], typed: true, check: (text) => (text === '' || (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 16_384) ? null : 'GB, from 1 to 16384') },
  diskType: { label: 'disk type', empty: 'ssd', help: 'ssd, standard or provisioned-iops', values: ['ssd', 'standard', 'provisioned-iops'], typed: false, check: (text, state) => diskTypeReason(state, text) },
  spot: { label: 'spot', empty: 'no', help: 'cheaper, and taken away when the cloud needs it', values: ['no', 'yes'], typed: false, check: (text, state) => spotReason(state, text) },
  maxPrice: { label: 'spot at most', empty: 'the price on demand', help: 'USD per hour, such as 0.05', values: [], typed: true, check: (text) => (text === '' || (/^\d*\.?\d+$/.test(text) && Number(text) > 0) ? null : 'a price per hour such as 0.05') },
  network: { label: 'network', empty: 'isolated', help: "isolated: its own; default: the account's", values: ['isolated', 'default'], typed: false, check: (text, state) => networkReason(state, text) },
  userData: { label: 'user data', empty: 'none', help: 'file: a script or cloud-config for the first start', values: [], typed: true, check: anything },
  tags: { label: 'tags', empty: 'none', help: 'key=value, several with commas', values: [], typed: true, check: tagsReason },
  allowFrom: { label: 'reachable from', empty: 'auto', help: 'auto: your address; or ranges such as 198.51.100.0/24', values: [], typed: true, check: rangesReason },
  forward: { label: 'ports', empty: 'none', help: 'HERE:THERE such as 8080:80: of this computer, led to the machine', values: [], typed: true, check: portsReason },
  share: { label: 'folder', empty: 'none', help: 'of this computer, for the machine to mount', values: [], typed: true, check: anything },
};

function ttlReason(text: string): Reason {
  if (text === 'none') return null;
  const ms = parseDuration(text);
  return ms !== null && ms >= 15 * minuteMs && ms <= 30 * dayMs ? null : 'from 15m to 30d, such as 90m, 4h or 2d; or none';
}

function tagsReason(text: string, { base }: WizardState): Reason {
  const tags = itemsOf(text);
  const keyOf = (tag: string): string => tag.slice(0, tag.indexOf('='));
  const bad = tags.find((tag) => !/^[A-Za-z][A-Za-z0-9_.:/+@-]{0,62}=.{0,255}$/.test(tag));
  if (bad !== undefined) return `"${bad}" is not key=value`;
  const kept = itemsOf(base.request.fields.tags).find((tag) => !tags.some((other) => keyOf(other) === keyOf(tag)));
  return kept === undefined ? null : `${kept} is in the profile: it can be changed, not left out`;
}

function portsReason(text: string): Reason {
  const bad = itemsOf(text).find((mapping) => !isPortPair(mapping));
  return bad === undefined ? null : `"${bad}" is no HERE:THERE, each from 1 to 65535`;
}

function rangesReason(text: string): Reason {
  const ranges = itemsOf(text);
  if (ranges.length === 1 && ranges[0] === 'auto') return null;
  if (ranges.length === 0) return 'auto, an address, or ranges';
  const bad = ranges.find((range) => !isIpRange(range));
  return bad === undefined ? null : `"${bad}" is no IPv4 address or range such as 198.51.100.0/24`;
}
