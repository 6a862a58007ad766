import type { StackResult } from '../core/events.ts';
import type { SessionRecord } from '../core/session.ts';

/** How each stack of a session ended. `codes` by stack; those not named did well. A stack of which there is no record was never begun. */
export function stackResults(record: SessionRecord, codes: ReadonlyMap<string, number>): Readonly<Record<string, StackResult>> {
  const begun = Object.entries(record.stacks).map(([id, { phase, applyStartedAt, goneAt }]): [string, StackResult] => [
    id,
    { phase, exitCode: codes.get(id) ?? 0, stands: applyStartedAt !== null && goneAt === null },
  ]);
  const refused = [...codes]
    .filter(([id]) => record.stacks[id] === undefined)
    .map(([id, exitCode]): [string, StackResult] => [id, { phase: 'failed', exitCode, stands: false }]);
  return Object.fromEntries([...begun, ...refused]);
}
