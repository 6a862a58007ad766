import { distance } from 'fastest-levenshtein';

/** The known words nearest to what was typed, best first; empty when nothing is near. */
export function nearest(word: string, known: readonly string[], most = 3): readonly string[] {
  const lower = word.toLowerCase();
  const allowed = Math.max(1, Math.floor(lower.length / 3));
  return known
    .map((candidate) => ({ candidate, edits: edits(lower, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= allowed || (lower.length >= 3 && candidate.toLowerCase().startsWith(lower)))
    .sort((a, b) => a.edits - b.edits || a.candidate.localeCompare(b.candidate))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** Single-character changes between two words; two neighbours swapped count as one, as they do for a hand. */
function edits(a: string, b: string): number {
  const at = Array.from(a).findIndex((letter, index) => letter !== b[index]);
  const swapped = at === -1 ? a : a.slice(0, at) + (a[at + 1] ?? '') + (a[at] ?? '') + a.slice(at + 2);
  return Math.min(distance(a, b), distance(swapped, b) + 1);
}

/** `, did you mean "x"?` or an empty string. */
export function didYouMean(word: string, known: readonly string[]): string {
  const [best] = nearest(word, known, 1);
  return best === undefined ? '' : `, did you mean "${best}"?`;
}
