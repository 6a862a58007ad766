import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listCache, pruneCache } from '../../src/cli/commands/cache.ts';
import { localChecks } from '../../src/cli/doctor/local.ts';
import { formatBytes, parseBytes } from '../../src/core/bytes.ts';
import { openClouds } from '../../src/core/open-clouds.ts';
import { imageKey, imagesFolder } from '../../src/local/image/image-store.ts';
import { cliContext } from '../support/cli-context.ts';

let place: string;
let cache: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'labtui-cache-'));
  cache = join(place, 'labtui');
  mkdirSync(join(place, 'sessions'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const longAgo = new Date(Date.now() - 30 * 86_400_000);
const context = () => cliContext({ clouds: openClouds([]), cwd: place, json: true });

function image(name: string, { usedBy, old = true, bytes = 8_192 }: { readonly usedBy?: string; readonly old?: boolean; readonly bytes?: number } = {}): string {
  const directory = join(imagesFolder(cache), imageKey(name, 'amd64'));
  mkdirSync(join(directory, 'used-by'), { recursive: true });
  writeFileSync(join(directory, 'disk.qcow2'), Buffer.alloc(bytes, 1));
  const record = { v: 1, source: `https://example.org/${name}`, arch: 'amd64', checksum: `sha256:${name}`, format: 'qcow2', sizeBytes: bytes, virtualSizeBytes: bytes, modifiedMs: 0, addedAt: '2026-11-01T00:00:00Z', boot: null };
  writeFileSync(join(directory, 'image.json'), JSON.stringify(record));
  if (old) utimesSync(join(directory, 'image.json'), longAgo, longAgo);
  if (usedBy !== undefined) writeFileSync(join(directory, 'used-by', 'one'), usedBy);
  return directory;
}

function provider(name: string, version: string, usedBySession?: string): string {
  const path = join(cache, 'plugins', 'registry.example.org', 'hashicorp', name, version, 'linux_amd64');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'provider'), Buffer.alloc(4_096, 1));
  utimesSync(path, longAgo, longAgo);
  if (usedBySession !== undefined) {
    const link = join(place, 'sessions', usedBySession, 'stacks', 'aws', '.terraform', 'providers', 'registry.example.org', 'hashicorp', name, version, 'linux_amd64');
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(path, link);
  }
  return path;
}

async function listed(): Promise<readonly { readonly name: string; readonly usedBy: readonly string[] }[]> {
  const shown = context();
  await listCache(shown);
  return (JSON.parse(shown.printed()) as { items: { name: string; usedBy: string[] }[] }).items;
}

describe('labtui cache', () => {
  it('list tells images, providers and Terraforms, and what uses each', async () => {
    const overlay = join(place, 'disk.qcow2');
    writeFileSync(overlay, '');
    image('a.qcow2', { usedBy: overlay });
    image('b.qcow2', { usedBy: join(place, 'gone') });
    provider('aws', '6.0.0', 'lab-1');
    provider('aws', '5.0.0');
    for (const version of ['1.9.0', '1.11.4']) mkdirSync(join(cache, 'terraform', version), { recursive: true });
    const items = Object.fromEntries((await listed()).map(({ name, usedBy }) => [name, usedBy]));
    expect(items).toEqual({
      'a.qcow2': [overlay],
      'b.qcow2': [],
      'hashicorp/aws 6.0.0': [join(place, 'sessions', 'lab-1', 'stacks', 'aws')],
      'hashicorp/aws 5.0.0': [],
      'terraform 1.9.0': [],
      'terraform 1.11.4': ['the newest'],
    });
  });

  it('prune takes the old that nothing uses, and says what more could go', async () => {
    const overlay = join(place, 'disk.qcow2');
    writeFileSync(overlay, '');
    const kept = [image('used.qcow2', { usedBy: overlay }), image('recent.qcow2', { old: false }), provider('aws', '6.0.0', 'lab-1')];
    const gone = [image('old.qcow2'), provider('aws', '5.0.0')];
    const tried = context();
    await pruneCache(tried, { dryRun: true });
    expect([...kept, ...gone].every((path) => existsSync(path))).toBe(true);
    const shown = context();
    expect(await pruneCache(shown, {})).toBe(0);
    expect(kept.map((path) => existsSync(path))).toEqual([true, true, true]);
    expect(gone.map((path) => existsSync(path))).toEqual([false, false]);
    const names = (text: string) => (JSON.parse(text) as { removed: { name: string }[] }).removed.map(({ name }) => name).sort();
    expect(names(shown.printed())).toEqual(['hashicorp/aws 5.0.0', 'old.qcow2']);
    expect(names(tried.printed())).toEqual(names(shown.printed()));
    expect(readdirSync(cache).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  it('prune --all takes whatever is not in use; a session keeps its image', async () => {
    const overlay = join(place, 'disk.qcow2');
    writeFileSync(overlay, '');
    const [used, recent] = [image('used.qcow2', { usedBy: overlay, old: false }), image('recent.qcow2', { old: false })];
    await pruneCache(context(), { all: true });
    expect([existsSync(used), existsSync(recent)]).toEqual([true, false]);
    rmSync(overlay);
    await pruneCache(context(), { all: true });
    expect(existsSync(used)).toBe(false);
  });

  it('prune --max-size takes the longest unused images beyond it', async () => {
    const [first, second] = [image('first.qcow2', { bytes: 40_960 }), image('second.qcow2', { old: false, bytes: 40_960 })];
    await pruneCache(context(), { olderThan: '365d', maxSize: '70kB' });
    expect([existsSync(first), existsSync(second)]).toEqual([false, true]);
  });

  it('prune takes what broken off downloads have left, after a day', async () => {
    const folder = imagesFolder(cache);
    mkdirSync(folder, { recursive: true });
    for (const name of ['.amd64-1.part', '.amd64-2.part']) writeFileSync(join(folder, name), 'x');
    utimesSync(join(folder, '.amd64-1.part'), longAgo, longAgo);
    await pruneCache(context(), {});
    expect(readdirSync(folder)).toEqual(['.amd64-2.part']);
  });

  it.each([
    [{ olderThan: 'soon' }, '--older-than soon'],
    [{ maxSize: 'big' }, '--max-size big'],
    [{ all: true, olderThan: '2d' }, 'exclude one another'],
  ])('prune %j is refused', async (options, message) => {
    await expect(pruneCache(context(), options)).rejects.toThrow(message);
  });
});

it('sizes are read and written', () => {
  expect(['10GB', '2.5 mb', '0b', '10', 'GB'].map(parseBytes)).toEqual([10e9, 2.5e6, 0, null, null]);
  expect([512, 4_100, 1.2e6, 20e9].map(formatBytes)).toEqual(['512 B', '4.1 kB', '1.2 MB', '20.0 GB']);
});

describe('labtui doctor --cloud local', () => {
  it('names what is missing, with the packages that have it', async () => {
    const bare = { ...context(), environment: { PATH: place, XDG_CACHE_HOME: place } };
    const checks = await localChecks(bare, 'amd64');
    const needed = checks.filter(({ ok, optional }) => !ok && !optional).map(({ name, fix }) => [name, fix]);
    expect(needed).toEqual([
      ['qemu-system-x86_64', 'apt install qemu-system-x86   or   dnf install qemu-system-x86-core   or   pacman -S qemu-system-x86   or   brew install qemu'],
      ['qemu-img', 'apt install qemu-utils   or   dnf install qemu-img   or   pacman -S qemu-img   or   brew install qemu'],
    ]);
    expect(checks.find(({ name }) => name === 'mmdebstrap')).toMatchObject({ ok: false, optional: true, fix: 'apt install mmdebstrap   or   dnf install mmdebstrap   or   pacman -S mmdebstrap' });
  });

  it('has every fix that a failed check needs, and none for one that holds', async () => {
    for (const { ok, fix } of await localChecks(context())) expect(fix === null).toBe(ok);
  });

  it('finds programs on PATH', async () => {
    for (const program of ['qemu-system-x86_64', 'qemu-img']) writeFileSync(join(place, program), '#!/bin/sh\n', { mode: 0o755 });
    const checks = await localChecks({ ...context(), environment: { PATH: place, XDG_CACHE_HOME: place } }, 'amd64');
    expect(checks.filter(({ ok, optional }) => !ok && !optional)).toEqual([]);
  });
});
