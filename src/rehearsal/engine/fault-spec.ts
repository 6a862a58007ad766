import type { CloudId } from '../../core/clouds.ts';
import { parseDuration } from '../../core/duration.ts';
import { invalidInput, type LabError } from '../../core/errors.ts';
import { didYouMean } from '../../core/suggest.ts';
import { type Fault, type FaultKind, faultKinds } from './fault.ts';
import { faultGuide } from './fault-guide.ts';
import { faultAliases } from './fault-words.ts';

const keys = ['cloud', 'operation', 'region', 'zone', 'call', 'times', 'after', 'for'] as const;
type Key = (typeof keys)[number];

/** Kinds whose effect takes a time that can be chosen. */
const lasting: readonly FaultKind[] = ['slow', 'address-late', 'preemption'];
const listHint = 'every kind with an example: labtui demo --list-faults';

/**
 * The fault behind `KIND[,key=value]...`; the first separator may be `:` or `@` too, and a cloud may stand without its
 * key (`quota@gcp`). `clouds`: those that may be named. Throws LabError of kind invalid-input (exit 3).
 */
export function parseFaultSpec(text: string, clouds: readonly CloudId[]): Fault {
  const spec = text.trim();
  const [, word = '', rest = ''] = /^([^,:@]*)[,:@]?(.*)$/s.exec(spec) ?? [];
  const kind = kindOf(word.trim(), spec);
  const given = settingsOf(rest, spec, clouds);
  const afterText = given.get('after');
  const forText = given.get('for');
  if (forText !== undefined && !lasting.includes(kind)) {
    throw wrong(spec, `${kind} takes no time of its own, so "for" says nothing`, `for=... goes with ${lasting.join(', ')}`);
  }
  return {
    kind,
    spec,
    cloud: cloudOf(given.get('cloud'), spec, clouds),
    operation: given.get('operation') ?? null,
    region: given.get('region') ?? null,
    zone: given.get('zone') ?? null,
    call: countOf('call', given.get('call'), spec) ?? 1,
    times: timesOf(given.get('times'), kind, spec),
    afterMs: afterText === undefined ? null : durationOf('after', afterText, spec),
    durationMs: forText === undefined ? null : durationOf('for', forText, spec),
  };
}

/** Faults of repeated flags or of one variable: each text holds one spec, or several separated by `;`. */
export function parseFaultList(values: readonly string[], clouds: readonly CloudId[]): readonly Fault[] {
  return values
    .flatMap((value) => value.split(';'))
    .filter((spec) => spec.trim() !== '')
    .map((spec) => parseFaultSpec(spec, clouds));
}

function kindOf(word: string, spec: string): FaultKind {
  if (word === '') throw wrong(spec, 'a fault begins with its kind', listHint);
  const plain = word.toLowerCase().replaceAll('_', '-');
  const kind = faultKinds.find((known) => known === plain) ?? faultAliases.get(plain);
  if (kind !== undefined) return kind;
  throw invalidInput(`unknown fault "${word}"${didYouMean(plain, [...faultKinds, ...faultAliases.keys()])}`, listHint);
}

function settingsOf(rest: string, spec: string, clouds: readonly CloudId[]): ReadonlyMap<Key, string> {
  const given = new Map<Key, string>();
  for (const part of rest.split(',').map((each) => each.trim())) {
    if (part === '') continue;
    const [key, value] = settingOf(part, spec, clouds);
    if (given.has(key)) throw wrong(spec, `"${key}" is there twice`, 'once each; several faults: repeat --fault');
    given.set(key, value);
  }
  return given;
}

function settingOf(part: string, spec: string, clouds: readonly CloudId[]): readonly [Key, string] {
  const at = part.indexOf('=');
  const name = (at === -1 ? part : part.slice(0, at)).trim().toLowerCase();
  const value = at === -1 ? '' : part.slice(at + 1).trim();
  if (at === -1 && clouds.includes(name)) return ['cloud', name];
  const key = keys.find((known) => known === name);
  if (key === undefined) {
    const likely = at === -1 ? [...keys, ...clouds] : keys;
    throw wrong(spec, `unknown key "${name}"${didYouMean(name, likely)}`, `keys: ${keys.join(', ')}`);
  }
  if (value === '') throw wrong(spec, `"${key}" has no value`, `${key}=${examples[key]}`);
  return [key, value];
}

const examples: Readonly<Record<Key, string>> = {
  cloud: 'aws',
  operation: 'RunInstances',
  region: 'eu-north-1',
  zone: 'eu-north-1a',
  call: '2',
  times: 'all',
  after: '90s',
  for: '2m',
};

function cloudOf(text: string | undefined, spec: string, clouds: readonly CloudId[]): CloudId | null {
  if (text === undefined) return null;
  const id = clouds.find((known) => known === text.toLowerCase());
  if (id === undefined) throw wrong(spec, `unknown cloud "${text}"${didYouMean(text, clouds)}`, `one of ${clouds.join(', ')}`);
  return id;
}

function timesOf(text: string | undefined, kind: FaultKind, spec: string): number | null {
  if (text === undefined) return faultGuide[kind].times;
  return text.toLowerCase() === 'all' ? null : countOf('times', text, spec);
}

function countOf(key: 'call' | 'times', text: string | undefined, spec: string): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw wrong(spec, `${key}=${text} is no number from 1 on${key === 'times' ? ', nor "all"' : ''}`, `${key}=2`);
}

function durationOf(key: 'after' | 'for', text: string, spec: string): number {
  const ms = parseDuration(text);
  if (ms === null || (key === 'for' && ms === 0)) throw wrong(spec, `${key}=${text} is no duration`, `${key}=90s, ${key}=2m`);
  return ms;
}

function wrong(spec: string, why: string, hint: string): LabError {
  return invalidInput(`fault "${spec}": ${why}`, hint);
}
