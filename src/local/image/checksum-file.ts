import { parseJson } from '../../platform/parse-json.ts';
import { algorithmOf, type Checksum, checksumAlgorithms } from './checksum.ts';

/** One file's checksum as a vendor publishes it. */
export interface PublishedChecksum extends Checksum {
  /** null: the text holds nothing but a checksum. */
  readonly fileName: string | null;
}

/**
 * Every SHA-256 and SHA-512 in a vendor's text: GNU (`HEX  name`, `HEX *name`: Debian, Ubuntu, AlmaLinux, SUSE, Arch), BSD
 * (`SHA256 (name) = HEX`: Fedora, Rocky, CentOS), either within a clear-signed message, a lone checksum, or a JSON index that has
 * them beside file names (Oracle Linux). Weaker ones, comments, sizes and signatures are passed over.
 */
export function publishedChecksums(text: string): readonly PublishedChecksum[] {
  const trimmed = text.trim();
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) return inJson(parseJson(trimmed));
  return signedPart(text)
    .split(/\r?\n/)
    .flatMap((line) => inLine(line.trim()) ?? []);
}

/**
 * The strongest checksum of a file, by its name; of a text that holds one lone checksum, that one. null: it is not in it. Throws
 * nothing: two different checksums of one kind for one name are no answer either.
 */
export function checksumFor(text: string, fileName: string): Checksum | null {
  const all = publishedChecksums(text);
  const named = all.filter((entry) => entry.fileName !== null && baseName(entry.fileName) === fileName);
  const lone = all.length === 1 && all[0]?.fileName === null ? all : [];
  for (const algorithm of [...checksumAlgorithms].reverse()) {
    const found = new Set((named.length > 0 ? named : lone).filter((entry) => entry.algorithm === algorithm).map(({ hex }) => hex));
    const [hex] = found;
    if (hex !== undefined && found.size === 1) return { algorithm, hex };
    if (found.size > 1) return null;
  }
  return null;
}

/** What is signed of a clear-signed message (RFC 9580, 7), its dashes taken back; any other text as it is. */
function signedPart(text: string): string {
  const [, message] = /^-----BEGIN PGP SIGNED MESSAGE-----\r?\n(?:[^\r\n]+\r?\n)*\r?\n([\s\S]*?)^-----BEGIN PGP SIGNATURE-----/m.exec(text) ?? [];
  return message === undefined ? text : message.replace(/^- /gm, '');
}

function inLine(line: string): PublishedChecksum | null {
  const [, kind, bsdName, bsdHex] = /^(SHA256|SHA512)\s?\((.+)\)\s?=\s?([0-9a-f]+)$/i.exec(line) ?? [];
  if (kind !== undefined && bsdName !== undefined && bsdHex !== undefined) {
    return algorithmOf(bsdHex) === kind.toLowerCase() ? entryOf(bsdHex, bsdName) : null;
  }
  const [, hex, name] = /^([0-9a-f]{64}|[0-9a-f]{128})(?:\s+\*?(.+))?$/i.exec(line) ?? [];
  return hex === undefined ? null : entryOf(hex, name ?? null);
}

function entryOf(text: string, fileName: string | null): PublishedChecksum | null {
  const hex = text.toLowerCase();
  const algorithm = algorithmOf(hex);
  return algorithm === null ? null : { algorithm, hex, fileName };
}

/** An object that holds a file's name as a value, and its checksum under the kind's name. */
function inJson(value: unknown): readonly PublishedChecksum[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = Object.entries(value);
  const deeper = fields.flatMap(([, field]) => inJson(field));
  const names = fields.flatMap(([, field]) => (typeof field === 'string' && /\.(?:qcow2|img|raw)(?:\.\w+)?$/.test(field) ? [field] : []));
  const own = fields.flatMap(([key, field]) => {
    if (typeof field !== 'string' || algorithmOf(field) !== key.toLowerCase()) return [];
    return names.flatMap((name) => entryOf(field, name) ?? []);
  });
  return [...own, ...deeper];
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
