import { randomInt } from 'node:crypto';

const counts = 2 ** 32;

/** The SDK counts from 1, and finer time keeps its processes apart; simulated launches of one world come much closer together. */
let given = randomInt(counts);

/** `terraform-20261121061334742600000002`: the SDK's unique name, of time and a counter. */
export function uniqueName(prefix = 'terraform-', nowMs = Date.now()): string {
  given = (given + 1) % counts;
  const digits = new Date(nowMs).toISOString().replace(/[^\d]/g, '');
  return `${prefix}${digits}0${given.toString(16).padStart(8, '0')}`;
}
