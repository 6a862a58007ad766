import { gunzipSync } from 'node:zlib';

/** One leaf of user data, as cloud-init's own reader hands it to its handlers. */
export interface UserDataPart {
  /** `text/cloud-config`, `text/x-shellscript`, ...: by its first line, else as its header says. */
  readonly type: string;
  /** How a cloud-config wants to be merged; '' where it does not say. */
  readonly mergeType: string;
  readonly text: string;
}

/** First words and what they mean: cloud-init's handlers/__init__.py. Longest first. */
const typesByStart: readonly (readonly [start: string, type: string])[] = [
  ['#cloud-config-archive', 'text/cloud-config-archive'],
  ['#cloud-config-jsonp', 'text/cloud-config-jsonp'],
  ['## template: jinja', 'text/jinja2'],
  ['#cloud-boothook', 'text/cloud-boothook'],
  ['#cloud-config', 'text/cloud-config'],
  ['#include', 'text/x-include-url'],
  ['#!', 'text/x-shellscript'],
];

/** Types that say nothing: the first line does. */
const vague = new Set(['', 'text/plain', 'text/x-not-multipart', 'application/octet-stream', 'application/gzip', 'application/x-gzip']);

const deepest = 8;

/** The parts of user data in their order. Never throws: what cannot be read is left out. */
export function userDataParts(text: string, depth = 0): readonly UserDataPart[] {
  if (depth > deepest) return [];
  if (!/^(?:mime-version|content-type):/i.test(text.trimStart())) return [leaf('', '', text)];
  const { headers, body } = message(text.trimStart());
  const contentType = headers.get('content-type') ?? 'text/plain';
  if (/^multipart\//i.test(contentType)) return multipart(contentType, body).flatMap((part) => partsOf(part, depth + 1));
  return partsOf(text.trimStart(), depth + 1);
}

function partsOf(part: string, depth: number): readonly UserDataPart[] {
  const { headers, body } = message(part);
  const contentType = headers.get('content-type') ?? 'text/plain';
  if (/^multipart\//i.test(contentType)) {
    return depth > deepest ? [] : multipart(contentType, body).flatMap((inner) => partsOf(inner, depth + 1));
  }
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const text = decoded(body, headers.get('content-transfer-encoding') ?? '');
  return [leaf(type, headers.get('merge-type') ?? headers.get('x-merge-type') ?? '', text)];
}

function leaf(declared: string, mergeType: string, text: string): UserDataPart {
  const start = text.trimStart().toLowerCase();
  const told = typesByStart.find(([word]) => start.startsWith(word))?.[1];
  const type = vague.has(declared) || declared === 'text/x-shellscript' ? (told ?? declared) : declared;
  if (type !== 'text/jinja2') return { type, mergeType, text };
  // What the template's variables are is not known here; the rest of it is plain.
  return leaf('', mergeType, text.trimStart().replace(/^[^\n]*\n?/, ''));
}

function message(text: string): { readonly headers: ReadonlyMap<string, string>; readonly body: string } {
  const headers = new Map<string, string>();
  if (/^\r?\n/.test(text)) return { headers, body: text.replace(/^\r?\n/, '') };
  const end = /\r?\n\r?\n/.exec(text);
  const head = end === null ? text : text.slice(0, end.index);
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: end === null ? '' : text.slice(end.index + end[0].length) };
}

function multipart(contentType: string, body: string): readonly string[] {
  const boundary = /boundary="?([^";\s]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  const parts: string[] = [];
  let current: string[] | null = null;
  for (const line of body.split('\n')) {
    const bare = line.trimEnd();
    if (bare !== `--${boundary}` && bare !== `--${boundary}--`) {
      current?.push(line);
      continue;
    }
    if (current !== null) parts.push(current.join('\n').replace(/\r$/, ''));
    current = [];
    if (bare.endsWith(`${boundary}--`)) return parts;
  }
  if (current !== null) parts.push(current.join('\n'));
  return parts;
}

function decoded(body: string, encoding: string): string {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return unpacked(Buffer.from(body, 'base64'));
    case 'quoted-printable': {
      const bytes = body.replace(/=\r?\n/g, '').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
      return Buffer.from(bytes, 'latin1').toString('utf8');
    }
    default:
      return body;
  }
}

function unpacked(bytes: Buffer): string {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch {
    return '';
  }
}
