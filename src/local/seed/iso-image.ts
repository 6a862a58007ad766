/** A file of an image, at its root. */
export interface IsoFile {
  /** Lower case, digits, dots and dashes; at most 30 characters. */
  readonly name: string;
  readonly content: Uint8Array;
}

// ECMA-119 (ISO 9660) with a Joliet tree (Joliet Specification, 1995): the one for whoever reads plain names in capitals, the other for
// whoever wants them as they are. One directory of a few files needs no library, and no genisoimage on the user's computer.

const sectorBytes = 2_048;
const sector = { primary: 16, joliet: 17, end: 18, pathTables: 19, primaryRoot: 23, jolietRoot: 24, files: 25 } as const;
const pathTableBytes = 10;
const isDirectory = 2;

type Tree = 'primary' | 'joliet';

/** An ISO 9660 image of these files: the same bytes for the same input. `label` is what the file system is found by. Throws where the directory would be too long. */
export function isoImage(label: string, files: readonly IsoFile[]): Buffer {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  let next: number = sector.files;
  const placed = sorted.map((file) => {
    const start = next;
    next += Math.max(1, sectorsOf(file.content.length));
    return { ...file, start };
  });
  const image = Buffer.alloc(next * sectorBytes);
  const write = (at: number, content: Uint8Array): void => {
    image.set(content, at * sectorBytes);
  };
  write(sector.primary, volumeDescriptor('primary', label, next));
  write(sector.joliet, volumeDescriptor('joliet', label, next));
  write(sector.end, Buffer.from([255, ...Buffer.from('CD001'), 1]));
  [sector.primaryRoot, sector.jolietRoot].forEach((root, tree) => {
    write(sector.pathTables + tree * 2, pathTable(root, 'little'));
    write(sector.pathTables + tree * 2 + 1, pathTable(root, 'big'));
  });
  write(sector.primaryRoot, rootDirectory('primary', placed));
  write(sector.jolietRoot, rootDirectory('joliet', placed));
  for (const { start, content } of placed) write(start, content);
  return image;
}

const sectorsOf = (bytes: number): number => Math.ceil(bytes / sectorBytes);

function rootDirectory(tree: Tree, files: readonly (IsoFile & { readonly start: number })[]): Buffer {
  const own = rootRecord(tree);
  const parent = directoryRecord(Buffer.from([1]), tree === 'primary' ? sector.primaryRoot : sector.jolietRoot, sectorBytes, isDirectory);
  const records = files.map(({ name, start, content }) => directoryRecord(fileIdentifier(tree, name), start, content.length, 0));
  const directory = Buffer.concat([own, parent, ...records]);
  if (directory.length > sectorBytes) throw new RangeError('too many files for one directory');
  return directory;
}

const rootRecord = (tree: Tree): Buffer => directoryRecord(Buffer.from([0]), tree === 'primary' ? sector.primaryRoot : sector.jolietRoot, sectorBytes, isDirectory);

/** Dashes are not among the characters of a plain name; Linux, which shows it in small letters, takes them. */
function fileIdentifier(tree: Tree, name: string): Buffer {
  return tree === 'joliet' ? wide(name) : Buffer.from(`${name.toUpperCase()}${name.includes('.') ? '' : '.'};1`, 'ascii');
}

function directoryRecord(identifier: Buffer, start: number, bytes: number, flags: number): Buffer {
  const length = 33 + identifier.length + (identifier.length % 2 === 0 ? 1 : 0);
  const record = Buffer.alloc(length);
  record[0] = length;
  bothEndian32(record, 2, start);
  bothEndian32(record, 10, bytes);
  // 1980-01-01: the same seed is the same file.
  record.set([80, 1, 1], 18);
  record[25] = flags;
  bothEndian16(record, 28, 1);
  record[32] = identifier.length;
  record.set(identifier, 33);
  return record;
}

function pathTable(root: number, order: 'little' | 'big'): Buffer {
  const table = Buffer.alloc(pathTableBytes);
  table[0] = 1;
  if (order === 'little') table.writeUInt32LE(root, 2);
  else table.writeUInt32BE(root, 2);
  if (order === 'little') table.writeUInt16LE(1, 6);
  else table.writeUInt16BE(1, 6);
  return table;
}

function volumeDescriptor(tree: Tree, label: string, sectors: number): Buffer {
  const volume = Buffer.alloc(sectorBytes);
  const padded = (at: number, length: number, value: string): void => {
    const encoded = tree === 'joliet' ? wide(value.padEnd(length / 2)) : Buffer.from(value.padEnd(length), 'ascii');
    volume.set(encoded.subarray(0, length), at);
  };
  volume[0] = tree === 'primary' ? 1 : 2;
  volume.write('CD001', 1, 'ascii');
  volume[6] = 1;
  padded(8, 32, '');
  padded(40, 32, label);
  bothEndian32(volume, 80, sectors);
  // UCS-2, level 3.
  if (tree === 'joliet') volume.write('%/E', 88, 'ascii');
  bothEndian16(volume, 120, 1);
  bothEndian16(volume, 124, 1);
  bothEndian16(volume, 128, sectorBytes);
  bothEndian32(volume, 132, pathTableBytes);
  const tables = sector.pathTables + (tree === 'primary' ? 0 : 2);
  volume.writeUInt32LE(tables, 140);
  volume.writeUInt32BE(tables + 1, 148);
  volume.set(rootRecord(tree), 156);
  for (const at of [190, 318, 446, 574]) padded(at, 128, '');
  for (const at of [702, 739, 776]) padded(at, 36, '');
  // No time of creation, change, expiry or effect.
  for (const at of [813, 830, 847, 864]) volume.write('0'.repeat(16), at, 'ascii');
  volume[881] = 1;
  return volume;
}

/** UCS-2, big-endian. */
const wide = (value: string): Buffer => Buffer.from(value, 'utf16le').swap16();

function bothEndian16(target: Buffer, at: number, value: number): void {
  target.writeUInt16LE(value, at);
  target.writeUInt16BE(value, at + 2);
}

function bothEndian32(target: Buffer, at: number, value: number): void {
  target.writeUInt32LE(value, at);
  target.writeUInt32BE(value, at + 4);
}
