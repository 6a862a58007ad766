import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/core/events.ts';
import { createSessionStore, type InstalledSessionStore } from '../../src/sessions/store.ts';
import { sampleRecord, sampleStack, untouchedRecord } from './sample-record.ts';

let top: string;
let root: string;
let outside: string;
let store: InstalledSessionStore;
const record = sampleRecord();
const { id } = record;
const event: LabEvent = { v: 1, time: '2026-05-01T12:00:00.000Z', session: id, stack: null, type: 'log', level: 'info', message: 'x' };

/** A session with all that an apply leaves. */
async function fullSession(): Promise<void> {
  const paths = await store.create(record);
  const stack = paths.stack('aws');
  mkdirSync(join(stack, '.terraform', 'providers'), { recursive: true });
  symlinkSync(outside, join(stack, '.terraform', 'providers', 'aws'));
  for (const name of ['id_ed25519', 'id_ed25519.pub', 'id_rsa', 'id_rsa.pub', 'known_hosts', 'config']) writeFileSync(join(paths.ssh, name), '');
  for (const name of ['cdk.tf.json', 'terraform.tfstate', '.terraform.lock.hcl', 'labtui.tfplan']) writeFileSync(join(stack, name), '{}');
  store.appendEvent(id, event);
}

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'labtui-archive-'));
  root = join(top, 'sessions');
  outside = join(top, 'outside');
  mkdirSync(join(outside, 'ssh'), { recursive: true });
  mkdirSync(join(outside, 'stacks', 'aws', '.terraform'), { recursive: true });
  writeFileSync(join(outside, 'ssh', 'id_ed25519'), 'precious');
  writeFileSync(join(outside, 'session.json'), JSON.stringify(untouchedRecord(id)));
  store = createSessionStore({ root, now: () => new Date(), hostName: 'here', pid: process.pid });
});
afterEach(() => {
  expect(existsSync(join(outside, 'ssh', 'id_ed25519'))).toBe(true);
  expect(existsSync(join(outside, 'stacks', 'aws', '.terraform'))).toBe(true);
  rmSync(top, { recursive: true, force: true });
});

describe('archive', () => {
  it('takes out private keys, provider links and plans, keeps the rest, and does nothing the second time', async () => {
    await fullSession();
    await store.archive(id);
    await store.archive(id);
    expect(readdirSync(root)).toEqual(['.archive']);
    expect(lstatSync(join(root, '.archive')).mode & 0o777).toBe(0o700);
    const paths = store.paths(id);
    expect(paths.root).toBe(join(root, '.archive', id));
    expect(readdirSync(paths.ssh).sort()).toEqual(['config', 'id_ed25519.pub', 'id_rsa.pub', 'known_hosts']);
    expect(readdirSync(paths.stack('aws')).sort()).toEqual(['.terraform.lock.hcl', 'cdk.tf.json', 'terraform.tfstate']);
    expect(await store.load(id)).toEqual(record);
    store.appendEvent(id, event);
    expect(await store.readEvents(id)).toEqual([event, event]);
    expect(await store.resolve(id, { archived: true })).toEqual({ id, archived: true });
  });

  it('is undone, once and again', async () => {
    await fullSession();
    await store.archive(id);
    await store.unarchive(id);
    await store.unarchive(id);
    expect(await store.resolve(id)).toEqual({ id, archived: false });
    store.appendEvent(id, event);
    expect(await store.readEvents(id)).toHaveLength(2);
    expect(readdirSync(join(root, '.archive'))).toEqual([]);
  });

  it('refuses what is not there, and what is there twice', async () => {
    for (const move of ['archive', 'unarchive'] as const) await expect(store[move](id)).rejects.toMatchObject({ problem: { kind: 'not-found' } });
    await fullSession();
    mkdirSync(join(root, '.archive', id), { recursive: true });
    for (const move of ['archive', 'unarchive'] as const) await expect(store[move](id)).rejects.toMatchObject({ problem: { kind: 'conflict' } });
    expect(existsSync(join(root, id, 'ssh', 'id_ed25519'))).toBe(true);
  });

  it('follows no symbolic link, wherever one was put', async () => {
    mkdirSync(root);
    symlinkSync(outside, join(root, id));
    for (const call of ['archive', 'discard', 'load', 'unarchive'] as const) {
      await expect(store[call](id)).rejects.toMatchObject({ problem: { kind: 'state', summary: expect.stringContaining('symbolic link') } });
    }
    expect(() => store.paths(id)).toThrow(/symbolic link/);
    rmSync(join(root, id));

    await fullSession();
    symlinkSync(outside, join(root, '.archive'));
    await expect(store.archive(id)).rejects.toMatchObject({ problem: { kind: 'state' } });
    expect(existsSync(join(root, id, 'session.json'))).toBe(true);
    rmSync(join(root, '.archive'));

    for (const folder of ['ssh', 'stacks']) {
      rmSync(join(root, id, folder), { recursive: true });
      symlinkSync(join(outside, folder), join(root, id, folder));
    }
    await store.archive(id);
  });
});

describe('discard', () => {
  it('removes a session that created nothing, wholly', async () => {
    const paths = await store.create(untouchedRecord(id));
    mkdirSync(join(paths.stack('aws'), '.terraform'), { recursive: true });
    symlinkSync(outside, join(paths.stack('aws'), '.terraform', 'link'));
    symlinkSync(outside, join(paths.root, 'link'));
    writeFileSync(paths.privateKey, '');
    store.appendEvent(id, event);
    await store.discard(id);
    await store.discard(id);
    expect(readdirSync(root)).toEqual([]);
  });

  it('keeps one that may own something, or that cannot be judged', async () => {
    await store.create(record);
    await expect(store.discard(id)).rejects.toMatchObject({ problem: { kind: 'state', hint: `labtui destroy ${id}` } });

    await store.save(untouchedRecord(id));
    mkdirSync(store.paths(id).stack('aws'));
    writeFileSync(store.paths(id).state('aws'), '');
    await expect(store.discard(id)).rejects.toMatchObject({ problem: { kind: 'state' } });

    writeFileSync(store.paths(id).sessionJson, '{');
    await expect(store.discard(id)).rejects.toMatchObject({ problem: { kind: 'state' } });
    expect(readdirSync(root)).toEqual([id]);

    // Applied, failed, and proved gone.
    writeFileSync(store.paths(id).sessionJson, JSON.stringify({ ...record, stacks: { aws: { ...sampleStack(), goneAt: record.createdAt } } }));
    await store.discard(id);
    expect(readdirSync(root)).toEqual([]);
  });

  it('does not take a renamed directory for the session it was', async () => {
    await store.create(untouchedRecord(id));
    renameSync(join(root, id), join(root, 'other-abc234'));
    await expect(store.discard('other-abc234')).rejects.toMatchObject({ problem: { kind: 'state' } });
    expect(readdirSync(root)).toEqual(['other-abc234']);
  });
});
