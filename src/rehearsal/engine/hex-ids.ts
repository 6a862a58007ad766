import { createHash } from 'node:crypto';

/**
 * The `index`-th id of that many hex digits. A permutation of all numbers of that length, so that none is given twice;
 * scattered by the seed, so that two worlds do not give the same. Throws when they are used up.
 */
export function hexId(seed: string, digits: number, index: number): string {
  const bits = BigInt(digits) * 4n;
  const mask = (1n << bits) - 1n;
  if (BigInt(index) > mask) throw new Error(`this world has no id of ${digits} hex digits left`);
  const key = createHash('sha256').update(`${seed}/${digits}`).digest('hex');
  const factor = BigInt(`0x${key}`) | 1n;
  const half = bits / 2n;
  let value = (BigInt(index) + BigInt(`0x${key.slice(0, 16)}`)) & mask;
  // Multiplying by an odd number and folding the upper half into the lower are both reversible.
  for (let round = 0; round < 3; round += 1) {
    value = (value * factor + 1n) & mask;
    value ^= value >> half;
  }
  return value.toString(16).padStart(digits, '0');
}
