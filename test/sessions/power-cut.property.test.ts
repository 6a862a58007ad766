import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/core/events.ts';
import type { SessionRecord } from '../../src/core/session.ts';
import { createSessionStore, type InstalledSessionStore } from '../../src/sessions/store.ts';
import { afterPowerCut } from '../support/power-cut/after-power-cut.ts';
import { type DiskOperation, operationLine, readOperations } from '../support/power-cut/operation.ts';
import { recordDisk } from '../support/power-cut/recorder.ts';
import { randomFrom } from '../support/random.ts';
import { untouchedRecord } from './sample-record.ts';

const seed = Number(process.env.LABTUI_TEST_SEED ?? 20_261_121);
const ids = ['one-abc234', 'two-abc234'] as const;
type Id = (typeof ids)[number];

/** One thing that labtui, or Terraform, does to a sessions directory. */
type Step =
  | { readonly do: 'create' | 'save' | 'archive' | 'unarchive' | 'discard' | 'backup' | 'restore' | 'put-back' | 'set-aside' | 'lock' | 'release' | 'list'; readonly id: Id }
  | { readonly do: 'event'; readonly id: Id; readonly result: boolean }
  | { readonly do: 'terraform'; readonly id: Id; readonly whole: boolean; readonly resources: number }
  | { readonly do: 'set-clock'; readonly byMs: number };

const id = fc.constantFrom(...ids);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('save', 'backup', 'put-back', 'lock', 'release', 'archive', 'unarchive', 'list', 'restore', 'set-aside', 'discard', 'create') as fc.Arbitrary<'save'>, id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('event' as const), id, result: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('terraform' as const), id, whole: fc.boolean(), resources: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('set-clock' as const), byMs: fc.constantFrom(-86_400_000, -3_600_000, 3_600_000, 40 * 86_400_000) }) },
);
const story = fc.array(step, { minLength: 2, maxLength: 16 }).map((steps): readonly Step[] => [{ do: 'create', id: ids[0] }, ...steps]);

/** What one call did to a session: known once it is done, either way while it is under way. */
interface Fact {
  readonly id: Id;
  readonly from: number;
  /** Behind the last operation; infinite while it has not ended. */
  readonly until: number;
  readonly present?: 'live' | 'archived' | 'none';
  readonly record?: SessionRecord;
  /** Serial of a state that must be among the backups from then on. */
  readonly kept?: number;
}

interface Played {
  readonly operations: readonly DiskOperation[];
  readonly facts: readonly Fact[];
}

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});
/** In memory where there is such a place: what a disk would keep is reckoned here, so its slowness proves nothing. */
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
function temporary(): string {
  const root = mkdtempSync(join(base, 'labtui-power-'));
  roots.push(root);
  return root;
}

const state = (serial: number, resources: number): string =>
  JSON.stringify({ version: 4, terraform_version: '1.13.0', serial, lineage: 'l', outputs: {}, resources: Array.from({ length: resources }, (_, index) => ({ mode: 'managed', type: 't', name: `r${index}`, instances: [] })) });
const eventAt = (time: Date, result: boolean): LabEvent => {
  const head = { v: 1, time: time.toISOString(), session: null, stack: null } as const;
  return result
    ? { ...head, type: 'result', ok: true, exitCode: 0, phase: 'ready', hosts: [], durationMs: 1, timings: { total: 1 } }
    : { ...head, type: 'log', level: 'info', message: 'x'.repeat(40) };
};

/** Plays the steps on a real disk and notes what they did; a step that the store refuses changes nothing and counts for nothing. */
async function play(steps: readonly Step[]): Promise<Played> {
  const root = join(temporary(), 'sessions');
  const operations: DiskOperation[] = [];
  const facts: Fact[] = [];
  let offsetMs = 0;
  let serial = 0;
  const now = (): Date => new Date(Date.UTC(2026, 4, 1) + offsetMs + operations.length);
  const store = createSessionStore({ root, now, hostName: 'here', pid: process.pid, lockTimes: { waitMs: 0 } });
  const locks = new Map<Id, { release(): Promise<void> }>();
  const stop = recordDisk(root, (operation) => operations.push(operation));
  const during = async (what: Omit<Fact, 'from' | 'until'> | (() => Omit<Fact, 'from' | 'until'> | null), work: () => Promise<unknown>): Promise<void> => {
    const from = operations.length;
    try {
      await work();
    } catch {
      return;
    }
    const fact = typeof what === 'function' ? what() : what;
    if (fact !== null) facts.push({ ...fact, from, until: operations.length });
  };
  try {
    for (const one of steps) {
      if (one.do === 'set-clock') {
        offsetMs += one.byMs;
        continue;
      }
      const paths = store.paths(one.id);
      switch (one.do) {
        case 'create': {
          const record = untouchedRecord(one.id);
          await during({ id: one.id, present: 'live', record }, () => store.create(record));
          break;
        }
        case 'save': {
          const loaded = await store.load(one.id).catch(() => null);
          if (loaded === null) break;
          const record = { ...loaded, owner: `owner ${operations.length}`, userData: 'x'.repeat(operations.length % 9_000) };
          await during({ id: one.id, record }, () => store.save(record));
          break;
        }
        case 'archive':
          await during({ id: one.id, present: 'archived' }, () => store.archive(one.id));
          break;
        case 'unarchive':
          await during({ id: one.id, present: 'live' }, () => store.unarchive(one.id));
          break;
        case 'discard':
          // Of what is not there, and of what it refuses, nothing follows.
          if (present(facts, one.id) === 'live') await during({ id: one.id, present: 'none' }, () => store.discard(one.id));
          break;
        case 'terraform':
          // In place and never synced, as Terraform does it; or cut off in the midst.
          if (present(facts, one.id) !== 'live') break;
          mkdirSync(paths.stack('aws'), { recursive: true });
          serial += 1;
          writeFileSync(paths.state('aws'), one.whole ? state(serial, one.resources) : state(serial, one.resources).slice(0, 50));
          break;
        case 'backup': {
          const before = wholeSerial(paths.state('aws'));
          await during(() => (before === null ? null : { id: one.id, kept: before }), () => store.backupState(one.id, 'aws'));
          break;
        }
        case 'restore':
          await during(() => null, () => store.restoreNewestBackup(one.id, 'aws', () => Promise.resolve(true)));
          break;
        case 'put-back': {
          const oldest = (await store.backups(one.id, 'aws').catch(() => [])).at(-1);
          if (oldest !== undefined) await during({ id: one.id, kept: wholeSerial(oldest.file) ?? 0 }, () => store.putBack(one.id, 'aws', oldest.name));
          break;
        }
        case 'set-aside':
          await during(() => null, () => store.setStateAside(one.id, 'aws'));
          break;
        case 'event':
          if (present(facts, one.id) === 'live') store.appendEvent(one.id, eventAt(now(), one.result));
          break;
        case 'lock':
          await during(() => null, async () => locks.set(one.id, await store.lock(one.id, 'apply', () => undefined)));
          break;
        case 'release':
          await during(() => null, async () => locks.get(one.id)?.release());
          break;
        case 'list':
          await store.list({ archived: true });
          break;
      }
    }
  } finally {
    stop();
    for (const lock of locks.values()) await lock.release().catch(() => undefined);
    for (const one of ids) store.appendEvent(one, eventAt(now(), true));
  }
  return { operations: readOperations(operations.map(operationLine).join('')), facts };
}

function present(facts: readonly Fact[], one: Id): Fact['present'] {
  return facts.findLast((fact) => fact.id === one && fact.present !== undefined)?.present ?? 'none';
}

function wholeSerial(file: string): number | null {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { serial: number }).serial;
  } catch {
    return null;
  }
}

/** What may be true of a value: what the last finished call made it, or what each call under way would. */
function possible<T>(facts: readonly Fact[], one: Id, cut: number, value: (fact: Fact) => T | undefined, first: T): readonly T[] {
  const told = facts.filter((fact) => fact.id === one && value(fact) !== undefined && fact.from < cut);
  const done = told.filter(({ until }) => until <= cut).at(-1);
  const open = told.filter(({ until }) => until > cut);
  return [done, ...open].map((fact) => (fact === undefined ? first : (value(fact) as T)));
}

/** Opens what the disk kept, as labtui does after the restart, and works on with it. */
async function requireSound(root: string, { facts }: Played, cut: number): Promise<void> {
  const store = createSessionStore({
    root,
    now: () => new Date(Date.now() + 60_000),
    hostName: 'here',
    pid: process.pid,
    computer: { boot: 'after the power cut', pidSpace: null, machine: null },
    lockTimes: { waitMs: 500, pollMs: 1 },
  });
  const listed = await store.list({ archived: true });
  expect(listed.map(({ problem }) => problem).filter((problem) => problem !== null)).toEqual([]);
  for (const one of ids) {
    const places = listed.filter((summary) => summary.id === one).map(({ archived }) => (archived ? 'archived' : 'live'));
    expect(places.length, `${one} is in one place`).toBeLessThanOrEqual(1);
    const place = places[0] ?? 'none';
    expect(possible(facts, one, cut, (fact) => fact.present, 'none' as const)).toContain(place);
    if (place === 'none') continue;
    const record = await store.load(one);
    const records = possible<SessionRecord | null>(facts.filter(({ from }) => from >= lastCreation(facts, one, cut)), one, cut, (fact) => fact.record, null);
    expect(records.map((known) => known?.owner)).toContain(record.owner);
    await requireBackups(store, one, facts, cut);
    expect((await store.readEvents(one)).map(({ type }) => type).filter((type) => type !== 'log' && type !== 'result')).toEqual([]);
    if (place === 'archived') await store.unarchive(one);
    const lock = await store.lock(one, 'destroy', () => undefined);
    const last = eventAt(new Date(0), true);
    store.appendEvent(one, last);
    expect((await store.readEvents(one)).at(-1)).toEqual(last);
    await store.save({ ...record, owner: 'after' });
    await store.archive(one);
    await lock.release();
    expect(readdirSync(join(root, '.archive', one)).filter((name) => name.startsWith('.lock'))).toEqual([]);
  }
}

function lastCreation(facts: readonly Fact[], one: Id, cut: number): number {
  return facts.findLast((fact) => fact.id === one && fact.from < cut && fact.present === 'live' && fact.record !== undefined)?.from ?? 0;
}

async function requireBackups(store: InstalledSessionStore, one: Id, facts: readonly Fact[], cut: number): Promise<void> {
  const backups = await store.backups(one, 'aws');
  const serials = backups.map(({ file }) => wholeSerial(file));
  expect(serials, 'every backup is whole').not.toContain(null);
  const created = lastCreation(facts, one, cut);
  const due = facts.filter((fact) => fact.id === one && fact.kept !== undefined && fact.from >= created && fact.until <= cut).map(({ kept }) => kept);
  expect(serials).toEqual(expect.arrayContaining(due));
  // Whatever the clock did in between: they stand in the order in which they were made.
  expect(backups.map(({ name }) => name)).toEqual(backups.map(({ name }) => name).toSorted().toReversed());
}

describe('a power cut anywhere in any sequence of writes', () => {
  it(`leaves a sessions directory that opens, with all that was promised (seed ${seed})`, async () => {
    let cuts = 0;
    await fc.assert(
      fc.asyncProperty(story, fc.integer(), async (steps, chance) => {
        const played = await play(steps);
        const random = randomFrom(chance);
        for (let turn = 0; turn < 4; turn += 1) {
          const cut = 1 + Math.floor(random() * played.operations.length);
          const root = join(temporary(), 'sessions');
          afterPowerCut(played.operations.slice(0, cut), root, random);
          await requireSound(root, played, cut);
          cuts += 1;
        }
        for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
      }),
      { seed, numRuns: Number(process.env.LABTUI_TEST_RUNS ?? 100) },
    );
    expect(cuts).toBeGreaterThanOrEqual(300);
  }, 120_000);

  it('is caught where a promise is broken: a write without sync, a rename before it, a name that was never synced', () => {
    const operations = (steps: readonly ('write' | 'sync' | 'rename' | 'sync-directory')[]): readonly DiskOperation[] => [
      { op: 'create', path: '.new', file: 1 },
      ...steps.map((name): DiskOperation => {
        if (name === 'write') return { op: 'write', file: 1, at: 0, data: Buffer.from('content') };
        if (name === 'rename') return { op: 'rename', from: '.new', to: 'file' };
        return name === 'sync' ? { op: 'sync', file: 1 } : { op: 'sync-directory', path: '' };
      }),
    ];
    const outcomes = (steps: Parameters<typeof operations>[0]): ReadonlySet<string> =>
      new Set(
        Array.from({ length: 60 }, (_, index) => {
          const root = temporary();
          afterPowerCut(operations(steps), root, randomFrom(index));
          return readdirSync(root).includes('file') ? readFileSync(join(root, 'file'), 'latin1') : 'none';
        }),
      );
    expect(outcomes(['write', 'sync', 'rename', 'sync-directory'])).toEqual(new Set(['content']));
    expect(outcomes(['write', 'sync', 'rename'])).toEqual(new Set(['content', 'none']));
    const torn = outcomes(['write', 'rename', 'sync-directory']);
    expect(torn.has('')).toBe(true);
    expect(torn.has('\0'.repeat(7))).toBe(true);
    expect(torn.size).toBeGreaterThan(4);
  });
});
