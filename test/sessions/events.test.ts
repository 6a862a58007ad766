import { appendFileSync, chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabEvent, LabEventBody } from '../../src/core/events.ts';
import type { SessionPaths } from '../../src/core/session.ts';
import { createSessionStore, type InstalledSessionStore } from '../../src/sessions/store.ts';
import { sampleRecord, untouchedRecord } from './sample-record.ts';

let root: string;
let store: InstalledSessionStore;
let lost: unknown[];
let paths: SessionPaths;
const { id } = sampleRecord();

const eventOf = (body: LabEventBody): LabEvent => ({ v: 1, time: '2026-05-01T12:00:00.000Z', session: id, stack: null, ...body });
const log = (message: string): LabEvent => eventOf({ type: 'log', level: 'info', message });
const result = eventOf({ type: 'result', ok: true, exitCode: 0, phase: 'ready', hosts: [], durationMs: 1, timings: { total: 1 } });

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'labtui-events-'));
  lost = [];
  store = createSessionStore({
    root,
    now: () => new Date(),
    hostName: 'here',
    pid: process.pid,
    onEventsLost: (session, error) => lost.push([session, error]),
  });
  paths = await store.create(untouchedRecord(id));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('events.ndjson', () => {
  it('has each event as a line, over several runs', async () => {
    expect(await store.readEvents(id)).toEqual([]);
    const events = [log('ä'), result, log('two'), result];
    for (const event of events) store.appendEvent(id, event);
    expect(await store.readEvents(id)).toEqual(events);
    expect(readFileSync(paths.events, 'utf8')).toBe(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    expect(lost).toEqual([]);
  });

  it('loses only the line that a killed run left broken, and what no event is', async () => {
    store.appendEvent(id, log('one'));
    store.appendEvent(id, result);
    appendFileSync(paths.events, '{"v":1,"time":"2026-05-01T12');
    expect(await store.readEvents(id)).toEqual([log('one'), result]);
    store.appendEvent(id, log('two'));
    appendFileSync(paths.events, '[]\nnull\n{"v":1,"time":"x","type":"of-the-future"}\n{"v":2,"time":"x","type":"log"}\n\n');
    store.appendEvent(id, log('three'));
    expect(await store.readEvents(id)).toEqual([log('one'), result, log('two'), log('three')]);
  });

  it('never stops a run: a line that cannot be written is told once', async () => {
    await store.discard(id);
    for (const message of ['a', 'b']) store.appendEvent(id, log(message));
    expect(lost).toMatchObject([[id, { problem: { kind: 'not-found' } }]]);
    expect(readdirSync(root)).toEqual([]);
  });

  it('is not written through a symbolic link', () => {
    writeFileSync(join(root, 'victim'), '');
    symlinkSync(join(root, 'victim'), paths.events);
    store.appendEvent(id, log('a'));
    expect(lost).toMatchObject([[id, { problem: { code: 'ELOOP' } }]]);
    expect(readFileSync(join(root, 'victim'), 'utf8')).toBe('');
  });

  it('is made private again when somebody opened it up', () => {
    writeFileSync(paths.events, '');
    chmodSync(paths.events, 0o644);
    store.appendEvent(id, log('a'));
    expect(statSync(paths.events).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.platform !== 'linux')('does not use up descriptors over many sessions', async () => {
    const before = readdirSync('/proc/self/fd').length;
    for (let number = 0; number < 50; number += 1) {
      const session = `many-${String(number).padStart(6, '0')}`;
      await store.create(untouchedRecord(session));
      store.appendEvent(session, log('a'));
      if (number % 2 === 0) store.appendEvent(session, result);
      else await store.archive(session);
    }
    expect(readdirSync('/proc/self/fd').length - before).toBeLessThan(5);
  });
});

describe('following', () => {
  const collect = async (events: AsyncIterable<LabEvent>, into: string[]): Promise<void> => {
    for await (const event of events) into.push(event.type === 'log' ? event.message : event.type);
  };
  const until = async (check: () => boolean): Promise<void> => {
    const startedMs = performance.now();
    while (!check()) {
      if (performance.now() - startedMs > 60_000) throw new Error('waited 60 s');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  it('gives what was and what comes, a line only when it is whole, through the move to the archive, until aborted', async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    store.appendEvent(id, log('before'));
    store.appendEvent(id, result);
    const following = collect(store.followEvents(id, { signal: stop.signal }), seen);
    await until(() => seen.length === 2);
    store.appendEvent(id, log('during'));
    await until(() => seen.length === 3);
    const line = Buffer.from(`${JSON.stringify(log('ä halved'))}\n`);
    const half = line.indexOf(0xc3) + 1;
    appendFileSync(paths.events, line.subarray(0, half));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen).toHaveLength(3);
    appendFileSync(paths.events, line.subarray(half));
    await until(() => seen.length === 4);
    await store.archive(id);
    store.appendEvent(id, log('after the move'));
    store.appendEvent(id, result);
    await until(() => seen.length === 6);
    stop.abort();
    await following;
    expect(seen).toEqual(['before', 'result', 'during', 'ä halved', 'after the move', 'result']);
  });

  it('begins before the first event, and ends at the next result when asked', async () => {
    const seen: string[] = [];
    const { signal } = new AbortController();
    const following = collect(store.followEvents(id, { signal, untilResult: true, pollMs: 10 }), seen);
    await new Promise((resolve) => setTimeout(resolve, 30));
    store.appendEvent(id, log('first'));
    await until(() => seen.length === 1);
    store.appendEvent(id, result);
    await following;
    expect(seen).toEqual(['first', 'result']);

    await store.archive(id);
    const again: string[] = [];
    await collect(store.followEvents(id, { signal, untilResult: true, pollMs: 10 }), again);
    expect(again).toEqual(['first', 'result']);
  });

  it('ends when the session is removed, and there is nothing to follow afterwards', async () => {
    const seen: string[] = [];
    store.appendEvent(id, log('first'));
    const following = collect(store.followEvents(id, { signal: new AbortController().signal, pollMs: 10 }), seen);
    await until(() => seen.length === 1);
    await store.discard(id);
    await following;
    await expect(collect(store.followEvents(id, { signal: new AbortController().signal }), [])).rejects.toMatchObject({
      problem: { kind: 'not-found' },
    });
  });
});
