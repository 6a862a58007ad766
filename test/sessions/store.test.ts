import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../src/core/session.ts';
import { createSessionStore } from '../../src/sessions/store.ts';
import { buildChild, ended, runChild, start } from './children/build-child.ts';
import { sampleRecord, sampleStack, untouchedRecord } from './sample-record.ts';

let top: string;
let root: string;
const storeAt = (directory: string) =>
  createSessionStore({ root: directory, now: () => new Date('2026-05-01T12:00:00Z'), hostName: 'here', pid: process.pid });

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'labtui-store-'));
  root = join(top, 'state', 'sessions');
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe('a new session', () => {
  it('is a directory with its folders and a record that reads back unchanged, in a root made on the way', async () => {
    const store = storeAt(root);
    const several: SessionRecord = sampleRecord({
      expiresAt: null,
      userData: '#!/bin/sh\necho "ä"\n',
      key: { kind: 'existing', publicKey: 'ssh-ed25519 AAAA', privateKeyFile: null },
      ssh: { key: 'k', keyType: 'rsa', allowFrom: ['0.0.0.0/0'], port: 2222, proxyCommand: 'nc %h %p', timeoutMs: 1 },
      protection: { by: [], until: null, missing: [] },
      stacks: {
        'aws-eu-west-1': sampleStack({ id: 'aws-eu-west-1', hourlyPrice: null, currency: null, vcpu: null, networkIds: undefined }),
        gcp: { ...sampleStack({ id: 'gcp', cloud: 'gcp', account: null }), applyStartedAt: null, hosts: [] },
      },
    });
    const paths = await store.create(several);
    expect(readdirSync(paths.root).sort()).toEqual(['backups', 'session.json', 'ssh', 'stacks']);
    expect(await store.load(several.id)).toEqual(JSON.parse(JSON.stringify(several)));
    expect(readdirSync(root)).toEqual([several.id]);
    await expect(store.create(several)).rejects.toMatchObject({ problem: { kind: 'conflict' } });
  });

  it('saves in the order of the calls, and what a later labtui added stays in the file', async () => {
    const store = storeAt(root);
    const record = sampleRecord();
    const { sessionJson } = await store.create(record);
    writeFileSync(sessionJson, JSON.stringify({ ...record, comesLater: { a: 1 } }));
    const loaded = await store.load(record.id);
    await Promise.all(Array.from({ length: 30 }, (_, turn) => store.save({ ...loaded, owner: `owner ${turn}` })));
    expect(JSON.parse(readFileSync(sessionJson, 'utf8'))).toMatchObject({ owner: 'owner 29', comesLater: { a: 1 } });
    expect(readdirSync(join(root, record.id)).sort()).toEqual(['backups', 'session.json', 'ssh', 'stacks']);
  });

  it('does not come back by a save after it is gone', async () => {
    const store = storeAt(root);
    await store.create(untouchedRecord('lab-abc234'));
    await store.discard('lab-abc234');
    await expect(store.save(untouchedRecord('lab-abc234'))).rejects.toMatchObject({ problem: { kind: 'not-found' } });
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('session.json that cannot be used', () => {
  const record = sampleRecord();
  const text = JSON.stringify(record);
  it.each([
    ['is missing', null, 'missing'],
    ['is empty', '', 'empty'],
    ['is cut off', text.slice(0, 300), 'JSON'],
    ['lacks its stacks', text.replace('"stacks"', '"stakcs"'), 'stacks'],
    ['has a phase that is none', text.replace('"phase":"ready"', '"phase":"redy"'), 'phase'],
    ['names a stack with a way up', text.replaceAll('"id":"aws"', '"id":"../aws"'), 'stacks.aws.plan.id'],
    ['is the copy of another', text.replaceAll(record.id, 'fedora-aws-zzz999'), 'belongs to session fedora-aws-zzz999'],
  ])('%s: kind state, with the file, the reason and the way out', async (_, content, reason) => {
    const store = storeAt(root);
    const { sessionJson, root: directory } = await store.create(record);
    if (content === null) rmSync(sessionJson);
    else writeFileSync(sessionJson, content);
    const error: unknown = await store.load(record.id).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ problem: { kind: 'state' } });
    const { summary, hint } = (error as { problem: { summary: string; hint: string } }).problem;
    expect(summary).toContain(sessionJson);
    expect(summary).toContain(reason);
    expect(hint).toContain(join(directory, 'stacks'));
  });

  it('was made by a newer labtui: says so and which', async () => {
    const store = storeAt(root);
    const { sessionJson } = await store.create(record);
    writeFileSync(sessionJson, JSON.stringify({ v: 2, id: record.id, versions: { labtui: '9.1.0' } }));
    await expect(store.load(record.id)).rejects.toMatchObject({
      problem: { kind: 'state', summary: expect.stringMatching(/newer labtui \(9\.1\.0\)/) },
    });
  });
});

describe('paths', () => {
  it('takes only ids of sessions and names of stacks, whoever asks', async () => {
    const store = storeAt(root);
    await store.create(sampleRecord());
    for (const id of ['../fedora-aws-abc234', '..', '.', '', 'x/../fedora-aws-abc234', '/etc', 'fedora-aws-abc234/..']) {
      expect(() => store.paths(id)).toThrow(/is not a session's id/);
      for (const call of ['load', 'archive', 'unarchive', 'discard', 'readEvents'] as const) {
        await expect(store[call](id)).rejects.toMatchObject({ problem: { kind: 'invalid-input' } });
      }
    }
    const paths = store.paths('fedora-aws-abc234');
    for (const stackId of ['..', '../x', 'a/b', '.terraform', '']) {
      expect(() => paths.state(stackId)).toThrow(/is not a stack's name/);
      expect(() => paths.backups(stackId)).toThrow(/is not a stack's name/);
    }
    expect(paths.state('aws-eu-west-1')).toBe(join(root, 'fedora-aws-abc234', 'stacks', 'aws-eu-west-1', 'terraform.tfstate'));
  });
});

describe('on a real disk', () => {
  let maker: string;
  let saver: string;
  beforeAll(async () => {
    [maker, saver] = await Promise.all([buildChild('maker'), buildChild('saver')]);
  });
  afterAll(() => {
    for (const program of [maker, saver]) rmSync(join(program, '..'), { recursive: true });
  });

  it.each(['000', '022', '0277', '0777'])('keeps directories 0700 and files 0600 under umask %s', async (umask) => {
    // Not as root, who may read and write whatever the modes are.
    chmodSync(top, 0o777);
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    const { stdout, stderr, code } = await runChild(maker, [root, umask, 'lab-abc234'], uid === undefined ? {} : { uid });
    expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: '', code: 0 });
    const seen: string[] = [];
    const walk = (path: string): void => {
      const { mode } = lstatSync(path);
      const isDirectory = lstatSync(path).isDirectory();
      seen.push(`${path.slice(root.length)} ${(mode & 0o777).toString(8)}`);
      expect(`${path} ${(mode & 0o777).toString(8)}`).toBe(`${path} ${isDirectory ? '700' : '600'}`);
      if (isDirectory) for (const name of readdirSync(path)) walk(join(path, name));
    };
    walk(root);
    for (const name of ['session.json', 'events.ndjson', 'terraform.tfstate', '.lock', 'backups/aws/']) {
      expect(seen.some((line) => line.includes(name))).toBe(true);
    }
  });

  it('has a whole session.json whenever the writer is killed', async () => {
    const store = storeAt(root);
    const record = sampleRecord();
    const { sessionJson } = await store.create(record);
    const turns = new Set<string>();
    // Later and later, until it has also been killed in a turn after its first.
    for (let kill = 0; kill < 8 || (turns.size < 2 && kill < 500); kill += 1) {
      const child = start(saver, [root, record.id]);
      const end = ended(child);
      await once(child.stdout!, 'data');
      await sleep(Math.random() * (60 + 20 * kill));
      child.kill('SIGKILL');
      expect((await end).signal).toBe('SIGKILL');
      const { userData } = await store.load(record.id);
      expect(userData).toMatch(/^(\d)\1{49999}$/);
      turns.add(userData!.slice(0, 1));
      expect(lstatSync(sessionJson).mode & 0o777).toBe(0o600);
    }
    expect(turns.size).toBeGreaterThan(1);
    await store.archive(record.id);
    expect(readdirSync(join(root, '.archive', record.id)).sort()).toEqual(['backups', 'session.json', 'ssh', 'stacks']);
  }, 180_000);

  it('refuses with the path and the way out where it may not write, and leaves nothing', async () => {
    writeFileSync(join(top, 'file'), '');
    await expect(storeAt(join(top, 'file')).create(sampleRecord())).rejects.toMatchObject({
      problem: { kind: 'prerequisite', summary: expect.stringContaining(join(top, 'file')), hint: expect.stringContaining('--sessions-dir') },
    });
    await expect(storeAt(join(top, 'file', 'sessions')).create(sampleRecord())).rejects.toMatchObject({ problem: { kind: 'prerequisite' } });

    mkdirSync(root, { recursive: true });
    chmodSync(root, 0o555);
    chmodSync(top, 0o755);
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    const { stdout } = await runChild(maker, [root, '022', 'lab-abc234'], uid === undefined ? {} : { uid });
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'prerequisite', code: 'EACCES', summary: expect.stringContaining(root) });
    chmodSync(root, 0o755);
    expect(readdirSync(root)).toEqual([]);
  });

  it('removes what a killed labtui had half made, but not what one makes right now', async () => {
    const store = storeAt(root);
    mkdirSync(join(root, '.unfinished-lab-abc234-aaaaaa', 'ssh'), { recursive: true });
    mkdirSync(join(root, '.unfinished-lab-abc234-bbbbbb'), { recursive: true });
    const yesterday = new Date(Date.now() - 86_400_000);
    utimesSync(join(root, '.unfinished-lab-abc234-aaaaaa'), yesterday, yesterday);
    await store.create(sampleRecord());
    expect(existsSync(join(root, '.unfinished-lab-abc234-aaaaaa'))).toBe(false);
    expect(existsSync(join(root, '.unfinished-lab-abc234-bbbbbb'))).toBe(true);
    expect((await store.list({ archived: true })).map(({ id }) => id)).toEqual(['fedora-aws-abc234']);
  });
});
