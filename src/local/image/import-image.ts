import { chmod, copyFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Arch } from '../../core/clouds.ts';
import { exitCodes, LabError } from '../../core/errors.ts';
import { durableWrite, ensurePrivateDirectory } from '../../platform/durable-write.ts';
import { errnoOf } from '../../platform/errno.ts';
import { findQemuImg } from '../qemu/programs.ts';
import { fileDigest } from './checksum.ts';
import { copyDisk } from './copy-disk.ts';
import { readDiskHeader } from './disk-header.ts';
import { foreignFormat, type OtherFormat } from './foreign-format.ts';
import type { ImageRecord } from './image.ts';
import { withImageLock } from './image-lock.ts';
import { cacheProblem } from './image-problem.ts';
import { imageKey, imagesFolder, isUntouched, publishImage, readRecord, stagingFolder } from './image-store.ts';
import { importedSource } from './kept-images.ts';
import { readOwnRecord } from './own-image.ts';
import { lockFile } from './prune-images.ts';
import { bytesIn, listImages, type StoredImage } from './stored-images.ts';

export interface ImportRequest {
  /** Absolute. */
  readonly file: string;
  readonly name: string;
  readonly arch: Arch;
  /** `debian@12`: what `--distro` is to take it for. null: it goes by its name only. */
  readonly distro: string | null;
  /** What the file's SHA-256 must be, lower-case hex. */
  readonly sha256: string | null;
  readonly cacheDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/**
 * Brings a disk of one's own into the cache, under a name: a copy, so that the file may go. qcow2 and raw stay what they are, VMDK, VDI,
 * VHDX and VHD become qcow2. The same again changes nothing. Rejects with kind image (no disk, one that needs other files, another
 * checksum), invalid-input (the name is another image's), prerequisite (no file, no room, no qemu-img), or as interrupted.
 */
export async function importImage(request: ImportRequest): Promise<{ readonly image: StoredImage; readonly status: 'imported' | 'unchanged' }> {
  const { arch, cacheDirectory, file, signal, onLine } = request;
  const key = imageKey(importedSource(request.name), arch);
  await requireFile(file);
  try {
    await ensurePrivateDirectory(imagesFolder(cacheDirectory));
    const onWait = (by: string): void => onLine(`waiting for ${by}, which imports under the same name`);
    return await withImageLock(lockFile(cacheDirectory, key), { signal, onWait }, async () => {
      const directory = join(imagesFolder(cacheDirectory), key);
      const known = await readRecord(directory);
      const taken = known !== null && (await isUntouched(directory, known));
      const record = taken ? await sameAgain(request, directory, known) : await bring(request, directory);
      const stored = (await listImages(cacheDirectory)).find((image) => image.key === key);
      const image = stored ?? { key, directory, record, bytes: await bytesIn(directory), usedAt: new Date(record.addedAt), usedBy: [] };
      return { image, status: taken ? 'unchanged' : 'imported' } as const;
    });
  } catch (error) {
    if (signal.aborted && !(error instanceof LabError)) throw importInterrupted(signal);
    throw cacheProblem(error, imagesFolder(cacheDirectory));
  }
}

async function requireFile(file: string): Promise<void> {
  const found = await stat(file).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  });
  if (found?.isFile() === true) return;
  const summary = found?.isDirectory() === true ? `${file} is a directory, not an image` : `there is no image at ${file}`;
  throw new LabError({ kind: 'prerequisite', summary, hint: 'check the path, and that you may read it' });
}

/** The name is in use: by the same image, or by another one. What it is taken for may change. */
async function sameAgain(request: ImportRequest, directory: string, known: ImageRecord): Promise<ImageRecord> {
  const { arch, distro, file, name, signal } = request;
  const sum = checked(await fileDigest(file, 'sha256', { signal }), request);
  if (known.checksum !== sum) {
    throw new LabError({
      kind: 'invalid-input',
      summary: `another image for ${arch} has the name ${name}`,
      detail: `it is   ${known.checksum}, imported ${known.addedAt.slice(0, 10)}\nthis is ${sum}`,
      hint: `give this one another name: --name ${name}-2   or remove what nothing uses: labtui cache prune --all`,
    });
  }
  const record = distro === null ? known : { ...known, distro };
  if (record.distro !== known.distro) await durableWrite(join(directory, 'image.json'), `${JSON.stringify(record, null, 2)}\n`, 0o600);
  return record;
}

async function bring(request: ImportRequest, directory: string): Promise<ImageRecord> {
  const { arch, cacheDirectory, distro, file, name, onLine } = request;
  const form = await foreignFormat(file);
  const staging = await stagingFolder(cacheDirectory);
  try {
    const disk = join(staging, 'disk');
    const whole = form === 'qcow2' || form === 'raw';
    // Of a whole disk the header says at once whether it can be used; of the copy it is read again, since that is what will be run.
    if (whole) await readDiskHeader(file);
    onLine(whole ? `copying ${file}` : `making a qcow2 of ${file}`);
    const checksum = whole ? checked(await copyDisk(file, disk, request.signal), request) : await converted(request, form, disk);
    const { format, virtualSizeBytes } = await readDiskHeader(disk);
    await rename(disk, `${disk}.${format}`);
    const boot = await kernelBeside(file, staging);
    const record = { source: importedSource(name), arch, checksum, format, virtualSizeBytes, addedAt: new Date().toISOString(), boot, ...(distro === null ? {} : { distro }) };
    return await publishImage(staging, directory, record);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function converted(request: ImportRequest, form: OtherFormat, disk: string): Promise<string> {
  const { environment, file, signal } = request;
  const program = findQemuImg(environment);
  const sum = checked(await fileDigest(file, 'sha256', { signal }), request);
  // Its form is named and nothing stands behind it, whatever the file says of itself.
  const source = `json:${JSON.stringify({ driver: form, file: { driver: 'file', filename: file }, backing: null })}`;
  const result = await execa(program, ['convert', '-O', 'qcow2', source, disk], { stdin: 'ignore', reject: false, cancelSignal: signal, env: { ...environment }, extendEnv: false });
  signal.throwIfAborted();
  if (result.failed) {
    const full = /No space left|Disk quota/.test(result.stderr);
    if (full) throw Object.assign(new Error(result.stderr), { code: 'ENOSPC' });
    throw new LabError({ kind: 'image', summary: `${file} cannot be used as an image: qemu-img does not read it as ${form}`, detail: result.stderr.trim() });
  }
  await chmod(disk, 0o600);
  return sum;
}

/** A disk that `labtui image build --output` made starts by the kernel beside it. */
async function kernelBeside(file: string, staging: string): Promise<ImageRecord['boot']> {
  const boot = await readOwnRecord(file);
  if (boot === null) return null;
  const kept = { kernel: 'vmlinuz', initrd: 'initrd.img', arguments: boot.arguments };
  for (const [path, name] of [[boot.kernel, kept.kernel], [boot.initrd, kept.initrd]] as const) {
    if (dirname(path) !== dirname(file)) throw new LabError({ kind: 'image', summary: `${file}.json names ${basename(path)} in another folder`, hint: 'kernel and initial RAM disk belong beside the image' });
    await copyFile(path, join(staging, name));
  }
  return kept;
}

function checked(hex: string, { file, sha256 }: ImportRequest): string {
  if (sha256 === null || sha256 === hex) return `sha256:${hex}`;
  throw new LabError({ kind: 'image', summary: `${file} is not the image that was named: its checksum differs`, detail: `sha256 named ${sha256}\n       found ${hex}\nNothing of it was kept.` });
}

function importInterrupted(signal: AbortSignal): LabError {
  return new LabError({ kind: 'not-ready', summary: 'interrupted before the image was imported; nothing of it was kept' }, { exitCode: signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted });
}
