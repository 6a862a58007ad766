import type { CloudError } from '../../engine/cloud-error.ts';
import type { Json, JsonObject } from '../../engine/json.ts';
import type { FaceContext, FaceRequest, FaceResponse } from '../../face/face.ts';
import { isObject, numberAt, textAt } from '../model/fields.ts';
import { refused } from '../model/refuse.ts';

/** A request with what its route found in the path. */
export interface Asked {
  readonly request: FaceRequest;
  readonly context: FaceContext;
  /** Path segments that the route's pattern names. */
  readonly names: Readonly<Record<string, string>>;
}

export type Handler = (asked: Asked) => Promise<FaceResponse>;

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' };

export function json(status: number, body: Json, headers: Readonly<Record<string, string>> = {}): FaceResponse {
  return { status, headers: { ...jsonHeaders, ...headers }, body: JSON.stringify(body) };
}

export function empty(status: number, headers: Readonly<Record<string, string>> = {}): FaceResponse {
  return { status, headers, body: '' };
}

/** The request's JSON; throws ARM's refusal of anything else. */
export function bodyOf({ body }: FaceRequest): JsonObject {
  if (body.trim() === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    parsed = null;
  }
  if (isJsonObject(parsed)) return parsed;
  throw refused(400, 'InvalidRequestContent', 'The request content was invalid and could not be deserialized.');
}

/** What JSON.parse gave is JSON: only its kind is to be found out. */
function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A refusal in the form of ARM, or of the token endpoint for its own. */
export function refusal(error: CloudError): FaceResponse {
  const { details, target, retryAfter } = error.details;
  const members: Record<string, Json> = { code: error.code, message: error.message };
  if (typeof target === 'string') members.target = target;
  if (Array.isArray(details)) members.details = details.filter(isObject);
  const headers: Record<string, string> = { 'x-ms-failure-cause': 'gateway' };
  if (typeof retryAfter === 'number') headers['retry-after'] = String(numberAt(error.details, 'retryAfter') ?? 1);
  if (error.code.startsWith('AADSTS')) {
    // Resource Manager itself knows tokens only, not how they were got.
    members.code = 'InvalidAuthenticationToken';
    headers['www-authenticate'] = `Bearer authorization_uri="https://login.microsoftonline.com/", error="invalid_token", error_description="${error.message}"`;
  }
  return json(error.status, { error: members }, headers);
}

/** One page of a list. `$top` is its size where the caller says; the next page's link is absolute. */
export function page({ request }: Asked, items: readonly JsonObject[], usualSize = 100): FaceResponse {
  const { query, origin, path } = request;
  const size = Math.max(1, Number(query.get('$top') ?? usualSize) || usualSize);
  const from = Number(Buffer.from(query.get('$skiptoken') ?? '', 'base64url').toString() || '0') || 0;
  const value = items.slice(from, from + size);
  if (from + size >= items.length) return json(200, { value });
  const next = new URLSearchParams(query);
  next.set('$skiptoken', Buffer.from(String(from + size)).toString('base64url'));
  return json(200, { value, nextLink: `${origin}${path}?${next.toString()}` });
}

/** The values of an OData filter's comparisons: `tagName eq 'a' and tagValue eq 'b'`. */
export function filterOf(query: URLSearchParams): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of (query.get('$filter') ?? '').matchAll(/([\w.]+)\s+eq\s+'((?:[^']|'')*)'/gi)) found[name] = value.replaceAll("''", "'");
  return found;
}

/** Whether a resource's document is what a filter asks for. */
export function fits(document: JsonObject, filter: Readonly<Record<string, string>>): boolean {
  const { tagName, tagValue, resourceType, location, name, resourceGroup } = filter;
  const equal = (a: string | null, b: string): boolean => a?.toLowerCase() === b.toLowerCase();
  if (tagName !== undefined) {
    // Tag names are compared without case, values with it.
    const tags = Object.entries(isObject(document.tags) ? document.tags : {});
    const found = tags.find(([key]) => equal(key, tagName));
    if (found === undefined || (tagValue !== undefined && found[1] !== tagValue)) return false;
  }
  if (resourceType !== undefined && !equal(textAt(document, 'type'), resourceType)) return false;
  if (location !== undefined && !equal(textAt(document, 'location'), location)) return false;
  if (name !== undefined && !equal(textAt(document, 'name'), name)) return false;
  return resourceGroup === undefined || (textAt(document, 'id') ?? '').toLowerCase().includes(`/resourcegroups/${resourceGroup.toLowerCase()}/`);
}
