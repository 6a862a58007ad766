/** Whether a version such as `1.11.4` or `1.6.0-beta1` has reached `floor`; a pre-release counts as its release. */
export function isAtLeast(version: string, floor: string): boolean {
  const have = numbersOf(version);
  for (const [index, wanted] of numbersOf(floor).entries()) {
    const difference = (have[index] ?? 0) - wanted;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function numbersOf(version: string): readonly number[] {
  return (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
}
