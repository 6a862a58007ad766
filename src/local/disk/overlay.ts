import { rm } from 'node:fs/promises';
import { execa } from 'execa';
import * as z from 'zod';
import { invalidInput, LabError } from '../../core/errors.ts';
import { findQemuImg } from '../qemu/programs.ts';

export interface Overlay {
  /** Absolute. */
  readonly file: string;
  /** What stands behind it and is never written to; absolute. */
  readonly imageFile: string;
  readonly imageFormat: 'qcow2' | 'raw';
  /** null: as big as the image. */
  readonly sizeGb: number | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const information = z.object({ 'virtual-size': z.number() });
const gib = 1024 ** 3;

/** Makes a disk that holds what differs from its image; its size for the guest, in bytes. Rejects with a LabError, and then there is no such file. */
export async function createOverlay({ file, imageFile, imageFormat, sizeGb }: Overlay, environment: Environment): Promise<number> {
  const imageBytes = await virtualSize(imageFile, environment);
  const bytes = sizeGb === null ? imageBytes : sizeGb * gib;
  if (bytes < imageBytes) throw invalidInput(`a disk of ${sizeGb ?? 0} GiB is too small for its image`, `--disk ${Math.ceil(imageBytes / gib)} or more`);
  try {
    await run(['create', '-q', '-f', 'qcow2', '-F', imageFormat, '-b', imageFile, file, String(bytes)], environment);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return bytes;
}

/** Tells a disk where its image is now: the same image, in another place. */
export async function moveImage({ file, imageFile, imageFormat }: Omit<Overlay, 'sizeGb'>, environment: Environment): Promise<void> {
  await run(['rebase', '-q', '-u', '-f', 'qcow2', '-F', imageFormat, '-b', imageFile, file], environment);
}

/** The size that a guest sees, in bytes; of a disk in use too. */
export async function virtualSize(file: string, environment: Environment): Promise<number> {
  const stdout = await run(['info', '--force-share', '--output=json', file], environment);
  return information.parse(JSON.parse(stdout))['virtual-size'];
}

async function run(args: readonly string[], environment: Environment): Promise<string> {
  const { failed, stdout, stderr } = await execa(findQemuImg(environment), args, { reject: false, stdin: 'ignore', timeout: 120_000 });
  if (!failed) return stdout;
  const said = stderr.trim().split('\n').at(-1) ?? '';
  if (/No space left on device|Disk quota exceeded/.test(said)) throw new LabError({ kind: 'capacity', code: 'NoSpace', summary: 'the disk of this computer is full', detail: said, hint: 'make room: labtui cache prune' });
  throw new LabError({ kind: 'internal', code: 'QemuImgFailed', summary: `qemu-img ${args[0] ?? ''} failed: ${said}`, detail: stderr });
}
