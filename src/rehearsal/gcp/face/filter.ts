import type { Json, JsonObject } from '../../engine/json.ts';
import { invalid } from '../model/refuse.ts';

// The `filter` of list calls: `labels.k=v`, `name eq 'lab-.*'`, `(a = b) AND (c != d)`, `labels.k:*`, `NOT`, `-`, `OR`.

type Test = (item: JsonObject) => boolean;

/** Whether an item is in the list. Refuses an expression that cannot be read. */
export function compileFilter(expression: string | null): Test {
  if (expression === null || expression.trim() === '') return () => true;
  const tokens = expression.match(/\(|\)|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|!=|<=|>=|[=:<>]|[^\s()=!:<>"']+(?:\/[^\s()]*)?/g) ?? [];
  let at = 0;
  const unreadable = () => invalid('filter', expression, 'Invalid list filter expression.');
  const peek = (): string | undefined => tokens[at];
  const take = (): string => {
    const token = tokens[at];
    if (token === undefined) throw unreadable();
    at += 1;
    return token;
  };

  // AND binds stronger than OR, and stands between two terms that have nothing between them.
  const either = (): Test => {
    const tests = [both()];
    while (peek() === 'OR') {
      take();
      tests.push(both());
    }
    return (item) => tests.some((test) => test(item));
  };
  const both = (): Test => {
    const tests = [term()];
    while (peek() !== undefined && peek() !== ')' && peek() !== 'OR') {
      if (peek() === 'AND') take();
      tests.push(term());
    }
    return (item) => tests.every((test) => test(item));
  };
  const term = (): Test => {
    const token = take();
    if (token === 'NOT') {
      const test = term();
      return (item) => !test(item);
    }
    if (token === '(') {
      const test = either();
      if (take() !== ')') throw unreadable();
      return test;
    }
    const negated = token.startsWith('-');
    const test = comparison(negated ? token.slice(1) : token, take(), unquoted(take()));
    return negated ? (item) => !test(item) : test;
  };
  const comparison = (field: string, operator: string, value: string): Test => {
    const compare = comparisons[operator];
    if (compare === undefined) throw unreadable();
    return (item) => compare(fieldOf(item, field), value);
  };

  const test = either();
  if (at < tokens.length) throw unreadable();
  return test;
}

const comparisons: Readonly<Record<string, (found: readonly string[], value: string) => boolean>> = {
  '=': (found, value) => found.some((text) => text === value || wildcard(text, value)),
  '!=': (found, value) => !found.some((text) => text === value || wildcard(text, value)),
  ':': (found, value) => (value === '*' ? found.length > 0 : found.some((text) => text.toLowerCase().includes(value.toLowerCase().replace(/\*$/, '')))),
  '<': (found, value) => found.some((text) => ordered(text, value) < 0),
  '>': (found, value) => found.some((text) => ordered(text, value) > 0),
  '<=': (found, value) => found.some((text) => ordered(text, value) <= 0),
  '>=': (found, value) => found.some((text) => ordered(text, value) >= 0),
  // The older form: the value is a regular expression for the whole text.
  eq: (found, value) => found.some((text) => whole(value).test(text)),
  ne: (found, value) => !found.some((text) => whole(value).test(text)),
};

const wildcard = (text: string, value: string): boolean => value.endsWith('*') && text.startsWith(value.slice(0, -1));

function ordered(text: string, value: string): number {
  const numbers = [Number(text), Number(value)] as const;
  if (!numbers.some(Number.isNaN)) return numbers[0] - numbers[1];
  return text < value ? -1 : text > value ? 1 : 0;
}

function whole(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    throw invalid('filter', source, 'Invalid list filter expression.');
  }
}

const unquoted = (token: string): string => (/^["']/.test(token) ? token.slice(1, -1).replace(/\\(.)/g, '$1') : token);

/** What a path such as `labels.k` or `networkInterfaces.networkIP` holds, as texts. A link also counts by its last part. */
function fieldOf(item: JsonObject, path: string): readonly string[] {
  const parts = path.split('.').map(unquoted);
  const values = parts.reduce<readonly Json[]>((found, part) => found.flatMap((value) => stepInto(value, part)), [item]);
  return values.flatMap((value) => (typeof value === 'string' ? texts(value) : typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : []));
}

const texts = (value: string): readonly string[] => (value.startsWith('https://') ? [value, value.slice(value.lastIndexOf('/') + 1)] : [value]);

function stepInto(value: Json, part: string): readonly Json[] {
  if (isList(value)) return value.flatMap((item) => stepInto(item, part));
  if (typeof value !== 'object' || value === null) return [];
  const found = Object.entries(value).find(([key]) => key === part)?.[1];
  if (found === undefined) return [];
  return isList(found) ? found : [found];
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
