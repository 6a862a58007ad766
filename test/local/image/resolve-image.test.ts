import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors.ts';
import type { ImageQuery } from '../../../src/core/distro.ts';
import { ensureImage } from '../../../src/local/image/ensure-image.ts';
import { readImagePin } from '../../../src/local/image/image-pin.ts';
import { imageKey, imagesFolder, publishImage, stagingFolder } from '../../../src/local/image/image-store.ts';
import { resolveImage, type WantedImage } from '../../../src/local/image/resolve-image.ts';
import { ensurePrivateDirectory } from '../../../src/platform/durable-write.ts';
import { type ImageHost, imageHost, qcow2Image, sha256 } from './image-host.ts';

let host: ImageHost;
let place: string;
beforeEach(async () => {
  host = await imageHost();
  place = mkdtempSync(join(tmpdir(), 'labtui-resolve-'));
});
afterEach(async () => {
  await host.close();
  rmSync(place, { recursive: true, force: true });
});

const image = qcow2Image(7);
const options = () => ({ cacheDirectory: join(place, 'cache'), cwd: place, signal: new AbortController().signal, environment: {}, stallMs: 2_000 });
const wanted = (more: Partial<Extract<ImageQuery, { url: string }>> = {}, rest: Partial<WantedImage> = {}): WantedImage => ({
  distro: 'debian@12',
  arch: 'amd64',
  query: { cloud: 'local', url: `${host.url}/x.qcow2`, checksumUrl: `${host.url}/SUMS`, checksum: 'sha256', format: 'qcow2', firmware: 'uefi or bios', ...more },
  pin: null,
  ...rest,
});
const problemOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(() => null, (reason: unknown) => reason);
  if (!(error instanceof LabError)) throw new Error(`no LabError: ${String(error)}`);
  return error.problem;
};

describe("a distribution's own image", () => {
  it('is its URL with the checksum that the vendor publishes; the image itself is not asked for', async () => {
    host.put('/SUMS', `${sha256(image)}  x.qcow2\n`);
    const found = await resolveImage(wanted(), options());
    expect(found).toEqual({ source: `${host.url}/x.qcow2`, arch: 'amd64', checksum: `sha256:${sha256(image)}`, format: 'qcow2', firmware: 'auto', fallbacks: [], notes: [] });
    expect(host.requests.map(({ path }) => path)).toEqual(['/SUMS']);
  });

  it.each([
    ['uefi', 'amd64', 'uefi'],
    ['legacy BIOS on x86_64', 'amd64', 'bios'],
    ['legacy BIOS on x86_64', 'arm64', 'uefi'],
    ['bios or uefi variant', 'amd64', 'auto'],
  ] as const)('starts by %s on %s: %s', async (firmware, arch, expected) => {
    host.put('/SUMS', `${sha256(image)}  x.qcow2\n`);
    expect((await resolveImage(wanted({ firmware }, { arch }), options())).firmware).toBe(expected);
  });

  it('whose name holds a build is the newest that the sums name', async () => {
    host.put('/SUMS', ['2.9-kernel-6.1', '2.10-kernel-6.12', '2.10-kernel-6.1'].map((build, index) => `${sha256(Buffer.from([index]))}  al-${build}-x86_64.qcow2\n`).join(''));
    expect(await resolveImage(wanted({ url: `${host.url}/al-<version>-kernel-<k>-x86_64.qcow2` }), options())).toMatchObject({
      source: `${host.url}/al-2.10-kernel-6.12-x86_64.qcow2`,
      checksum: `sha256:${sha256(Buffer.from([1]))}`,
    });
  });

  it('whose folder changes too is the one that the vendor calls the latest', async () => {
    host.put('/builds/latest-di-cloudinit.txt', '# Latest\n20260419T164601Z/di-cloudinit-20260419T164601Z.qcow2 12345\n');
    host.put('/builds/20260419T164601Z/di-cloudinit-20260419T164601Z.qcow2.sha256', `${sha256(image)}  di-cloudinit-20260419T164601Z.qcow2\n`);
    const url = `${host.url}/builds/<ts>/di-cloudinit-<ts>.qcow2`;
    expect(await resolveImage(wanted({ url, checksumUrl: `${url}.sha256` }), options())).toMatchObject({ source: `${host.url}/builds/20260419T164601Z/di-cloudinit-20260419T164601Z.qcow2` });
  });

  it.each([
    ['no checksum of it', `${'0'.repeat(64)}  y.qcow2\n`],
    ['a web page', '<html></html>'],
  ])('whose vendor publishes %s is refused', async (_, sums) => {
    host.put('/SUMS', sums);
    expect(await problemOf(resolveImage(wanted(), options()))).toMatchObject({ kind: 'image', hint: expect.stringContaining('@sha256:HEX') as string });
  });

  it('whose vendor publishes none that is known is refused without asking', async () => {
    expect(await problemOf(resolveImage(wanted({ checksumUrl: null }), options()))).toMatchObject({ kind: 'image' });
    expect(host.requests).toEqual([]);
  });

  it('is the one in the cache where the vendor does not answer, and says so', async () => {
    host.put('/SUMS', `${sha256(image)}  x.qcow2\n`);
    host.put('/x.qcow2', image);
    const first = await resolveImage(wanted(), options());
    await ensureImage(first, { ...options(), usedBy: place });
    await host.close();
    const second = await resolveImage(wanted(), options());
    expect(second).toMatchObject({ source: first.source, checksum: first.checksum, fallbacks: [{ from: 'the newest image', reason: expect.stringContaining('cannot fetch') as string }] });
    host = await imageHost();
  });

  it('can be built where the vendor does not answer and the cache has none', async () => {
    const gone = wanted();
    await host.close();
    expect(await problemOf(resolveImage(gone, options()))).toMatchObject({ kind: 'network', hint: expect.stringContaining('labtui image build debian@12 --arch amd64') as string });
    host = await imageHost();
  });
});

describe('a built image', () => {
  async function built(fill: number, addedAt: string): Promise<string> {
    const { cacheDirectory } = options();
    await ensurePrivateDirectory(imagesFolder(cacheDirectory));
    const staging = await stagingFolder(cacheDirectory);
    const content = qcow2Image(fill);
    writeFileSync(join(staging, 'disk.qcow2'), content);
    for (const name of ['vmlinuz', 'initrd.img']) writeFileSync(join(staging, name), name);
    const checksum = `sha256:${sha256(content)}`;
    const boot = { kernel: 'vmlinuz', initrd: 'initrd.img', arguments: 'root=LABEL=rootfs' };
    await publishImage(staging, join(imagesFolder(cacheDirectory), imageKey(checksum, 'amd64')), { source: 'build:debian@12', arch: 'amd64', checksum, format: 'qcow2', virtualSizeBytes: 1024 ** 3, addedAt, boot });
    return checksum;
  }

  it('comes before a downloaded one, the newest first, and needs no network', async () => {
    await built(1, '2026-11-20T00:00:00Z');
    const newest = await built(2, '2026-11-21T00:00:00Z');
    const found = await resolveImage(wanted(), options());
    expect(found).toMatchObject({ source: 'build:debian@12', checksum: newest, notes: [expect.stringContaining('built here on 2026-11-21')] });
    expect(host.requests).toEqual([]);
    const ready = await ensureImage(found, { ...options(), usedBy: place });
    expect(ready).toMatchObject({ checksum: newest, kernelArguments: 'root=LABEL=rootfs' });
    expect(ready.kernelFile?.endsWith('/vmlinuz')).toBe(true);
  });

  it('is not for another architecture or distribution', async () => {
    await built(1, '2026-11-20T00:00:00Z');
    host.put('/SUMS', `${sha256(image)}  x.qcow2\n`);
    expect((await resolveImage(wanted({}, { arch: 'arm64' }), options())).source).toBe(`${host.url}/x.qcow2`);
    expect((await resolveImage(wanted({}, { distro: 'debian@13' }), options())).source).toBe(`${host.url}/x.qcow2`);
  });

  it('of an older plan stays to be had while it is there', async () => {
    const older = await built(1, '2026-11-20T00:00:00Z');
    await built(2, '2026-11-21T00:00:00Z');
    const planned = { source: 'build:debian@12', arch: 'amd64', format: 'qcow2' } as const;
    expect((await ensureImage({ ...planned, checksum: older }, { ...options(), usedBy: place })).checksum).toBe(older);
    expect(await problemOf(ensureImage({ ...planned, checksum: `sha256:${'0'.repeat(64)}` }, { ...options(), usedBy: place }))).toMatchObject({ kind: 'image', summary: expect.stringContaining('is gone from the cache') as string });
  });
});

describe('image:', () => {
  const hex = 'a'.repeat(64);
  it.each([
    ['file:disk.qcow2', { source: 'file:/work/disk.qcow2', checksum: null }],
    ['file:/srv/disk.qcow2', { source: 'file:/srv/disk.qcow2' }],
    ['file:///srv/disk.qcow2', { source: 'file:/srv/disk.qcow2' }],
    ['build:debian@12', { source: 'build:debian@12' }],
    [`https://example.org/a@b/x.qcow2@sha256:${hex}`, { source: 'https://example.org/a@b/x.qcow2', checksum: `sha256:${hex}` }],
  ])('%s', (text, expected) => {
    expect(readImagePin(text, 'amd64', '/work')).toMatchObject(expected);
  });

  it.each([
    ['https://example.org/x.qcow2', 'without a checksum'],
    [`https://example.org/x.qcow2@sha512:${hex}`, 'has not the length'],
    [`https://me:secret@example.org/x.qcow2@sha256:${hex}`, 'has a user in it'],
    ['projects/debian-cloud/debian-12', 'is no image of a machine on this computer'],
    ['file:', 'names no file'],
  ])('%s is refused: %s', (text, why) => {
    expect(() => readImagePin(text, 'amd64', '/work')).toThrow(why);
  });
});
