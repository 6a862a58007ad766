import { invalidInput, LabError } from '../core/errors.ts';
import { nearest } from '../core/suggest.ts';
import { nameOfId, sessionIds } from './summaries.ts';

export interface Resolved {
  readonly id: string;
  readonly archived: boolean;
}

/**
 * The session that a user means (contract §2): an id, an unambiguous prefix of one, or a unique name; among the archived
 * ones only when asked for, and only after all others. Throws kind not-found or, where several are meant, invalid-input,
 * each with the near ones.
 */
export function resolveSession(root: string, reference: string, { archived: withArchive = false } = {}): Resolved {
  const live = sessionIds(root, { archived: false });
  const archived = sessionIds(root, { archived: true });
  if (live.includes(reference)) return { id: reference, archived: false };
  if (withArchive && archived.includes(reference)) return { id: reference, archived: true };

  const [one, ...more] = meant(reference, live);
  if (one !== undefined && more.length === 0) return { id: one, archived: false };
  if (one !== undefined) throw ambiguous(reference, [one, ...more]);
  const [ended, ...others] = meant(reference, archived);
  if (ended === undefined) throw unknown(root, reference, withArchive ? [...live, ...archived] : live);
  if (!withArchive) throw hasEnded([ended, ...others]);
  if (others.length > 0) throw ambiguous(reference, [ended, ...others]);
  return { id: ended, archived: true };
}

/** Ids that begin with the reference; of several, the one that has it as its whole name. */
function meant(reference: string, ids: readonly string[]): readonly string[] {
  if (reference === '') return [];
  const begun = ids.filter((id) => id.startsWith(reference));
  const named = begun.filter((id) => nameOfId(id) === reference);
  return begun.length > 1 && named.length === 1 ? named : begun;
}

function ambiguous(reference: string, ids: readonly string[]): LabError {
  return invalidInput(
    `"${reference}" can be ${ids.length} sessions: ${shortList(ids)}`,
    'type more of the id; labtui list   shows them',
  );
}

function hasEnded(ids: readonly string[]): LabError {
  return new LabError({
    kind: 'not-found',
    summary: `${shortList(ids)} ${ids.length === 1 ? 'has ended and is' : 'have ended and are'} in the archive`,
    hint: `labtui receipt ${ids[0] ?? ''}   shows what became of it`,
  });
}

function unknown(root: string, reference: string, ids: readonly string[]): LabError {
  const words = [...new Set([...ids, ...ids.map(nameOfId)])];
  const near = nearest(reference, words);
  return new LabError({
    kind: 'not-found',
    summary: `there is no session "${reference}"${near.length === 0 ? '' : `, did you mean ${near.join(' or ')}?`}`,
    detail: `looked in ${root}`,
    hint: ids.length === 0 ? 'there are no sessions here; another place is named with --sessions-dir DIR' : 'labtui list   shows what there is',
  });
}

function shortList(ids: readonly string[]): string {
  const most = 5;
  return ids.length <= most ? ids.join(', ') : `${ids.slice(0, most).join(', ')} and ${ids.length - most} more`;
}
