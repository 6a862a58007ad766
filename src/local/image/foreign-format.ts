import { type FileHandle, open } from 'node:fs/promises';
import { LabError } from '../../core/errors.ts';
import type { DiskFormat } from './image.ts';

/** Forms that machines do not run from, but that can be made into one that they do; named as QEMU's drivers are. */
export type OtherFormat = 'vmdk' | 'vdi' | 'vhdx' | 'vpc';

const packed: readonly (readonly [magic: string, how: string])[] = [
  ['\x1f\x8b', 'gunzip'],
  ['\xfd7zXZ\0', 'unxz'],
  ['\x28\xb5\x2f\xfd', 'unzstd'],
  ['BZh', 'bunzip2'],
  ['PK\x03\x04', 'unzip'],
];

/**
 * In which form a disk is that comes from anywhere. Looks at bytes only: a program that opens it would open what it names, too. Rejects
 * with kind image for what is packed, and for a disk that needs other files. What else a qcow2 or a raw disk has to be is for
 * `readDiskHeader`. Layouts: QEMU's block/vmdk.c, vdi.c, vhdx.h, vpc.c.
 */
export async function foreignFormat(file: string): Promise<DiskFormat | OtherFormat> {
  const handle = await open(file, 'r');
  try {
    const head = await bytesAt(handle, 0, 512);
    const { size } = await handle.stat();
    const starts = (magic: string): boolean => head.toString('latin1', 0, magic.length) === magic;
    const how = packed.find(([magic]) => starts(magic))?.[1];
    if (how !== undefined) throw refused(file, 'it is packed', `unpack it first: ${how} ${file}`);
    if (head.toString('latin1', 257, 262) === 'ustar') throw refused(file, 'it is an archive', `unpack it first: tar -xf ${file}   and import the disk in it`);
    if (starts('QFI\xfb')) return 'qcow2';
    if (starts('KDMV')) return await vmdk(handle, head, file);
    if (starts('# Disk DescriptorFile')) throw refused(file, 'it only names the files that hold the disk', `make one file of it first, where you trust it: ${convertHint}`);
    if (starts('vhdxfile')) return 'vhdx';
    if (head.length >= 68 && head.readUInt32LE(64) === 0xbeda107f) return 'vdi';
    const tail = starts('conectix') ? head : await bytesAt(handle, Math.max(0, size - 512), 512);
    if (tail.toString('latin1', 0, 8) === 'conectix') return vpc(tail, file);
    if (starts('QED\0') || starts('COWD')) throw refused(file, 'it is of a form that labtui does not know', convertHint);
    return 'raw';
  } finally {
    await handle.close();
  }
}

const convertHint = 'qemu-img convert -O qcow2 FILE new.qcow2';

/** The descriptor within a sparse VMDK is text, and may name a parent and further files. */
async function vmdk(handle: FileHandle, head: Buffer, file: string): Promise<OtherFormat> {
  if (head.length < 44 || head.readBigUInt64LE(12) === 0n) throw refused(file, 'its data is in other files', convertHint);
  const [start, sectors] = [Number(head.readBigUInt64LE(28)) * 512, Number(head.readBigUInt64LE(36))];
  if (!Number.isSafeInteger(start)) throw refused(file, 'its header is damaged', 'qemu-img info FILE');
  // QEMU reads 20 sectors of it, however many the header says there are.
  const text = start === 0 ? '' : (await bytesAt(handle, start, Math.min(Math.max(sectors, 20), 128) * 512)).toString('latin1');
  if (/parentFileNameHint/i.test(text)) throw refused(file, 'it is a layer over another file', convertHint);
  if ((text.match(/^\s*(?:RW|RDONLY|NOACCESS)\s+\d+/gim) ?? []).length > 1) throw refused(file, 'its data is in several files', convertHint);
  return 'vmdk';
}

function vpc(footer: Buffer, file: string): OtherFormat {
  const differencing = 4;
  if (footer.readUInt32BE(60) === differencing) throw refused(file, 'it is a layer over another file', convertHint);
  return 'vpc';
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function refused(file: string, why: string, hint: string): LabError {
  return new LabError({ kind: 'image', summary: `${file} cannot be used as an image: ${why}`, hint });
}
