import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/core/events.ts';
import { createSessionStore } from '../../src/sessions/store.ts';
import { sampleRecord, untouchedRecord } from './sample-record.ts';

const top = mkdtempSync(join(tmpdir(), 'labtui-full-'));
const disk = join(top, 'disk');
mkdirSync(disk);
const mounted = mount();
afterAll(() => {
  if (mounted) execFileSync('umount', ['-l', disk]);
  rmSync(top, { recursive: true, force: true });
});

/** A file system of 256 KiB, which only root may mount. */
function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write('SKIPPED: full and read-only disks are not tested: mounting a tmpfs needs root\n');
    return false;
  }
}

const storeAt = (root: string, onEventsLost?: (id: string, error: unknown) => void) =>
  createSessionStore({ root, now: () => new Date(), hostName: 'here', pid: process.pid, onEventsLost });

/** Leaves this many bytes free, in whole blocks. */
function fill(freeBytes: number): void {
  const { bavail, bsize } = statfsSync(disk);
  const blocks = bavail - Math.ceil(freeBytes / bsize);
  if (blocks > 0) writeFileSync(join(disk, 'filler'), Buffer.alloc(blocks * bsize));
}

const full = { problem: { kind: 'prerequisite', code: 'ENOSPC', summary: expect.stringContaining(disk), hint: expect.stringContaining('--sessions-dir') } };

describe.skipIf(!mounted)('a disk', () => {
  it('that is full takes no new session, and keeps none by halves', async () => {
    const store = storeAt(join(disk, 'sessions'));
    const { bsize } = statfsSync(disk);
    mkdirSync(store.root);
    for (const free of [0, bsize]) {
      rmSync(join(disk, 'filler'), { force: true });
      fill(free);
      await expect(store.create(sampleRecord())).rejects.toMatchObject(full);
      expect(readdirSync(store.root)).toEqual([]);
    }
    rmSync(join(disk, 'filler'));
    await store.create(sampleRecord());
  });

  it('that gets full leaves record, state and backups as they are, and stops no run for an event', async () => {
    const lost: string[] = [];
    const store = storeAt(join(disk, 'sessions'), (id) => lost.push(id));
    const id = 'full-abc234';
    const record = untouchedRecord(id);
    const paths = await store.create(record);
    mkdirSync(paths.stack('aws'));
    const state = (serial: number): string => JSON.stringify({ version: 4, serial, lineage: 'l', resources: [] });
    writeFileSync(paths.state('aws'), state(1));
    await store.backupState(id, 'aws');
    writeFileSync(paths.state('aws'), state(2));
    const event: LabEvent = { v: 1, time: '2026-05-01T12:00:00.000Z', session: id, stack: null, type: 'log', level: 'info', message: 'x'.repeat(3_000) };
    store.appendEvent(id, event);
    const whole = readdirSync(paths.root).sort();
    fill(0);

    await expect(store.save({ ...record, userData: 'x'.repeat(20_000) })).rejects.toMatchObject(full);
    await expect(store.backupState(id, 'aws')).rejects.toMatchObject(full);
    await expect(store.lock(id, 'apply', () => undefined)).rejects.toMatchObject(full);
    for (let turn = 0; turn < 5; turn += 1) store.appendEvent(id, event);
    expect(lost).toEqual([id]);
    expect(await store.load(id)).toEqual(record);
    expect(readdirSync(paths.root).sort()).toEqual(whole);
    expect(readdirSync(paths.backups('aws'))).toHaveLength(1);

    rmSync(join(disk, 'filler'));
    store.appendEvent(id, event);
    const events = await store.readEvents(id);
    expect(events.length).toBeGreaterThanOrEqual(2);
    expect(events.every((read) => JSON.stringify(read) === JSON.stringify(event))).toBe(true);
    expect(readFileSync(paths.events, 'utf8').endsWith('}\n')).toBe(true);
    await store.archive(id);
  });

  it('that becomes read-only under a session refuses every change by its name, and still shows what is there', async () => {
    const store = storeAt(join(disk, 'sessions'));
    const id = 'frozen-abc234';
    const paths = await store.create(untouchedRecord(id));
    mkdirSync(paths.stack('aws'));
    const state = JSON.stringify({ version: 4, serial: 1, lineage: 'l', resources: [] });
    writeFileSync(paths.state('aws'), state);
    await store.backupState(id, 'aws');
    const lock = await store.lock(id, 'apply', () => undefined);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    try {
      const readOnly = { problem: { kind: 'prerequisite', code: 'EROFS', hint: expect.stringContaining('--sessions-dir') } };
      const record = await store.load(id);
      await expect(store.save({ ...record, owner: 'other' })).rejects.toMatchObject(readOnly);
      await expect(store.archive(id)).rejects.toMatchObject(readOnly);
      const [backup] = await store.backups(id, 'aws');
      await expect(store.putBack(id, 'aws', backup?.name ?? '')).rejects.toMatchObject(readOnly);
      await expect(store.restoreNewestBackup(id, 'aws', () => Promise.resolve(true))).rejects.toMatchObject(readOnly);
      // Nothing changed, so nothing is to be written; a lock that is held is waited for as always.
      await store.backupState(id, 'aws');
      expect(await store.load(id)).toEqual(record);
      expect((await store.list({ archived: false })).find((summary) => summary.id === id)).toMatchObject({ problem: null });
      expect(readFileSync(paths.state('aws'), 'utf8')).toBe(state);
    } finally {
      execFileSync('mount', ['-o', 'remount,rw', disk]);
    }
    await lock.release();
    await store.archive(id);
  });

  it('that is read-only says so', async () => {
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    try {
      await expect(storeAt(join(disk, 'sessions')).create(untouchedRecord('late-abc234'))).rejects.toMatchObject({
        problem: { kind: 'prerequisite', code: 'EROFS', summary: expect.stringContaining(join(disk, 'sessions')) },
      });
      await expect(storeAt(join(disk, 'elsewhere')).create(untouchedRecord('late-abc234'))).rejects.toMatchObject({
        problem: { kind: 'prerequisite', code: 'EROFS' },
      });
      // What is there can still be looked at.
      expect((await storeAt(join(disk, 'sessions')).list({ archived: true })).length).toBeGreaterThan(0);
    } finally {
      execFileSync('mount', ['-o', 'remount,rw', disk]);
    }
  });
});
