import { protectionOfSession } from '../core/protection.ts';
import type { LabPorts } from './ports.ts';
import { diagnosticOf, type Run } from './run.ts';
import type { SessionBook } from './session-book.ts';

interface Context {
  readonly ports: Pick<LabPorts, 'cloud' | 'sweeper'>;
  readonly run: Pick<Run, 'emit'>;
  readonly book: SessionBook;
}

/** Writes into the session which layers hold by what is known now; where that is news, a `protection` event says it. */
export async function updateProtection({ ports, run, book }: Context): Promise<void> {
  const before = book.record.protection;
  const after = protectionOfSession(book.record, (id) => ports.cloud(id).facts, await ports.sweeper());
  if (JSON.stringify(after) === JSON.stringify({ by: before.by, until: before.until, missing: before.missing })) return;
  await book.update((record) => ({ ...record, protection: after }));
  run.emit({ type: 'protection', ...after });
}

/** Says loudly of a lab that is up and has a TTL that nothing but its owner will end it. */
export function warnIfUnprotected({ run, book }: Pick<Context, 'run' | 'book'>): void {
  const { expiresAt, protection } = book.record;
  if (expiresAt === null || protection.by.length > 0) return;
  run.emit(
    diagnosticOf(
      {
        kind: 'prerequisite',
        summary: `nothing will end this lab at ${expiresAt} but you: no layer of its TTL could be armed`,
        detail: protection.missing.map(({ layer, reason }) => `${layer}: ${reason}`).join('\n'),
        hint: 'labtui destroy SESSION   when you are done, or: labtui sweeper install',
      },
      'warning',
    ),
  );
}
