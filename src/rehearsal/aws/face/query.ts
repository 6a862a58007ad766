import type { JsonObject } from '../../engine/json.ts';
import type { FaceRequest } from '../../face/face.ts';
import { invalidParameter, missingParameter } from '../model/errors.ts';

/** A call of AWS's query protocol. */
export interface Query {
  readonly action: string;
  /** From the scope of the request's signature. */
  readonly region: string;
  readonly isSigned: boolean;
  readonly params: ReadonlyMap<string, string>;
}

/** The call in a request; null when it is none. */
export function readQuery({ method, query, headers, body }: FaceRequest): Query | null {
  const isForm = method === 'POST' && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const params = new Map([...query, ...(isForm ? new URLSearchParams(body) : [])]);
  const action = params.get('Action');
  if (action === undefined) return null;
  // Credential=KEY/20261120/eu-north-1/ec2/aws4_request
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? params.get('X-Amz-Credential') ?? '';
  const [, , region = 'us-east-1'] = credential.split('/');
  return { action, region, isSigned: credential !== '', params };
}

/** The parameter's text; null without it. */
export function param({ params }: Query, name: string): string | null {
  return params.get(name) ?? null;
}

export function required(query: Query, name: string): string {
  const value = param(query, name);
  if (value === null || value === '') throw missingParameter(name);
  return value;
}

export function flagParam(query: Query, name: string): boolean | null {
  const value = param(query, name);
  if (value === null) return null;
  if (value !== 'true' && value !== 'false') throw invalidParameter(`Invalid value '${value}' for ${name}. It must be true or false.`);
  return value === 'true';
}

export function numberParam(query: Query, name: string): number | null {
  const value = param(query, name);
  if (value === null) return null;
  if (!/^-?\d+$/.test(value)) throw invalidParameter(`Invalid value '${value}' for ${name}. It must be a number.`);
  return Number(value);
}

/** `Name.1`, `Name.2`, ... in order. */
export function listParam(query: Query, name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = param(query, `${name}.${index}`);
    if (value === null) return values;
    values.push(value);
  }
}

/** `Name.1.Member`, ...: each index as a query of its own, its members by their names below the index. */
export function structParams(query: Query, name: string): readonly Query[] {
  const structs: Query[] = [];
  for (let index = 1; ; index += 1) {
    const inside = below(query, `${name}.${index}`);
    if (inside.params.size === 0) return structs;
    structs.push(inside);
  }
}

/** What is below a name, as a query of its own. */
export function below(query: Query, name: string): Query {
  const prefix = `${name}.`;
  const params = [...query.params].flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : []));
  return { ...query, params: new Map(params) };
}

/** `Tag.n.Key` and `Tag.n.Value`. */
export function tagParams(query: Query, name = 'Tag'): Readonly<Record<string, string>> {
  return Object.fromEntries(structParams(query, name).map((tag) => [param(tag, 'Key') ?? '', param(tag, 'Value') ?? '']));
}

/** `TagSpecification.n`, by resource type. */
export function tagSpecifications(query: Query): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return Object.fromEntries(structParams(query, 'TagSpecification').map((each) => [param(each, 'ResourceType') ?? '', tagParams(each)]));
}

/** For the journal: what was asked, without keys, user data and tags. */
export function journalParams({ params }: Query): JsonObject {
  const shown = [...params].filter(([name]) => !/^(?:Action|Version|UserData|PublicKeyMaterial|ClientToken|X-Amz-.*|TagSpecification.*|Tag\..*)$/.test(name));
  return Object.fromEntries(shown.slice(0, 30));
}
