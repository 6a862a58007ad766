import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { StoredImage } from './stored-images.ts';

/**
 * Copies a built image out of the cache: FILE, and beside it FILE.vmlinuz, FILE.initrd and FILE.json, which `file:FILE` reads. Rejects
 * with the system's error.
 */
export async function exportImage({ directory, record }: StoredImage, file: string): Promise<void> {
  if (record.boot === null) throw new Error('a built image has a kernel');
  await mkdir(dirname(file), { recursive: true });
  await copyFile(join(directory, `disk.${record.format}`), file);
  await chmod(file, 0o644);
  const boot = { ...record.boot, kernel: `${basename(file)}.vmlinuz`, initrd: `${basename(file)}.initrd` };
  await copyFile(join(directory, record.boot.kernel), `${file}.vmlinuz`);
  await copyFile(join(directory, record.boot.initrd), `${file}.initrd`);
  await writeFile(`${file}.json`, `${JSON.stringify({ ...record, boot }, null, 2)}\n`);
}
