import { distance } from 'fastest-levenshtein';

/** The known words nearest to what was typed, best first; empty when nothing is near. */
export function nearest(word: string, known: readonly string[], most = 3): readonly string[] {
  const lower = word.toLowerCase();
  const allowed = Math.max(1, Math.floor(lower.length / 3));
  return known
    .map((candidate) => ({ candidate, edits: distance(lower, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= allowed || (lower.length >= 3 && candidate.toLowerCase().startsWith(lower)))
    .sort((a, b) => a.edits - b.edits || a.candidate.localeCompare(b.candidate))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** `, did you mean "x"?` or an empty string. */
export function didYouMean(word: string, known: readonly string[]): string {
  const [best] = nearest(word, known, 1);
  return best === undefined ? '' : `, did you mean "${best}"?`;
}
