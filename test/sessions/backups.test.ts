import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionPaths } from '../../src/core/session.ts';
import { createSessionStore, type InstalledSessionStore } from '../../src/sessions/store.ts';
import { sampleRecord } from './sample-record.ts';

let root: string;
let store: InstalledSessionStore;
let paths: SessionPaths;
let now: Date;
const { id } = sampleRecord();

const state = (serial: number, resources: readonly unknown[] = []): string =>
  `${JSON.stringify({ version: 4, terraform_version: '1.13.0', serial, lineage: '6c1c0f3e', outputs: {}, resources }, null, 2)}\n`;
const write = (text: string): void => writeFileSync(paths.state('aws'), text);
const backups = (): readonly string[] => readdirSync(paths.backups('aws')).sort();
const contentOf = (name: string | undefined): string => readFileSync(join(paths.backups('aws'), name ?? ''), 'utf8');

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'labtui-backups-'));
  now = new Date('2026-05-01T12:00:00.000Z');
  store = createSessionStore({ root, now: () => now, hostName: 'here', pid: process.pid });
  paths = await store.create(sampleRecord());
  mkdirSync(paths.stack('aws'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('backups of a state', () => {
  it('are named by their time, one for each change, the last thirty', async () => {
    for (let serial = 1; serial <= 35; serial += 1) {
      now = new Date(Date.parse('2026-05-01T12:00:00.000Z') + serial * 1_000);
      write(state(serial));
      await store.backupState(id, 'aws');
      await store.backupState(id, 'aws');
    }
    expect(backups()).toHaveLength(30);
    expect(backups()[0]).toBe('2026-05-01T12-00-06.000Z.tfstate');
    expect(backups().at(-1)).toBe('2026-05-01T12-00-35.000Z.tfstate');
    expect(contentOf(backups()[0])).toBe(state(6));
    expect(contentOf(backups().at(-1))).toBe(state(35));
  });

  it('stay in order within one millisecond, called at once, and after the clock was set back', async () => {
    for (const serial of [1, 2, 3]) {
      write(state(serial));
      await Promise.all([store.backupState(id, 'aws'), store.backupState(id, 'aws')]);
      if (serial === 2) now = new Date('2026-04-30T00:00:00.000Z');
    }
    expect(backups().map(contentOf)).toEqual([state(1), state(2), state(3)]);
  });

  it.each([
    ['empty', ''],
    ['cut off', state(2).slice(0, 60)],
    ['no JSON', 'Killed'],
    ['of another version', state(2).replace('"version": 4', '"version": 3')],
    ['without lineage', state(2).replace('6c1c0f3e', '')],
    ['no state', '{}'],
  ])('are not made of a state that is %s, and that one is put right from them', async (_, broken) => {
    write(state(1, [{ type: 'aws_instance' }]));
    await store.backupState(id, 'aws');
    now = new Date('2026-05-01T12:05:00.000Z');
    write(broken);
    await store.backupState(id, 'aws');
    expect(backups()).toEqual(['2026-05-01T12-00-00.000Z.tfstate']);

    expect(await store.restoreNewestBackup(id, 'aws', () => Promise.resolve(true))).toBe('2026-05-01T12-00-00.000Z.tfstate');
    expect(readFileSync(paths.state('aws'), 'utf8')).toBe(state(1, [{ type: 'aws_instance' }]));
    // What was there may name resources that no backup knows.
    const replaced = backups().filter((name) => name.endsWith('.replaced'));
    expect(replaced.map(contentOf)).toEqual(broken === '' ? [] : [broken]);
  });

  it('are skipped where one is damaged itself; without a whole one the state is left alone', async () => {
    expect(await store.restoreNewestBackup(id, 'aws', () => Promise.resolve(true))).toBeNull();
    mkdirSync(paths.backups('aws'));
    writeFileSync(join(paths.backups('aws'), '2026-05-01T11-00-00.000Z.tfstate'), state(7));
    writeFileSync(join(paths.backups('aws'), '2026-05-01T11-30-00.000Z.tfstate'), state(8).slice(0, 40));
    writeFileSync(join(paths.backups('aws'), '.2026-05-01T11-45-00.000Z.tfstate.0123456789ab.tmp'), state(9));
    expect(await store.restoreNewestBackup(id, 'aws', () => Promise.resolve(true))).toBe('2026-05-01T11-00-00.000Z.tfstate');
    expect(readFileSync(paths.state('aws'), 'utf8')).toBe(state(7));

    writeFileSync(join(paths.backups('aws'), '2026-05-01T11-00-00.000Z.tfstate'), '');
    write('half');
    expect(await store.restoreNewestBackup(id, 'aws', () => Promise.resolve(true))).toBeNull();
    expect(readFileSync(paths.state('aws'), 'utf8')).toBe('half');
  });

  it('are put back only where they are accepted', async () => {
    for (const serial of [1, 2, 3]) {
      write(state(serial));
      await store.backupState(id, 'aws');
    }
    const names = backups();
    const [, second, third] = names.map((name) => join(paths.backups('aws'), name));
    const asked: string[] = [];
    const accept = (file: string): Promise<boolean> => Promise.resolve(asked.push(file) === 2);
    expect(await store.restoreNewestBackup(id, 'aws', accept)).toBe(names[1]);
    expect(asked).toEqual([third, second]);
    expect(readFileSync(paths.state('aws'), 'utf8')).toBe(state(2));
    expect(await store.restoreNewestBackup(id, 'aws', () => Promise.resolve(false))).toBeNull();
    expect(readFileSync(paths.state('aws'), 'utf8')).toBe(state(2));
  });

  it('are not made of a state of another lineage: it is not this stack\'s', async () => {
    write(state(3));
    await store.backupState(id, 'aws');
    write(state(9).replace('6c1c0f3e', 'another'));
    await store.backupState(id, 'aws');
    expect(backups().map(contentOf)).toEqual([state(3)]);
  });

  it('are listed newest first with time and size, and one that is put back becomes the newest, the state before it kept', async () => {
    for (const serial of [1, 2, 3]) {
      now = new Date(Date.parse('2026-05-01T12:00:00.000Z') + serial * 60_000);
      write(state(serial));
      await store.backupState(id, 'aws');
    }
    write(state(4));
    const listed = await store.backups(id, 'aws');
    expect(listed.map(({ name, time, bytes }) => ({ name, time, bytes }))).toEqual(
      [3, 2, 1].map((serial) => ({ name: `2026-05-01T12-0${serial}-00.000Z.tfstate`, time: `2026-05-01T12:0${serial}:00.000Z`, bytes: state(serial).length })),
    );
    await store.putBack(id, 'aws', listed[2]?.name ?? '');
    expect(readFileSync(paths.state('aws'), 'utf8')).toBe(state(1));
    expect(backups().map(contentOf)).toEqual([state(1), state(2), state(3), state(4), state(1)]);
    await expect(store.putBack(id, 'aws', '../../session.json')).rejects.toMatchObject({ problem: { kind: 'not-found' } });
    await expect(store.putBack(id, 'aws', '2026-05-01T13-00-00.000Z.tfstate')).rejects.toMatchObject({ problem: { kind: 'not-found' } });
  });

  it('keep a broken state beside them where one is put back, each under a name of its own', async () => {
    write(state(1));
    await store.backupState(id, 'aws');
    for (const broken of ['first half', 'second half']) {
      write(broken);
      await store.putBack(id, 'aws', backups().find((name) => name.endsWith('.tfstate')) ?? '');
    }
    expect(backups().filter((name) => name.endsWith('.replaced')).map(contentOf).sort()).toEqual(['first half', 'second half']);
    expect(backups().filter((name) => name.endsWith('.tfstate'))).toHaveLength(1);
  });

  it('are whole, each of them, while a writer rewrites the state in place without pause', async () => {
    const resources = (serial: number): readonly unknown[] => Array.from({ length: 40 * (1 + (serial % 7)) }, (_, index) => ({ name: `r-${index}`, note: 'x'.repeat(200), serial }));
    const script = `const fs = require('node:fs');
      for (let serial = 1; ; serial += 1) {
        const text = fs.readFileSync(process.argv[1] + '.' + (serial % 7), 'utf8').replace('"serial": 0', '"serial": ' + serial);
        const file = fs.openSync(process.argv[1], 'r+');
        fs.ftruncateSync(file, 0);
        for (let at = 0; at < text.length; at += 9000) fs.writeSync(file, text.slice(at, at + 9000));
        fs.closeSync(file);
      }`;
    write(state(0));
    for (let index = 0; index < 7; index += 1) writeFileSync(`${paths.state('aws')}.${index}`, state(0, resources(index)));
    const writer = spawn(process.execPath, ['-e', script, paths.state('aws')], { stdio: 'ignore' });
    try {
      // On a busy computer most tries meet the writer at work, and keep nothing.
      for (let copies = 0; copies < 400 || (copies < 20_000 && backups().length <= 5); copies += 1) await store.backupState(id, 'aws');
    } finally {
      writer.kill('SIGKILL');
    }
    const kept = backups().map((name) => JSON.parse(contentOf(name)) as { serial: number; resources: { serial: number }[] });
    expect(kept.length).toBeGreaterThan(5);
    // No copy is put together from two versions.
    for (const { serial, resources: found } of kept.filter((one) => one.serial > 0)) expect(new Set(found.map((one) => one.serial))).toEqual(new Set([serial % 7]));
  });

  it('can follow every change of the file, also when it appears, is replaced, and goes', async () => {
    let changes = 0;
    const watch = store.watchState(id, 'aws', () => (changes += 1));
    const seen = async (work: () => void): Promise<void> => {
      const before = changes;
      work();
      await expect.poll(() => changes, { timeout: 60_000 }).toBeGreaterThan(before);
    };
    try {
      await seen(() => write(state(1)));
      await seen(() => write(state(2)));
      await seen(() => {
        writeFileSync(`${paths.state('aws')}.new`, state(3));
        renameSync(`${paths.state('aws')}.new`, paths.state('aws'));
      });
      await seen(() => rmSync(paths.state('aws')));
    } finally {
      watch.close();
    }
    const before = changes;
    write(state(4));
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(changes).toBe(before);
  });

  it('are none where there is no state', async () => {
    await store.backupState(id, 'aws');
    expect(readdirSync(join(paths.root, 'backups'))).toEqual([]);
  });
});
