import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listArchive, pruneArchive } from '../../src/cli/commands/archive.ts';
import { events, type EventsOptions } from '../../src/cli/commands/events.ts';
import { listState, restoreState, showState, type StateOptions } from '../../src/cli/commands/state.ts';
import { clouds } from '../../src/clouds/registry.ts';
import type { LabEvent } from '../../src/core/events.ts';
import type { SessionRecord } from '../../src/core/session.ts';
import { createSessionStore, type InstalledSessionStore } from '../../src/sessions/store.ts';
import { sampleRecord, sampleStack } from '../sessions/sample-record.ts';
import { cliContext } from '../support/cli-context.ts';

let cwd: string;
let store: InstalledSessionStore;
const { id } = sampleRecord();

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'labtui-state-'));
  mkdirSync(join(cwd, 'sessions'));
  store = createSessionStore({ root: join(cwd, 'sessions'), now: () => new Date(), hostName: 'here', pid: process.pid });
  await store.create(sampleRecord({ stacks: { aws: sampleStack(), 'aws-2': sampleStack({ id: 'aws-2' }) } }));
  for (const stack of ['aws', 'aws-2']) mkdirSync(store.paths(id).stack(stack));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const state = (serial: number, names: readonly string[]): string =>
  JSON.stringify({
    version: 4,
    terraform_version: '1.13.0',
    serial,
    lineage: 'l',
    outputs: {},
    resources: names.map((name) => ({ mode: 'managed', type: 'aws_instance', name, provider: 'p', instances: [{ attributes: { id: `i-${name}`, tags: { Name: name } } }] })),
  });
async function written(stack: string, versions: readonly string[]): Promise<void> {
  for (const text of versions) {
    writeFileSync(store.paths(id).state(stack), text);
    await store.backupState(id, stack);
  }
}
const printed = async (work: (context: ReturnType<typeof cliContext>) => Promise<number> | number, json = true): Promise<unknown> => {
  const context = cliContext({ clouds, cwd, json });
  expect(await work(context)).toBe(0);
  return json ? (JSON.parse(context.printed()) as unknown) : context.printed();
};
const list = (options: StateOptions = {}) => printed((context) => listState(context, id, options));

describe('labtui state', () => {
  it('list: every version of every stack, newest first, and which of them is the present one', async () => {
    await written('aws', [state(1, ['vm']), state(2, ['vm', 'eip'])]);
    await written('aws-2', [state(1, [])]);
    expect(await list()).toMatchObject([
      { stack: 'aws', number: 1, serial: 2, resources: 2, bytes: state(2, ['vm', 'eip']).length, present: true },
      { stack: 'aws', number: 2, serial: 1, resources: 1, present: false },
      { stack: 'aws-2', number: 1, serial: 1, resources: 0, present: true },
    ]);
    writeFileSync(store.paths(id).state('aws'), state(3, ['vm', 'eip', 'more']));
    writeFileSync(store.paths(id).state('aws-2'), '');
    expect(await list()).toMatchObject([
      { stack: 'aws', number: null, serial: 3, resources: 3, present: true, problem: null },
      { number: 1, present: false },
      { number: 2, present: false },
      { stack: 'aws-2', number: null, present: true, problem: expect.stringContaining('empty') },
      { number: 1, present: false },
    ]);
    expect(await printed((context) => listState(context, id, { stack: 'aws' }), false)).toMatch(/^N {2}KEPT/);
  });

  it('show: the resources, or with --json the document as Terraform wrote it; a stack must be named where there are several', async () => {
    await written('aws', [state(1, ['vm']), state(2, ['vm', 'eip'])]);
    expect(await printed((context) => showState(context, id, undefined, { stack: 'aws' }))).toEqual(JSON.parse(state(2, ['vm', 'eip'])));
    expect(await printed((context) => showState(context, id, 2, { stack: 'aws' }), false)).toMatch(/aws_instance\.vm +i-vm +vm/);
    const context = cliContext({ clouds, cwd });
    await expect(showState(context, id, undefined, {})).rejects.toMatchObject({ exitCode: 2, problem: { hint: expect.stringContaining('--stack aws') as string } });
    await expect(showState(context, id, 3, { stack: 'aws' })).rejects.toMatchObject({ problem: { kind: 'not-found', summary: expect.stringContaining('2 kept versions') } });
    await expect(showState(context, id, undefined, { stack: 'aws-2' })).rejects.toMatchObject({ problem: { kind: 'state' } });
    await expect(showState(context, id, undefined, { stack: 'gcp' })).rejects.toMatchObject({ problem: { kind: 'not-found', hint: 'one of: aws, aws-2' } });
  });

  it('restore: refuses without a yes (8), else puts the newest other version back and ends with its result', async () => {
    await written('aws', [state(1, ['vm']), state(2, ['vm', 'eip'])]);
    await expect(restoreState(cliContext({ clouds, cwd }), id, undefined, { stack: 'aws' })).rejects.toMatchObject({ exitCode: 8 });
    const context = cliContext({ clouds, cwd, json: true });
    expect(await restoreState(context, id, undefined, { stack: 'aws', autoApprove: true })).toBe(0);
    const lines = context.printed().trim().split('\n').map((line) => JSON.parse(line) as LabEvent);
    expect(lines.map(({ type }) => type)).toEqual(['fallback', 'log', 'result']);
    expect(Object.keys(lines[0] ?? {}).slice(0, 5)).toEqual(['v', 'time', 'session', 'stack', 'type']);
    expect(lines.at(-1)).toMatchObject({ who: expect.stringMatching(/.@./), labtui: '0.0.0-test' });
    expect(readFileSync(store.paths(id).state('aws'), 'utf8')).toBe(state(1, ['vm']));
    expect(await list({ stack: 'aws' })).toMatchObject([{ number: 1, serial: 1, present: true }, { number: 2, serial: 2 }, { number: 3, serial: 1 }]);
    await expect(restoreState(cliContext({ clouds, cwd }), id, undefined, { stack: 'aws-2', autoApprove: true })).rejects.toMatchObject({ problem: { kind: 'not-found' } });
  });

  it('of an ended session can be looked at, and not restored', async () => {
    await written('aws', [state(1, [])]);
    await store.archive(id);
    expect(await list({ stack: 'aws' })).toMatchObject([{ number: 1 }]);
    await expect(restoreState(cliContext({ clouds, cwd }), id, 1, { stack: 'aws', autoApprove: true })).rejects.toMatchObject({ problem: { kind: 'not-found' } });
  });
});

describe('labtui archive', () => {
  const ended = async (name: string, daysAgo: number): Promise<string> => {
    const time = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
    const record: SessionRecord = sampleRecord({ id: `${name}-abc234`, name, phase: 'destroyed', phaseTimes: { validating: '2020-01-01T00:00:00.000Z', destroyed: time } });
    await store.create(record);
    await store.archive(record.id);
    return record.id;
  };

  it('lists what has ended, the longest ended first, and prunes whole sessions older than 90 days', async () => {
    const [young, old, oldest] = [await ended('young', 89), await ended('old', 91), await ended('oldest', 400)];
    expect(await printed((context) => listArchive(context))).toMatchObject([{ id: oldest }, { id: old }, { id: young, archived: true, bytes: expect.any(Number), endedAt: expect.any(String) }]);
    expect(await printed((context) => pruneArchive(context, { dryRun: true }))).toMatchObject({ dryRun: true, removed: [{ id: oldest }, { id: old }], kept: 1 });
    const archive = join(cwd, 'sessions/.archive');
    expect(readdirSync(archive).filter((name) => !name.startsWith('.'))).toHaveLength(3);
    expect(await printed((context) => pruneArchive(context, {}))).toMatchObject({ dryRun: false, removed: [{ id: oldest }, { id: old }], kept: 1 });
    expect(readdirSync(archive).filter((name) => name !== '.summaries.json')).toEqual([young]);
    // What lives is never touched.
    expect(existsSync(join(cwd, 'sessions', id))).toBe(true);
    expect(await printed((context) => pruneArchive(context, { olderThan: '1d' }))).toMatchObject({ removed: [{ id: young }] });
    await expect(pruneArchive(cliContext({ clouds, cwd }), { olderThan: 'long' })).rejects.toMatchObject({ name: 'UsageError' });
  });

  it('takes a damaged one by the age of its file', async () => {
    const damaged = await ended('damaged', 1);
    writeFileSync(join(cwd, 'sessions/.archive', damaged, 'session.json'), '{');
    expect(await printed((context) => pruneArchive(context, {}))).toMatchObject({ removed: [], kept: 1 });
  });
});

describe('labtui events', () => {
  const at = (time: string, message: string): LabEvent => ({ v: 1, time, session: id, stack: null, type: 'log', level: 'info', message, who: 'alice@laptop', ci: 'github:o/r run 7', labtui: '0.1.0' });
  const found = async (reference: string | undefined, options: EventsOptions): Promise<readonly string[]> => {
    const context = cliContext({ clouds, cwd, json: true });
    await events(context, reference, options);
    return context.printed().split('\n').flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { message: string }).message]));
  };

  it('are narrowed by time, a duration or a date, over all sessions with the archived ones', async () => {
    const [hour, day] = [3_600_000, 86_400_000];
    const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
    await store.create(sampleRecord({ id: 'other-abc234', name: 'other' }));
    store.appendEvent(id, at('2020-01-31T11:59:59.000Z', 'january'));
    store.appendEvent(id, at(ago(day), 'yesterday'));
    store.appendEvent('other-abc234', at(ago(hour), 'an hour ago'));
    await store.archive('other-abc234');
    expect(await found(undefined, { all: true })).toEqual(['january', 'yesterday', 'an hour ago']);
    expect(await found(undefined, { all: true, since: '2h' })).toEqual(['an hour ago']);
    expect(await found(id, { since: '2d' })).toEqual(['yesterday']);
    expect(await found(id, { since: '2020-01-31', until: '2020-01-31T12:00' })).toEqual(['january']);
    expect(await found(id, { since: '2020-01-31T12:00Z', until: '2020-02-01' })).toEqual([]);
    for (const since of ['soon', '31.1.2020', '2020-13-01', '2020-01-31T25:00']) await expect(found(id, { since })).rejects.toMatchObject({ name: 'UsageError' });
    await expect(found(id, { follow: true, until: '1h' })).rejects.toMatchObject({ name: 'UsageError' });
  });

  it('say of each run by whom, in which CI job, and with which labtui', async () => {
    store.appendEvent(id, { v: 1, time: '2026-01-31T12:00:00.000Z', session: id, stack: null, type: 'result', ok: true, exitCode: 0, phase: 'ready', hosts: [], durationMs: 1, timings: { total: 1 }, who: 'alice@laptop', ci: 'github:o/r run 7', labtui: '0.1.0' });
    expect(await printed((context) => events(context, id, {}), false)).toContain('done (exit 0)   by alice@laptop, github:o/r run 7, labtui 0.1.0');
  });
});
