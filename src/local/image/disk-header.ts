import { open } from 'node:fs/promises';
import { LabError } from '../../core/errors.ts';
import type { DiskFormat } from './image.ts';

export interface DiskHeader {
  readonly format: DiskFormat;
  readonly virtualSizeBytes: number;
}

/**
 * What kind of disk a file holds, and how large it is for a guest. Rejects with kind image where it is no disk, or a qcow2 that names
 * other files (a backing file, an external data file): QEMU would open whatever stands there. Offsets: QEMU's docs/interop/qcow2.
 */
export async function readDiskHeader(file: string): Promise<DiskHeader> {
  const handle = await open(file, 'r');
  try {
    const head = Buffer.alloc(104);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const { size } = await handle.stat();
    if (bytesRead >= 4 && head.toString('latin1', 0, 4) === 'QFI\xfb') return qcow2(head.subarray(0, bytesRead), file);
    // A sector is the least a disk has; a web page that stands in for an image is text.
    if (size < 1_048_576 || size % 512 !== 0 || /^\s*(?:<|\{)/.test(head.toString('latin1', 0, bytesRead))) throw noDisk(file, 'it is neither qcow2 nor a raw disk');
    return { format: 'raw', virtualSizeBytes: size };
  } finally {
    await handle.close();
  }
}

function qcow2(head: Buffer, file: string): DiskHeader {
  if (head.length < 72) throw noDisk(file, 'its qcow2 header is cut off');
  const version = head.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw noDisk(file, `its qcow2 version is ${version}`);
  if (head.readBigUInt64BE(8) !== 0n) throw noDisk(file, 'it is a layer over another file: qemu-img convert -O qcow2 makes a whole one');
  const incompatible = version === 3 && head.length >= 80 ? head.readBigUInt64BE(72) : 0n;
  if ((incompatible & 4n) !== 0n) throw noDisk(file, 'its data is in another file: qemu-img convert -O qcow2 makes a whole one');
  if ((incompatible & 2n) !== 0n) throw noDisk(file, 'it says itself that it is corrupt');
  const virtualSizeBytes = Number(head.readBigUInt64BE(24));
  if (!Number.isSafeInteger(virtualSizeBytes) || virtualSizeBytes === 0) throw noDisk(file, 'it has no size');
  return { format: 'qcow2', virtualSizeBytes };
}

function noDisk(file: string, why: string): LabError {
  return new LabError({ kind: 'image', summary: `${file} cannot be used as an image: ${why}`, hint: 'an image is a whole disk, qcow2 or raw: qemu-img info FILE' });
}
