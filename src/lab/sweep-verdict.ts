import type { KnownSession } from '../core/known-session.ts';
import type { Phase } from '../core/events.ts';
import type { SweepVerdict } from '../core/sweep.ts';
import type { FoundSession } from './sweep-sessions.ts';

/** What a sweep was told beyond its usual rules. */
export interface SweepRules {
  readonly nowMs: number;
  readonly isOwn: (owner: string) => boolean;
  /** Owners whose labs are meant, `*` any; null: one's own. */
  readonly owners: readonly string[] | null;
  readonly includeUnknown: boolean;
  readonly onlyExpired: boolean;
  /** Made before this long ago; null: at any time. */
  readonly olderThanMs: number | null;
}

/** Phases in which a lab stands as it is meant to while nobody works on it. */
const settled: readonly Phase[] = ['ready', 'stopping'];

/** Whether --owner and --older-than leave it in the sweep at all. */
export function isInScope({ owners, createdAt }: FoundSession, rules: SweepRules): boolean {
  const named = rules.owners;
  if (named !== null && !named.includes('*') && !(owners.length > 0 && owners.every((owner) => named.includes(owner)))) return false;
  if (rules.olderThanMs === null) return true;
  return createdAt !== null && Date.parse(createdAt) <= rules.nowMs - rules.olderThanMs;
}

/**
 * What becomes of a session that the clouds hold something of. One that lives here is spared until its deadline, unless its labtui has
 * died or failed; of one that ended here everything goes; one that nobody here knows goes once its deadline has passed, before that
 * only where it is asked for, and another owner's only where that owner is named.
 */
export function judge(found: FoundSession, known: KnownSession | null, rules: SweepRules): SweepVerdict {
  if (known?.archived === false) return judgeLive(found, known, rules);
  if (known !== null) {
    if (rules.onlyExpired && !hasPassed(found.expiresAt, rules)) return spare('it ended here, but its deadline has not passed', null);
    return { action: 'delete', why: 'it ended here, and this is left of it', unlock: null };
  }
  return judgeUnknown(found, rules, 'nobody here knows it');
}

function judgeLive(found: FoundSession, known: KnownSession, rules: SweepRules): SweepVerdict {
  if (known.inUseBy !== null) return spare(`in use by ${known.inUseBy}`, null);
  if (known.problem !== null) return judgeUnknown(found, rules, `its session.json cannot be read (${known.problem.split('\n', 1)[0] ?? ''})`);
  if (hasPassed(known.expiresAt, rules)) return { action: 'destroy', why: `past its deadline, ${known.expiresAt ?? ''}`, unlock: null };
  if (settled.includes(known.phase)) return spare('alive here', null);
  if (rules.onlyExpired) return spare('its run ended early, but its deadline has not passed', null);
  if (known.phase !== 'failed') return { action: 'destroy', why: `its labtui ended in the midst of ${known.phase.replaceAll('-', ' ')}`, unlock: null };
  if (known.onFailure === 'keep') return spare('it failed, and is kept as its profile says', null);
  return { action: 'destroy', why: 'its run failed or was interrupted', unlock: null };
}

function judgeUnknown({ owners, expiresAt }: FoundSession, rules: SweepRules, what: string): SweepVerdict {
  const named = rules.owners;
  const allowed = (owner: string): boolean => rules.isOwn(owner) || named?.includes('*') === true || named?.includes(owner) === true;
  const foreign = owners.find((owner) => !allowed(owner));
  if (foreign !== undefined) return spare(`it belongs to ${foreign}`, `--owner ${foreign}`);
  const unsaid = owners.length === 0 && named === null;
  const passed = hasPassed(expiresAt, rules);
  if (passed && !unsaid) return { action: 'delete', why: `past its deadline, ${expiresAt ?? ''}`, unlock: null };
  const rest = `${what}; ${deadlineText(expiresAt, passed)}${unsaid ? ', and no owner is readable' : ''}`;
  if (rules.onlyExpired && !passed) return spare(rest, null);
  return rules.includeUnknown ? { action: 'delete', why: rest, unlock: null } : spare(rest, '--include-unknown');
}

function deadlineText(expiresAt: string | null, passed: boolean): string {
  if (expiresAt === null) return 'no deadline is readable';
  if (expiresAt === 'never') return 'it has no deadline';
  return passed ? `past its deadline, ${expiresAt}` : `its deadline is ${expiresAt}`;
}

function hasPassed(time: string | null, { nowMs }: SweepRules): boolean {
  return time !== null && time !== 'never' && Date.parse(time) <= nowMs;
}

function spare(why: string, unlock: string | null): SweepVerdict {
  return { action: 'spare', why, unlock };
}
