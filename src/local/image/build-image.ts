import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { ensurePrivateDirectory } from '../../platform/durable-write.ts';
import { buildFailed, buildInterrupted } from './build-problem.ts';
import { kernelArgumentsFor } from './build-recipe.ts';
import { builtSource } from './kept-images.ts';
import { fileDigest } from './checksum.ts';
import { readDiskHeader } from './disk-header.ts';
import { cacheProblem } from './image-problem.ts';
import { withImageLock } from './image-lock.ts';
import { imageKey, imagesFolder, publishImage, stagingFolder } from './image-store.ts';
import { lockFile } from './prune-images.ts';
import { type BuildRequest, debootstrap } from './run-mmdebstrap.ts';
import { bytesIn, type StoredImage } from './stored-images.ts';

/**
 * Builds a bootable image from a distribution's signed package archive, into the cache: kernel, systemd, cloud-init, OpenSSH. As root,
 * or in user name spaces. One build of a distro at a time. Rejects with kind prerequisite (a program or right is missing), network,
 * image (the archive has no such suite or package), or as interrupted.
 */
export async function buildImage(request: BuildRequest): Promise<StoredImage> {
  const { arch, cacheDirectory, distro, onLine, signal, version } = request;
  const source = builtSource(`${distro}@${version}`);
  try {
    await ensurePrivateDirectory(imagesFolder(cacheDirectory));
    const onWait = (by: string): void => onLine(`waiting for ${by}, which builds the same image`);
    return await withImageLock(lockFile(cacheDirectory, imageKey(source, arch)), { signal, onWait }, () => build(request, source));
  } catch (error) {
    throw cacheProblem(error, imagesFolder(cacheDirectory));
  }
}

async function build(request: BuildRequest, source: string): Promise<StoredImage> {
  const { arch, cacheDirectory, signal, onLine } = request;
  const staging = await stagingFolder(cacheDirectory);
  try {
    const raw = join(staging, 'disk.building');
    await debootstrap(request, raw);
    onLine('packing the disk');
    await takeOutKernel(request, raw, staging);
    const disk = join(staging, 'disk.qcow2');
    await helper('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, disk], request, staging);
    await rm(raw);
    const { format, virtualSizeBytes } = await readDiskHeader(disk);
    const checksum = `sha256:${await fileDigest(disk, 'sha256', { signal })}`;
    const key = imageKey(checksum, arch);
    const directory = join(imagesFolder(cacheDirectory), key);
    const boot = { kernel: 'vmlinuz', initrd: 'initrd.img', arguments: kernelArgumentsFor(arch) };
    const record = await publishImage(staging, directory, { source, arch, checksum, format, virtualSizeBytes, addedAt: new Date().toISOString(), boot });
    return { key, directory, record, bytes: await bytesIn(directory), usedAt: new Date(record.addedAt), usedBy: [] };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Takes kernel and initial RAM disk out of the disk, which nobody need mount for it. */
async function takeOutKernel(request: BuildRequest, disk: string, folder: string): Promise<void> {
  for (const name of ['vmlinuz', 'initrd.img']) {
    await helper('debugfs', ['-R', `dump /boot/${name} ${name}`, disk], request, folder);
    const size = await stat(join(folder, name)).then((found) => found.size, () => 0);
    if (size < 1_000_000) throw buildFailed(`there is no /boot/${name} in the new system`, request);
  }
}

/** A program that works on the new files, in their folder. */
async function helper(program: string, args: readonly string[], request: BuildRequest, cwd: string): Promise<void> {
  const { environment, signal } = request;
  const env = { ...environment, PATH: `${environment.PATH ?? ''}:/usr/sbin:/sbin` };
  const result = await execa(program, args, { stdin: 'ignore', reject: false, cancelSignal: signal, env, extendEnv: false, cwd });
  if (signal.aborted) throw buildInterrupted(signal);
  if (result.failed) throw buildFailed(result.code === 'ENOENT' ? `ENOENT: ${program}` : result.stderr, request);
}
