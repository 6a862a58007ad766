import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listLocalImages, importLocalImage, type ImageImportOptions } from '../../../src/cli/commands/image.ts';
import { pruneCache } from '../../../src/cli/commands/cache.ts';
import { clouds } from '../../../src/clouds/registry.ts';
import { LabError } from '../../../src/core/errors.ts';
import { ensureImage } from '../../../src/local/image/ensure-image.ts';
import { imagesFolder } from '../../../src/local/image/image-store.ts';
import { resolveImage } from '../../../src/local/image/resolve-image.ts';
import { findProgram } from '../../../src/platform/find-program.ts';
import { cliContext } from '../../support/cli-context.ts';
import { skipLoudly } from '../../support/labtui.ts';
import { qcow2Image, sha256 } from './image-host.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'labtui-import-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const image = qcow2Image(7);
const cache = (): string => join(place, 'labtui');
const own = (name: string, content: Uint8Array = image): string => {
  const file = join(place, name);
  writeFileSync(file, content);
  return file;
};
async function importFile(file: string, options: ImageImportOptions = {}, signal = new AbortController().signal) {
  const context = { ...cliContext({ clouds, cwd: place, json: true }), signal };
  expect(await importLocalImage(context, file, { arch: 'amd64', ...options })).toBe(0);
  return JSON.parse(context.printed()) as { status: string; name: string; source: string; file: string; checksum: string; format: string; distro: string | null; boot: string; usedBy: string[] };
}
const listed = async () => {
  const context = cliContext({ clouds, cwd: place, json: true });
  await listLocalImages(context);
  return JSON.parse(context.printed()) as { name: string; source: string; usedBy: string[] }[];
};
const problemOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(() => null, (reason: unknown) => reason);
  if (!(error instanceof LabError)) throw new Error(`no LabError: ${String(error)}`);
  return { ...error.problem, exitCode: error.exitCode };
};
const leftovers = (): readonly string[] => readdirSync(imagesFolder(cache())).filter((name) => name.startsWith('.'));
const resolving = () => ({ cacheDirectory: cache(), cwd: place, signal: new AbortController().signal, environment: {} });
const ensuring = () => ({ cacheDirectory: cache(), usedBy: place, signal: new AbortController().signal, environment: {} });

describe('a disk of one\'s own', () => {
  it('is copied into the cache under its name, for nobody else to read and nobody to write', async () => {
    const found = await importFile(own('My Disk.qcow2'));
    expect(found).toMatchObject({ status: 'imported', name: 'my-disk (imported)', source: 'import:my-disk', checksum: `sha256:${sha256(image)}`, format: 'qcow2', distro: null, boot: 'firmware' });
    rmSync(join(place, 'My Disk.qcow2'));
    expect(readFileSync(found.file).equals(image)).toBe(true);
    expect(statSync(found.file).mode & 0o222).toBe(0);
    expect(statSync(imagesFolder(cache())).mode & 0o077).toBe(0);
    expect(leftovers()).toEqual([]);
    expect(await listed()).toMatchObject([{ name: 'my-disk (imported)', source: 'import:my-disk' }]);
  });

  it('is what --image NAME means from then on, pinned to its content', async () => {
    await importFile(own('lab.qcow2'));
    for (const pin of ['lab', 'import:lab']) {
      const found = await resolveImage({ distro: 'debian@12', arch: 'amd64', query: null, pin }, resolving());
      expect(found).toMatchObject({ source: 'import:lab', checksum: `sha256:${sha256(image)}`, format: 'qcow2', notes: [expect.stringContaining('the image lab that was imported here')] });
      expect(await ensureImage(found, ensuring())).toMatchObject({ format: 'qcow2', virtualSizeBytes: 1024 ** 3, kernelFile: null });
    }
    expect((await listed())[0]?.usedBy).toEqual([place]);
    expect(await importFile(join(place, 'lab.qcow2'))).toMatchObject({ status: 'unchanged', usedBy: [place] });
    expect(await problemOf(resolveImage({ distro: 'debian@12', arch: 'arm64', query: null, pin: 'lab' }, resolving()))).toMatchObject({ kind: 'image', hint: expect.stringContaining('labtui image import FILE --name lab --arch arm64') as string });
  });

  it('says both ways out where nothing has that name: another cloud\'s image, a file', async () => {
    expect(await problemOf(resolveImage({ distro: 'debian@12', arch: 'amd64', query: null, pin: 'ami-12345' }, resolving()))).toMatchObject({
      kind: 'image',
      summary: 'no image ami-12345 for amd64 has been imported here',
      hint: 'labtui image import FILE --name ami-12345 --arch amd64\nor, where it is a file: --image file:ami-12345',
    });
  });

  it('is taken for its distro without --image, until a newer one is there', async () => {
    await importFile(own('one.qcow2'), { distro: 'debian@12' });
    const wanted = { distro: 'debian@12', arch: 'amd64' as const, query: null, pin: null };
    expect(await resolveImage(wanted, resolving())).toMatchObject({ source: 'import:one' });
    await importFile(own('two.qcow2', qcow2Image(8)), { distro: 'debian@12' });
    expect(await resolveImage(wanted, resolving())).toMatchObject({ source: 'import:two' });
    expect(await problemOf(resolveImage({ ...wanted, distro: 'debian@13' }, resolving()))).toMatchObject({ kind: 'image' });
  });

  it('is not copied again, and its name is not given to another one', async () => {
    const file = own('lab.qcow2');
    const first = await importFile(file);
    const before = statSync(first.file).ino;
    expect(await importFile(file, { distro: 'rocky@9' })).toMatchObject({ status: 'unchanged', distro: 'rocky@9' });
    expect(statSync(first.file).ino).toBe(before);
    writeFileSync(file, qcow2Image(8));
    expect(await problemOf(importFile(file))).toMatchObject({ kind: 'invalid-input', summary: 'another image for amd64 has the name lab', hint: expect.stringContaining('--name lab-2') as string });
    expect(readFileSync(first.file).equals(image)).toBe(true);
    // Another architecture has names of its own.
    expect(await importFile(file, { arch: 'arm64' })).toMatchObject({ status: 'imported' });
  });

  it('comes again where the copy was damaged', async () => {
    const file = own('lab.qcow2');
    const first = await importFile(file);
    chmodSync(first.file, 0o600);
    writeFileSync(first.file, 'rubbish');
    expect(await importFile(file)).toMatchObject({ status: 'imported' });
    expect(readFileSync(first.file).equals(image)).toBe(true);
  });

  it('two at once under one name are one', async () => {
    const file = own('lab.qcow2');
    const both = await Promise.all([importFile(file), importFile(file)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['imported', 'unchanged']);
    expect(leftovers()).toEqual([]);
  });

  it('keeps its holes, of a raw disk', async () => {
    const file = own('disk.raw', Buffer.alloc(512, 1));
    truncateSync(file, 64 << 20);
    const found = await importFile(file);
    expect(found).toMatchObject({ format: 'raw', checksum: `sha256:${sha256(readFileSync(file))}` });
    expect(statSync(found.file)).toMatchObject({ size: 64 << 20 });
    expect(statSync(found.file).blocks * 512).toBeLessThan(8 << 20);
  });

  it('brings the kernel that belongs to it', async () => {
    const file = own('built.qcow2');
    const boot = { kernel: 'built.qcow2.vmlinuz', initrd: 'built.qcow2.initrd', arguments: 'root=LABEL=rootfs' };
    const record = { v: 1, source: 'build:debian@12', arch: 'amd64', checksum: `sha256:${sha256(image)}`, format: 'qcow2', sizeBytes: image.length, virtualSizeBytes: 1024 ** 3, modifiedMs: 1, addedAt: '2026-11-21T00:00:00Z', boot };
    own('built.qcow2.json', Buffer.from(JSON.stringify(record)));
    own('built.qcow2.vmlinuz', Buffer.from('kernel'));
    own('built.qcow2.initrd', Buffer.from('initrd'));
    expect(await importFile(file)).toMatchObject({ boot: 'kernel' });
    const found = await ensureImage(await resolveImage({ distro: 'debian@12', arch: 'amd64', query: null, pin: 'built' }, resolving()), ensuring());
    expect(found.kernelArguments).toBe('root=LABEL=rootfs');
    expect(readFileSync(found.kernelFile ?? '', 'utf8')).toBe('kernel');
    // Not what stands anywhere else, whatever the file beside it says.
    mkdirSync(join(place, 'x'));
    own('x/own.qcow2');
    own('x/own.qcow2.json', Buffer.from(JSON.stringify({ ...record, boot: { ...boot, kernel: '../built.qcow2.vmlinuz', initrd: '../built.qcow2.initrd' } })));
    expect(await problemOf(importFile(join(place, 'x/own.qcow2')))).toMatchObject({ kind: 'image', summary: expect.stringContaining('in another folder') as string });
  });

  it('is pruned as any other image, unless something stands on it', async () => {
    await importFile(own('used.qcow2'));
    await importFile(own('idle.qcow2', qcow2Image(8)));
    await ensureImage({ source: 'import:used', arch: 'amd64', checksum: null, format: null }, ensuring());
    const context = cliContext({ clouds, cwd: place, json: true });
    await pruneCache(context, { all: true });
    expect(await listed()).toMatchObject([{ source: 'import:used' }]);
  });
});

describe('what is refused, and leaves nothing', () => {
  const layered = qcow2Image(7, (head) => head.writeBigUInt64BE(1_024n, 8));
  const elsewhere = qcow2Image(7, (head) => head.writeBigUInt64BE(4n, 72));
  const vmdkImage = (descriptor: string, capacity = 2_048n): Buffer => {
    const content = Buffer.alloc(1 << 20);
    content.write('KDMV', 0, 'latin1');
    content.writeUInt32LE(1, 4);
    content.writeBigUInt64LE(capacity, 12);
    content.writeBigUInt64LE(1n, 28);
    content.writeBigUInt64LE(20n, 36);
    content.write(descriptor, 512, 'latin1');
    return content;
  };
  const vhd = Buffer.alloc(1 << 20);
  vhd.write('conectix', 0, 'latin1');
  vhd.writeUInt32BE(4, 60);
  const tar = Buffer.alloc(10_240);
  tar.write('ustar', 257, 'latin1');

  it.each([
    ['a layer over another file', layered, /layer over another file/],
    ['a qcow2 with its data elsewhere', elsewhere, /data is in another file/],
    ['a VMDK of several files', vmdkImage('# Disk DescriptorFile\nRW 2048 SPARSE "a.vmdk"\nRW 2048 FLAT "/etc/shadow" 0\n'), /several files/],
    ['a VMDK without data of its own', vmdkImage('RW 2048 FLAT "/etc/shadow" 0\n', 0n), /other files/],
    ['a VMDK with a parent', vmdkImage('parentFileNameHint="/etc/shadow"\n'), /layer over another file/],
    ['a damaged VMDK', Buffer.concat([Buffer.from('KDMV'), Buffer.alloc((1 << 20) - 4, 0xff)]), /header is damaged/],
    ['a list of files', Buffer.from('# Disk DescriptorFile\nRW 2048 FLAT "/etc/shadow" 0\n'), /only names the files/],
    ['a VHD with a parent', vhd, /layer over another file/],
    ['a packed disk', gzipSync(image), /packed/],
    ['an archive', tar, /archive/],
    ['a web page', Buffer.from(`<html>${' '.repeat(2 << 20)}</html>`), /neither qcow2 nor a raw disk/],
    ['nothing', Buffer.alloc(0), /neither qcow2 nor a raw disk/],
  ])('%s', async (_, content, reason) => {
    const file = own('x.img', content);
    const problem = await problemOf(importFile(file));
    expect(problem).toMatchObject({ kind: 'image', summary: expect.stringMatching(reason) as string });
    expect(problem.summary).toContain(file);
    expect(await listed()).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  it('a file that is not there, a directory, another checksum, a name that is none', async () => {
    expect(await problemOf(importFile(join(place, 'none.qcow2')))).toMatchObject({ kind: 'prerequisite', summary: `there is no image at ${join(place, 'none.qcow2')}` });
    expect(await problemOf(importFile(place, { name: 'x' }))).toMatchObject({ kind: 'prerequisite', summary: `${place} is a directory, not an image` });
    const file = own('lab.qcow2');
    expect(await problemOf(importFile(file, { sha256: '0'.repeat(64) }))).toMatchObject({ kind: 'image', summary: expect.stringContaining('checksum differs') as string });
    expect(await problemOf(importFile(file, { sha256: 'abc' }))).toMatchObject({ kind: 'invalid-input' });
    expect(await problemOf(importFile(file, { name: '../up' }))).toMatchObject({ kind: 'invalid-input' });
    expect(await problemOf(importFile(file, { distro: 'debain' }))).toMatchObject({ kind: 'invalid-input', summary: expect.stringContaining('did you mean "debian"') as string });
    expect(await listed()).toEqual([]);
    expect(await importFile(file, { sha256: `SHA256:${sha256(image).toUpperCase()}` })).toMatchObject({ status: 'imported' });
  });

  it('a cache that cannot be written, by name', async () => {
    own('labtui', Buffer.from('a file in the way'));
    expect(await problemOf(importFile(own('lab.qcow2')))).toMatchObject({ kind: 'prerequisite', hint: expect.stringContaining('XDG_CACHE_HOME') as string });
  });

  it('what was interrupted (130)', async () => {
    const controller = new AbortController();
    controller.abort('SIGINT');
    expect(await problemOf(importFile(own('lab.qcow2'), {}, controller.signal))).toMatchObject({ exitCode: 130 });
    expect(await listed()).toEqual([]);
    expect(leftovers()).toEqual([]);
  });
});

describe.skipIf(skipLoudly('image import of other forms', findProgram('qemu-img', process.env) === null ? 'there is no qemu-img here' : null))('a disk of another form', () => {
  it.each(['vmdk', 'vdi', 'vhdx', 'vpc'])('%s becomes a qcow2 with the same content', async (form) => {
    const raw = own('disk.raw', Buffer.alloc(2 << 20, 'labtui'));
    const file = join(place, `disk.${form}`);
    execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', form, raw, file]);
    const found = await importFile(file, { sha256: sha256(readFileSync(file)) });
    expect(found).toMatchObject({ status: 'imported', format: 'qcow2', source: 'import:disk' });
    const back = join(place, 'back.raw');
    execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', found.file, back]);
    expect(readFileSync(back).subarray(0, 2 << 20).equals(readFileSync(raw))).toBe(true);
    expect(await importFile(file)).toMatchObject({ status: 'unchanged' });
  });

  it('is refused where qemu-img cannot read it either', async () => {
    const broken = Buffer.alloc(1 << 20);
    broken.write('vhdxfile', 0, 'latin1');
    expect(await problemOf(importFile(own('x.vhdx', broken)))).toMatchObject({ kind: 'image', summary: expect.stringContaining('as vhdx') as string });
    expect(leftovers()).toEqual([]);
  });
});
