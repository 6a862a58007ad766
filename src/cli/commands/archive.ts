import { formatDuration, parseDuration } from '../../core/duration.ts';
import { exitCodes } from '../../core/errors.ts';
import { type ArchivedSession, listArchived, removeArchived } from '../../sessions/archived.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { sessionsRoot } from '../../library/sessions.ts';
import { formatBytes } from '../../core/bytes.ts';
import { type Column, renderTable } from '../text/table.ts';

export interface PruneOptions {
  readonly olderThan?: string;
  readonly dryRun?: boolean;
}

/** How long events and receipts of ended sessions are kept where nobody says otherwise. */
const usualAge = '90d';

/** `labtui archive list`: the sessions that have ended, the longest ended first. */
export function listArchive(context: CliContext): number {
  const sessions = listArchived(sessionsRoot(context));
  if (context.settings.json) context.out(`${JSON.stringify(sessions, null, 2)}\n`);
  else if (sessions.length === 0) context.err('the archive is empty\n');
  else context.out(`${table(sessions, context)}\n`);
  return exitCodes.done;
}

/** `labtui archive prune [--older-than 90d] [--dry-run]`: removes whole sessions that ended longer ago, with events and receipt. */
export async function pruneArchive(context: CliContext, options: PruneOptions): Promise<number> {
  const { olderThan = usualAge, dryRun = false } = options;
  const ageMs = parseDuration(olderThan);
  if (ageMs === null) throw new UsageError(`--older-than ${olderThan} is no duration`, '--older-than 90d');
  const root = sessionsRoot(context);
  const archived = listArchived(root);
  const old = archived.filter(({ endedAt }) => Date.parse(endedAt) <= Date.now() - ageMs);
  const removed: ArchivedSession[] = [];
  for (const session of old) {
    if (context.signal.aborted) break;
    if (dryRun || (await removeArchived(root, session.id))) removed.push(session);
  }
  const bytes = removed.reduce((sum, session) => sum + session.bytes, 0);
  if (context.settings.json) {
    const document = { olderThan, dryRun, removed: removed.map(({ id, endedAt, bytes: size }) => ({ id, endedAt, bytes: size })), kept: archived.length - removed.length, bytes };
    context.out(`${JSON.stringify(document, null, 2)}\n`);
    return exitCodes.done;
  }
  if (removed.length > 0) context.out(`${table(removed, context)}\n`);
  context.err(`  ${dryRun ? 'would remove' : 'removed'} ${removed.length} of ${archived.length} ended sessions, ${formatBytes(bytes)}\n`);
  return exitCodes.done;
}

function table(sessions: readonly ArchivedSession[], { theme, columns: width }: CliContext): string {
  const dash = theme.glyphs.dash;
  const nowMs = Date.now();
  const columns: readonly Column<ArchivedSession>[] = [
    { title: 'SESSION', value: ({ id }) => id },
    { title: 'ENDED', value: ({ endedAt }) => `${formatDuration(nowMs - Date.parse(endedAt))} ago` },
    { title: 'DISTRO', value: ({ distro }) => distro.join(' ') || dash },
    { title: 'WHERE', value: ({ clouds, rehearsed }) => `${clouds.join(' ')}${rehearsed ? ' (rehearsal)' : ''}` || dash },
    { title: 'SIZE', align: 'right', value: ({ bytes }) => formatBytes(bytes) },
    { title: 'ENDED AT', value: ({ endedAt }) => endedAt },
  ];
  return renderTable(sessions, columns, width);
}
