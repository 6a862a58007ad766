import { describe, expect, it } from 'vitest';
import type { KnownSession } from '../../src/core/known-session.ts';
import type { FoundSession } from '../../src/lab/sweep-sessions.ts';
import { isInScope, judge, type SweepRules } from '../../src/lab/sweep-verdict.ts';
import { knownSession } from '../support/known-session.ts';

const now = '2026-11-21T12:00:00.000Z';
const past = '2026-11-21T11:00:00.000Z';
const future = '2026-11-21T15:00:00.000Z';

const found = (fields: Partial<FoundSession> = {}): FoundSession => ({ id: 'lab-aaaaaa', owners: ['alice@laptop'], createdAt: '2026-11-21T10:00:00.000Z', expiresAt: future, resources: [], ...fields });

const rules = (fields: Partial<SweepRules> = {}): SweepRules => ({
  nowMs: Date.parse(now),
  isOwn: (owner) => owner.startsWith('alice@'),
  owners: null,
  includeUnknown: false,
  onlyExpired: false,
  olderThanMs: null,
  ...fields,
});

interface Row {
  readonly what: string;
  readonly found?: Partial<FoundSession>;
  readonly known?: Partial<KnownSession>;
  readonly rules?: Partial<SweepRules>;
  readonly action: string;
  readonly unlock?: string | null;
}

const here: readonly Row[] = [
  { what: 'ready', action: 'spare' },
  { what: 'ready, past the deadline of its record', known: { expiresAt: past }, action: 'destroy' },
  { what: 'ready, extended here while its tags are old', found: { expiresAt: past }, action: 'spare' },
  { what: 'in use, past its deadline', known: { expiresAt: past, inUseBy: 'labtui (pid 4711, destroy)' }, action: 'spare' },
  { what: 'in mid-apply with a living labtui', known: { phase: 'applying', inUseBy: 'labtui (pid 4711, apply)' }, action: 'spare' },
  { what: 'in mid-apply, its labtui dead', known: { phase: 'applying' }, action: 'destroy' },
  { what: 'in mid-destroy, its labtui dead', known: { phase: 'destroying' }, action: 'destroy' },
  { what: 'failed or interrupted', known: { phase: 'failed' }, action: 'destroy' },
  { what: 'failed, and to be kept', known: { phase: 'failed', onFailure: 'keep' }, action: 'spare' },
  { what: 'failed, only what is expired is meant', known: { phase: 'failed' }, rules: { onlyExpired: true }, action: 'spare' },
  { what: 'unreadable', known: { problem: 'session.json is damaged' }, action: 'spare', unlock: '--include-unknown' },
  { what: 'unreadable, past its deadline', known: { problem: 'session.json is damaged' }, found: { expiresAt: past }, action: 'delete' },
  { what: 'ended here', known: { archived: true }, action: 'delete' },
  { what: 'ended here, with no owner readable', known: { archived: true }, found: { owners: [], expiresAt: null }, action: 'delete' },
];

const elsewhere: readonly Row[] = [
  { what: 'before its deadline', action: 'spare', unlock: '--include-unknown' },
  { what: 'before its deadline, asked for', rules: { includeUnknown: true }, action: 'delete' },
  { what: 'past its deadline', found: { expiresAt: past }, action: 'delete' },
  { what: 'without a deadline', found: { expiresAt: 'never' }, action: 'spare', unlock: '--include-unknown' },
  { what: 'with no deadline readable', found: { expiresAt: null }, action: 'spare', unlock: '--include-unknown' },
  { what: 'made on another computer of the same person', found: { owners: ['alice@desk'], expiresAt: past }, action: 'delete' },
  { what: "another's, past its deadline", found: { owners: ['bob@desk'], expiresAt: past }, action: 'spare', unlock: '--owner bob@desk' },
  { what: "another's, asked for as unknown", found: { owners: ['bob@desk'] }, rules: { includeUnknown: true }, action: 'spare', unlock: '--owner bob@desk' },
  { what: "another's, past its deadline, named", found: { owners: ['bob@desk'], expiresAt: past }, rules: { owners: ['bob@desk'] }, action: 'delete' },
  { what: "another's, named, before its deadline", found: { owners: ['bob@desk'] }, rules: { owners: ['bob@desk'] }, action: 'spare', unlock: '--include-unknown' },
  { what: "anybody's", found: { owners: ['bob@desk'], expiresAt: past }, rules: { owners: ['*'] }, action: 'delete' },
  { what: "one's own and another's mixed", found: { owners: ['alice@laptop', 'bob@desk'], expiresAt: past }, action: 'spare', unlock: '--owner bob@desk' },
  { what: "nobody's, past its deadline", found: { owners: [], expiresAt: past }, action: 'spare', unlock: '--include-unknown' },
  { what: "nobody's, asked for", found: { owners: [], expiresAt: null }, rules: { includeUnknown: true }, action: 'delete' },
  { what: 'of no session, past its deadline', found: { id: null, expiresAt: past }, action: 'delete' },
];

describe('what a sweep does about a lab of this computer', () => {
  it.each(here)('$what: $action', ({ found: tags, known: record, rules: told, action, unlock = null }) => {
    expect(judge(found(tags), knownSession(record), rules(told))).toMatchObject({ action, unlock });
  });
});

describe('what a sweep does about a lab that nobody here knows', () => {
  it.each(elsewhere)('$what: $action', ({ found: tags, rules: told, action, unlock = null }) => {
    expect(judge(found(tags), null, rules(told))).toMatchObject({ action, unlock });
  });
});

describe('what narrows a sweep', () => {
  it('--owner leaves only that one in, and nobody’s out', () => {
    const only = rules({ owners: ['bob@desk'] });
    expect(isInScope(found({ owners: ['bob@desk'] }), only)).toBe(true);
    expect(isInScope(found(), only)).toBe(false);
    expect(isInScope(found({ owners: [] }), only)).toBe(false);
    expect(isInScope(found({ owners: [] }), rules({ owners: ['*'] }))).toBe(true);
  });

  it('--older-than leaves out what is younger, and what does not say', () => {
    expect(isInScope(found(), rules({ olderThanMs: 3_600_000 }))).toBe(true);
    expect(isInScope(found(), rules({ olderThanMs: 3 * 3_600_000 }))).toBe(false);
    expect(isInScope(found({ createdAt: null }), rules({ olderThanMs: 3_600_000 }))).toBe(false);
  });
});
