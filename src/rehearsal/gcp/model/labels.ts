import { invalid } from './refuse.ts';

const keyRule =
  'The key must start with a lowercase character, can only contain lowercase letters, numeric characters, underscores and dashes. The key can be at most 63 characters long. International characters are allowed.';
const valueRule =
  'The value can only contain lowercase letters, numeric characters, underscores and dashes. The value can be at most 63 characters long. International characters are allowed.';
const keyPattern = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const valuePattern = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

/** Refuses labels outside of the alphabet, as the API words it. */
export function checkLabels(labels: Readonly<Record<string, string>>, field = 'resource.labels'): void {
  const entries = Object.entries(labels);
  if (entries.length > 64) throw invalid(field, '', 'The number of labels exceeds the limit of 64.');
  for (const [key, value] of entries) {
    if (!keyPattern.test(key)) throw invalid(field, '', `Label key '${key}' violates format constraints. ${keyRule}`);
    if (!valuePattern.test(value)) throw invalid(field, '', `Label value '${value}' violates format constraints. ${valueRule}`);
  }
}
