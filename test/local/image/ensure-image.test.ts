import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors.ts';
import { ensureImage } from '../../../src/local/image/ensure-image.ts';
import type { EnsureOptions, ImageProgress, ImageRequest } from '../../../src/local/image/image.ts';
import { imagesFolder } from '../../../src/local/image/image-store.ts';
import { breakAfter, type ImageHost, imageHost, qcow2Image, sha256 } from './image-host.ts';

let host: ImageHost;
let place: string;
let progress: ImageProgress[];
beforeEach(async () => {
  host = await imageHost();
  place = mkdtempSync(join(tmpdir(), 'labtui-images-'));
  progress = [];
});
afterEach(async () => {
  await host.close();
  rmSync(place, { recursive: true, force: true });
});

const image = qcow2Image(7);
const cache = (): string => join(place, 'cache');
const request = (path: string, content: Uint8Array = image, more: Partial<ImageRequest> = {}): ImageRequest => ({
  source: `${host.url}${path}`,
  arch: 'amd64',
  checksum: `sha256:${sha256(content)}`,
  format: null,
  ...more,
});
const options = (more: Partial<EnsureOptions> = {}): EnsureOptions => ({
  cacheDirectory: cache(),
  usedBy: place,
  signal: new AbortController().signal,
  environment: {},
  onProgress: (step) => progress.push(step),
  pauseMs: 1,
  stallMs: 2_000,
  ...more,
});
const problemOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(() => null, (reason: unknown) => reason);
  if (!(error instanceof LabError)) throw new Error(`no LabError: ${String(error)}`);
  return { ...error.problem, exitCode: error.exitCode };
};
/** What of downloads is left in the cache, finished images not counted. */
const leftovers = (): readonly string[] => readdirSync(imagesFolder(cache())).filter((name) => name.startsWith('.'));

describe('an image by URL', () => {
  it('is downloaded through redirects, verified, and kept read-only', async () => {
    host.put('/mirror/x.qcow2', image);
    host.redirect('/x.qcow2', '/elsewhere');
    host.redirect('/elsewhere', '/mirror/x.qcow2');
    const found = await ensureImage(request('/x.qcow2'), options());
    expect(found).toMatchObject({ format: 'qcow2', virtualSizeBytes: 1024 ** 3, sizeBytes: image.length, kernelFile: null });
    expect(readFileSync(found.file).equals(image)).toBe(true);
    expect(statSync(found.file).mode & 0o222).toBe(0);
    expect(leftovers()).toEqual([]);
    expect(progress.at(0)).toMatchObject({ step: 'downloading', doneBytes: 0, totalBytes: image.length });
    expect(progress.filter(({ step }) => step === 'downloading').at(-1)).toMatchObject({ doneBytes: image.length });
    expect(progress.some(({ step }) => step === 'verifying')).toBe(true);
  });

  it('is asked for once: the second time the network is not needed', async () => {
    host.put('/x.qcow2', image);
    const first = await ensureImage(request('/x.qcow2'), options());
    await host.close();
    expect(await ensureImage(request('/x.qcow2'), options())).toEqual(first);
    host = await imageHost();
  });

  it('is downloaded once where two want it at the same time', async () => {
    host.put('/x.qcow2', image);
    const [one, two] = await Promise.all([ensureImage(request('/x.qcow2'), options()), ensureImage(request('/x.qcow2'), options())]);
    expect(one).toEqual(two);
    expect(host.requests).toHaveLength(1);
  });

  it('goes on where the connection broke', async () => {
    host.put('/x.qcow2', image);
    host.once('/x.qcow2', breakAfter(100_000, imagesFolder(cache())));
    const found = await ensureImage(request('/x.qcow2'), options());
    expect(readFileSync(found.file).equals(image)).toBe(true);
    expect(host.requests[1]).toMatchObject({ range: 'bytes=100000-', status: 206 });
  });

  it('goes on in the next run where the last one was interrupted', async () => {
    host.put('/x.qcow2', image);
    host.once('/x.qcow2', (_, response, content) => {
      response.writeHead(200, { 'content-length': content.length, etag: `"${sha256(content).slice(0, 16)}"` });
      response.write(content.subarray(0, 60_000));
    });
    const stop = new AbortController();
    const first = problemOf(ensureImage(request('/x.qcow2'), options({ signal: stop.signal, onProgress: ({ doneBytes }) => doneBytes >= 60_000 && stop.abort('SIGINT') })));
    expect(await first).toMatchObject({ exitCode: 130, summary: expect.stringContaining('interrupted') as string });
    await ensureImage(request('/x.qcow2'), options());
    expect(host.requests.at(-1)).toMatchObject({ range: 'bytes=60000-', status: 206 });
  });

  it('begins anew where the vendor has replaced the file meanwhile', async () => {
    const newer = qcow2Image(9);
    host.put('/x.qcow2', newer);
    host.once('/x.qcow2', (_, response) => breakAfter(100_000, imagesFolder(cache()))(_, response, image));
    const found = await ensureImage(request('/x.qcow2', newer), options());
    expect(readFileSync(found.file).equals(newer)).toBe(true);
    expect(host.requests[1]).toMatchObject({ range: 'bytes=100000-', status: 200 });
  });

  it('is taken once more from the beginning where a server that knows no ETag gave parts of two files', async () => {
    host.put('/x.qcow2', image);
    host.once('/x.qcow2', (_, response) => breakAfter(50_000, imagesFolder(cache()), () => ({}))(_, response, qcow2Image(1)));
    const found = await ensureImage(request('/x.qcow2'), options());
    expect(readFileSync(found.file).equals(image)).toBe(true);
    expect(host.requests.slice(1)).toMatchObject([{ range: 'bytes=50000-' }, { range: undefined }]);
  });

  it('is refused with a wrong checksum, and nothing of it stays', async () => {
    host.put('/x.qcow2', qcow2Image(8));
    expect(await problemOf(ensureImage(request('/x.qcow2'), options()))).toMatchObject({ kind: 'image', summary: expect.stringContaining('its checksum differs') as string });
    expect(readdirSync(imagesFolder(cache()))).toEqual([]);
  });

  it('is refused when it stays truncated; what is here waits for the next run', async () => {
    host.put('/x.qcow2', image);
    host.once('/x.qcow2', breakAfter(1_000, imagesFolder(cache())));
    for (let times = 0; times < 4; times += 1) host.once('/x.qcow2', (_, response, content) => {
      response.writeHead(206, { 'content-length': content.length - 1_000, 'content-range': `bytes 1000-${content.length - 1}/${content.length}` }).flushHeaders();
      response.socket?.end();
    });
    expect(await problemOf(ensureImage(request('/x.qcow2'), options()))).toMatchObject({ kind: 'network', retryable: true });
    expect(leftovers().some((name) => name.endsWith('.part'))).toBe(true);
    await ensureImage(request('/x.qcow2'), options());
    expect(host.requests.at(-1)).toMatchObject({ range: 'bytes=1000-', status: 206 });
  });

  it('waits for a server that is overloaded', async () => {
    host.put('/x.qcow2', image);
    host.once('/x.qcow2', (_, response) => response.writeHead(503).end());
    host.once('/x.qcow2', (_, response) => response.writeHead(429).end());
    await ensureImage(request('/x.qcow2'), options());
    expect(host.requests.map(({ status }) => status)).toEqual([503, 429, 200]);
  });

  it.each([
    ['that is gone', 404, { kind: 'image' }],
    ['that is forbidden', 403, { kind: 'network', retryable: false }],
  ])('%s: at once', async (_, status, expected) => {
    host.once('/x.qcow2', (__, response) => response.writeHead(status).end());
    expect(await problemOf(ensureImage(request('/x.qcow2'), options()))).toMatchObject(expected);
    expect(host.requests).toHaveLength(1);
  });

  it('that there is no room for is not begun', async () => {
    host.once('/x.qcow2', (_, response) => response.writeHead(200, { 'content-length': 1e15 }).flushHeaders());
    expect(await problemOf(ensureImage(request('/x.qcow2'), options()))).toMatchObject({ kind: 'prerequisite', code: 'ENOSPC', hint: expect.stringContaining('labtui cache prune --all') as string });
  });

  it('that falls silent is given up', async () => {
    for (let times = 0; times < 5; times += 1) host.once('/x.qcow2', () => undefined);
    expect(await problemOf(ensureImage(request('/x.qcow2'), options({ stallMs: 50 })))).toMatchObject({ kind: 'network', summary: expect.stringContaining('silent') as string });
  });

  it('without a checksum is refused before anything is asked for', async () => {
    expect(await problemOf(ensureImage(request('/x.qcow2', image, { checksum: null }), options()))).toMatchObject({ kind: 'image', hint: expect.stringContaining('@sha256:HEX') as string });
    expect(host.requests).toEqual([]);
  });

  it('that is packed is verified as it comes and unpacked', async () => {
    const packed = gzipSync(image);
    host.put('/x.qcow2.gz', packed);
    const found = await ensureImage(request('/x.qcow2.gz', packed), options());
    expect(readFileSync(found.file).equals(image)).toBe(true);
  });

  it('that was written to since is downloaded again', async () => {
    host.put('/x.qcow2', image);
    const { file } = await ensureImage(request('/x.qcow2'), options());
    chmodSync(file, 0o600);
    writeFileSync(file, qcow2Image(3));
    await ensureImage(request('/x.qcow2'), options());
    expect(readFileSync(file).equals(image)).toBe(true);
    expect(host.requests).toHaveLength(2);
  });

  it.each([
    ['a backing file', (head: Buffer) => head.writeBigUInt64BE(512n, 8), 'layer over another file'],
    ['an external data file', (head: Buffer) => head.writeBigUInt64BE(4n, 72), 'its data is in another file'],
    ['a mark that it is corrupt', (head: Buffer) => head.writeBigUInt64BE(2n, 72), 'corrupt'],
  ])('with %s is refused, though its checksum is right', async (_, change, why) => {
    const bad = qcow2Image(7, (head) => void change(head));
    host.put('/x.qcow2', bad);
    expect(await problemOf(ensureImage(request('/x.qcow2', bad), options()))).toMatchObject({ kind: 'image', summary: expect.stringContaining(why) as string });
  });

  it('that is a web page is refused', async () => {
    const page = Buffer.from(`<html>${' '.repeat(2_000_000)}`);
    host.put('/x.qcow2', page);
    expect(await problemOf(ensureImage(request('/x.qcow2', page), options()))).toMatchObject({ kind: 'image', summary: expect.stringContaining('neither qcow2 nor a raw disk') as string });
  });

  it('takes the place of unused ones beyond the limit, never of used ones', async () => {
    const [first, second, third] = [qcow2Image(1), qcow2Image(2), qcow2Image(3)];
    const [used, unused] = [join(place, 'used'), join(place, 'gone')];
    mkdirSync(used);
    host.put('/1', first);
    host.put('/2', second);
    host.put('/3', third);
    const one = await ensureImage(request('/1', first), options({ usedBy: used }));
    const two = await ensureImage(request('/2', second), options({ usedBy: unused }));
    const three = await ensureImage(request('/3', third), options({ usedBy: unused, limitBytes: 400_000 }));
    expect([one, two, three].map(({ file }) => statSync(file, { throwIfNoEntry: false }) !== undefined)).toEqual([true, false, true]);
  });
});

describe('an image of one\'s own (file:)', () => {
  it('is used where it is', async () => {
    const file = join(place, 'mine.qcow2');
    writeFileSync(file, image);
    expect(await ensureImage({ source: `file:${file}`, arch: 'amd64', checksum: null, format: null }, options())).toMatchObject({ file, format: 'qcow2', virtualSizeBytes: 1024 ** 3 });
  });

  it('starts with the kernel that was built beside it', async () => {
    const file = join(place, 'mine.qcow2');
    writeFileSync(file, image);
    writeFileSync(`${file}.vmlinuz`, 'kernel');
    const boot = { kernel: 'mine.qcow2.vmlinuz', initrd: 'mine.qcow2.initrd', arguments: 'root=LABEL=rootfs' };
    const record = { v: 1, source: 'build:debian@12', arch: 'amd64', checksum: `sha256:${sha256(image)}`, format: 'qcow2', sizeBytes: image.length, virtualSizeBytes: 1024 ** 3, modifiedMs: 1, addedAt: '2026-11-21T00:00:00Z', boot };
    writeFileSync(`${file}.json`, JSON.stringify(record));
    const wanted = { source: `file:${file}`, arch: 'amd64' as const, checksum: null, format: null };
    expect(await problemOf(ensureImage(wanted, options()))).toMatchObject({ kind: 'image', summary: expect.stringContaining('mine.qcow2.initrd') as string });
    writeFileSync(`${file}.initrd`, 'initrd');
    expect(await ensureImage(wanted, options())).toMatchObject({ kernelFile: `${file}.vmlinuz`, initrdFile: `${file}.initrd`, kernelArguments: 'root=LABEL=rootfs' });
  });

  it('that is not there, or is another than the checksum says, is refused', async () => {
    const file = join(place, 'mine.qcow2');
    const wanted = { source: `file:${file}`, arch: 'amd64' as const, checksum: `sha256:${'0'.repeat(64)}`, format: null };
    expect(await problemOf(ensureImage(wanted, options()))).toMatchObject({ kind: 'prerequisite', summary: `there is no image at ${file}` });
    writeFileSync(file, image);
    expect(await problemOf(ensureImage(wanted, options()))).toMatchObject({ kind: 'image', summary: expect.stringContaining('its checksum differs') as string });
  });
});

it('a built image that was never built says how to build it', async () => {
  expect(await problemOf(ensureImage({ source: 'build:debian@12', arch: 'arm64', checksum: null, format: null }, options()))).toMatchObject({ kind: 'image', hint: 'labtui image build debian@12 --arch arm64' });
});
