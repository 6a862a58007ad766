import type { Value } from '../behaviour.ts';

/**
 * A number of Terraform's (they have any precision) from its decimal text: a JavaScript number where that says exactly
 * the same, else the text itself.
 */
export function numberFromText(text: string): number | string {
  const value = Number(text);
  if (!Number.isFinite(value) || text.trim() === '') return text;
  if (String(value) === text) return value;
  const digits = (text.split(/e/i)[0] ?? '').replace(/[^0-9]/g, '').replace(/^0+|0+$/g, '');
  // A double keeps fifteen significant digits, unless its exponent is at the very edge.
  const exact = digits.length <= 15 && (value === 0 ? digits === '' : Math.abs(value) > 1e-290);
  return exact ? value : text;
}

/** The decimal text of a number, as Terraform parses it back to the very same number. */
export const numberToText = (value: number): string => (Object.is(value, -0) ? '0' : String(value));

/** Whether two numbers, as such or as text, are the same. */
export function sameNumber(a: Value, b: Value): boolean {
  const isNumber = (value: Value): value is number | string => typeof value === 'number' || typeof value === 'string';
  return isNumber(a) && isNumber(b) && String(a) === String(b);
}

/** JSON text with every number that a double would change put into quotes. */
export function quoteBigNumbers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    token.startsWith('"') || typeof numberFromText(token) === 'number' ? token : `"${token}"`,
  );
}
