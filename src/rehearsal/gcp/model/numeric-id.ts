import type { Transaction } from '../../engine/world.ts';

/** A number as Compute Engine numbers its resources: 19 digits, as text. */
export const newNumericId = (tx: Transaction): string => (1_000_000_000_000_000_000n + BigInt(`0x${tx.newId(15)}`)).toString();

/** RFC 3339 with Google's Pacific offset left out: `2026-11-20T10:00:00.000+00:00`. */
export const timestamp = (atMs: number): string => new Date(atMs).toISOString().replace('Z', '+00:00');

/** A project's number, made from its id: 12 digits. */
export function projectNumber(project: string): string {
  let sum = 7n;
  for (const character of project) sum = (sum * 131n + BigInt(character.charCodeAt(0))) % 900_000_000_000n;
  return (100_000_000_000n + sum).toString();
}
