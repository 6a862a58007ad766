import type { Json, JsonObject } from '../../engine/json.ts';
import { CloudError } from '../../engine/cloud-error.ts';

// `fields` of Google's APIs: `name,status`, `items(name,id)`, `items/scheduling/preemptible`, `*`.

/** By name, what is wanted of that field; null: all of it. */
type Selection = ReadonlyMap<string, Selection | null>;

/** The parts of an answer that `fields` asks for; all of it where nothing is asked. Refuses what cannot be read. */
export function selected(body: JsonObject, fields: string | null): JsonObject {
  return fields === null || fields === '' ? body : pickObject(body, parse(fields));
}

function parse(fields: string): Selection {
  const tokens = fields.match(/[A-Za-z0-9_.-]+|[*(),/]|\S/g) ?? [];
  let at = 0;
  const list = (): Selection => {
    const found = new Map<string, Selection | null>();
    do {
      const [name, inner] = path();
      found.set(name, both(found.get(name), inner));
    } while (take(','));
    return found;
  };
  const path = (): readonly [string, Selection | null] => {
    const name = tokens[at] ?? '';
    if (!/^(?:[A-Za-z0-9_.-]+|\*)$/.test(name)) throw unreadable(fields);
    at += 1;
    if (take('/')) return [name, new Map([path()])];
    if (!take('(')) return [name, null];
    const inner = list();
    if (!take(')')) throw unreadable(fields);
    return [name, inner];
  };
  const take = (token: string): boolean => {
    if (tokens[at] !== token) return false;
    at += 1;
    return true;
  };
  const selection = list();
  if (at < tokens.length) throw unreadable(fields);
  return selection;
}

/** Twice the same name: `a/b,a/c`. */
function both(before: Selection | null | undefined, now: Selection | null): Selection | null {
  if (before === undefined) return now;
  return before === null || now === null ? null : new Map([...before, ...now]);
}

function pickObject(value: JsonObject, selection: Selection): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const wanted = selection.has(name) ? selection.get(name) : selection.get('*');
      return wanted === undefined ? [] : [[name, wanted === null ? inner : pick(inner, wanted)]];
    }),
  );
}

function pick(value: Json, selection: Selection): Json {
  if (isList(value)) return value.map((item) => pick(item, selection));
  return typeof value === 'object' && value !== null ? pickObject(value, selection) : value;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const unreadable = (fields: string): CloudError => new CloudError('invalidParameter', `Invalid field selection ${fields}`);
