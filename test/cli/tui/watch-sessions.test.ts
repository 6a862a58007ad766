import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabEvent } from '../../../src/core/events.ts';
import type { SessionSummary } from '../../../src/core/session.ts';
import { watchSession } from '../../../src/cli/tui/watch-session.ts';
import { watchSessions, type WatchSessionsOptions } from '../../../src/cli/tui/watch-sessions.ts';
import { createSessionStore } from '../../../src/sessions/store.ts';
import { sampleRecord } from '../../sessions/sample-record.ts';
import { until } from './fake-labtui.ts';

let root: string;
let stops: (() => void)[];
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'labtui-watch-')), 'sessions');
  stops = [];
});
afterEach(() => {
  for (const stop of stops) stop();
  rmSync(join(root, '..'), { recursive: true, force: true, maxRetries: 3 });
});

const store = () => createSessionStore({ root, now: () => new Date(), hostName: 'here', pid: process.pid });
const record = (id: string) => sampleRecord({ id, name: id.slice(0, -7) });

function watched(options: Partial<WatchSessionsOptions> = {}): { readonly told: (readonly SessionSummary[])[]; readonly last: () => readonly string[] } {
  const told: (readonly SessionSummary[])[] = [];
  stops.push(watchSessions({ root, ...options }, (rows) => told.push(rows)));
  return { told, last: () => (told.at(-1) ?? []).map(({ id, phase, archived }) => `${id} ${archived ? 'archived' : phase}`) };
}

describe.each([
  ['where the system notifies', { pollMs: 60_000 }],
  ['where it does not', { notified: false, pollMs: 100 }],
])('watching sessions %s', (_, options) => {
  it('tells of them at once, and then of each that comes, changes, ends and goes', async () => {
    const sessions = store();
    await sessions.create(record('one-abc234'));
    const { told, last } = watched(options);
    expect(last()).toEqual(['one-abc234 ready']);
    await sleep(200);
    expect(told).toHaveLength(1);

    await sessions.create(record('two-abc234'));
    await until(() => last().length === 2, 'the second is there');
    await sessions.save({ ...record('two-abc234'), phase: 'destroying' });
    await until(() => last()[1] === 'two-abc234 destroying', 'its phase changed');
    await sessions.archive('two-abc234');
    await until(() => last()[1] === 'two-abc234 archived', 'it is archived');
    rmSync(join(root, 'one-abc234'), { recursive: true });
    await until(() => last().length === 1, 'the first is gone');
  });
});

describe('watching sessions', () => {
  it('finds them in a directory that was not there, by looking from time to time', async () => {
    const { told, last } = watched({ pollMs: 50 });
    expect(told).toEqual([[]]);
    await store().create(record('one-abc234'));
    await until(() => last().length === 1, 'it is there');
  });

  it('brings many changes together, and says nothing where nothing changed', async () => {
    const sessions = store();
    await sessions.create(record('one-abc234'));
    const { told, last } = watched({ pollMs: 60_000 });
    const often = watched({ pollMs: 20 });
    const startMs = performance.now();
    for (let index = 0; index < 40; index += 1) await sessions.save({ ...record('one-abc234'), owner: `owner-${index}`, phase: index % 2 === 0 ? 'applying' : 'ready' });
    await sessions.save({ ...record('one-abc234'), phase: 'failed' });
    await until(() => last()[0] === 'one-abc234 failed', 'the last change');
    // One at once, then one in 100 ms at most.
    expect(told.length).toBeLessThanOrEqual(2 + (performance.now() - startMs) / 100);
    expect(told.length).toBeLessThan(41);
    await until(() => often.last()[0] === 'one-abc234 failed', 'the last change');
    const soFar = often.told.length;
    for (let index = 0; index < 5; index += 1) {
      sessions.appendEvent('one-abc234', log(`${index}`));
      await sleep(30);
    }
    expect(often.told).toHaveLength(soFar);
  });

  it('shows a damaged one as what it is', async () => {
    await store().create(record('one-abc234'));
    const { told } = watched({ pollMs: 60_000 });
    await sleep(150);
    writeFileSync(join(root, 'one-abc234', 'session.json'), '{');
    await until(() => (told.at(-1)?.[0]?.problem ?? null) !== null, 'its problem');
  });

  it('fails at the start where the directory is none', () => {
    mkdirSync(join(root, '..'), { recursive: true });
    writeFileSync(root, '');
    expect(() => watchSessions({ root }, () => undefined)).toThrow('a file is in the way');
  });

  it('of 200 costs next to nothing while nothing happens', async () => {
    const sessions = store();
    const text = JSON.stringify(record('one-abc234'));
    for (let index = 0; index < 200; index += 1) {
      const id = `lab-${index.toString(36).padStart(6, '0')}`;
      mkdirSync(join(root, id), { recursive: true });
      writeFileSync(join(root, id, 'session.json'), text.replaceAll('one-abc234', id));
    }
    const { told } = watched();
    expect(told.at(-1)).toHaveLength(200);
    await sleep(300);
    const shares: number[] = [];
    // The same work costs more beside others: the least of three is its own.
    for (let window = 0; window < 3; window += 1) {
      const before = process.cpuUsage();
      await sleep(3_000);
      const { user, system } = process.cpuUsage(before);
      shares.push((user + system) / 3_000_000);
    }
    expect(Math.min(...shares)).toBeLessThan(0.05);
    await sessions.create(record('new-abc234'));
    await until(() => told.at(-1)?.length === 201, 'another one');
  });
});

const log = (message: string): LabEvent => ({ v: 1, time: '2026-05-01T12:00:00.000Z', session: 'one-abc234', stack: null, type: 'log', level: 'info', message });

describe('watching one session', () => {
  it('tells its events so far at once, then the new ones, several together, also when it moves to the archive', async () => {
    const sessions = store();
    await sessions.create(record('one-abc234'));
    for (let index = 0; index < 1_000; index += 1) sessions.appendEvent('one-abc234', log(`early ${index}`));
    const batches: (readonly LabEvent[])[] = [];
    stops.push(watchSession(root, 'one-abc234', (events) => batches.push(events)));
    const count = (): number => batches.reduce((sum, events) => sum + events.length, 0);
    await until(() => count() === 1_000, 'those so far');
    expect(batches).toHaveLength(1);
    for (let index = 0; index < 500; index += 1) sessions.appendEvent('one-abc234', log(`late ${index}`));
    await until(() => count() === 1_500, 'the new ones');
    expect(batches.length).toBeLessThan(20);
    await sessions.archive('one-abc234');
    sessions.appendEvent('one-abc234', log('the last'));
    await until(() => count() === 1_501, 'the one in the archive');
    const messages = batches.flat().map((event) => (event.type === 'log' ? event.message : ''));
    expect([messages[0], messages[1_000], messages.at(-1)]).toEqual(['early 0', 'late 0', 'the last']);
  });

  it('waits for one that is being made, and is silent after its end', async () => {
    const events: LabEvent[] = [];
    const stop = watchSession(root, 'one-abc234', (more) => events.push(...more));
    const sessions = store();
    await sessions.create(record('one-abc234'));
    sessions.appendEvent('one-abc234', log('hello'));
    await until(() => events.length === 1, 'its first event');
    stop();
    sessions.appendEvent('one-abc234', log('to nobody'));
    await sleep(200);
    expect(events).toHaveLength(1);
  });

  it('says why it cannot be read', async () => {
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, 'one-abc234'), '');
    const events: LabEvent[] = [];
    stops.push(watchSession(root, 'one-abc234', (more) => events.push(...more)));
    await until(() => events.length === 1, 'the reason');
    expect(events[0]).toMatchObject({ type: 'diagnostic', severity: 'error', kind: 'state', session: 'one-abc234' });
  });
});
