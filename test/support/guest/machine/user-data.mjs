// User data as cloud-init reads it: gzip, MIME parts, types told by their first line, cloud-configs merged.
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { mergeConfigs } from './merge-configs.mjs';

const typesByStart = [
  ['#cloud-boothook', 'text/cloud-boothook'],
  ['#cloud-config', 'text/cloud-config'],
  ['#!', 'text/x-shellscript'],
];
const typesToTell = ['text/plain', 'text/x-not-multipart', 'text/x-shellscript', 'application/octet-stream', ''];

/** { config, boothooks: [], scripts: [{ name, text }], ignored: [] } of raw user data. */
export function readUserData(raw) {
  const read = { config: {}, boothooks: [], scripts: [], ignored: [] };
  const text = unpacked(raw);
  if (text.trim() === '') return read;
  const parts = /^(MIME-Version|Content-Type):/i.test(text) ? partsOf(text) : [{ type: '', headers: new Map(), text }];
  parts.forEach((part, index) => {
    const name = /filename="?([^";]+)"?/i.exec(part.headers.get('content-disposition') ?? '')?.[1] ?? `part-${String(index + 1).padStart(3, '0')}`;
    const told = typesByStart.find(([start]) => part.text.trimStart().startsWith(start))?.[1];
    const type = typesToTell.includes(part.type) ? (told ?? part.type) : part.type;
    if (type === 'text/cloud-config') read.config = mergeConfigs(read.config, parse(part.text) ?? {}, part.headers.get('merge-type') ?? part.headers.get('x-merge-type') ?? '');
    else if (type === 'text/x-shellscript') read.scripts.push({ name: name.replaceAll('/', '_'), text: part.text });
    else if (type === 'text/cloud-boothook') read.boothooks.push(part.text);
    else read.ignored.push({ name, type });
  });
  return read;
}

function unpacked(bytes) {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** The leaves of a MIME message, in order. */
function partsOf(message) {
  const { headers, body } = split(message);
  const type = headers.get('content-type') ?? 'text/plain';
  if (!type.startsWith('multipart/')) {
    return [{ type: type.split(';')[0].trim().toLowerCase(), headers, text: decoded(body, headers.get('content-transfer-encoding')) }];
  }
  const boundary = /boundary="?([^";\s]+)"?/i.exec(type)?.[1];
  if (boundary === undefined) throw new Error('a multipart without boundary');
  const end = body.indexOf(`--${boundary}--`);
  const inner = end < 0 ? body : body.slice(0, end);
  return inner
    .split(new RegExp(`(?:^|\r?\n)--${boundary.replace(/[^\w]/g, '\\$&')}[ \t]*\r?\n`))
    .slice(1)
    .flatMap((part) => partsOf(part.replace(/\r?\n$/, '')));
}

function split(message) {
  const gap = /\r?\n\r?\n/.exec(message);
  const head = gap === null ? message : message.slice(0, gap.index);
  const headers = new Map();
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) headers.set(name.toLowerCase(), value);
  }
  return { headers, body: gap === null ? '' : message.slice(gap.index + gap[0].length) };
}

function decoded(body, encoding = '7bit') {
  switch (encoding.toLowerCase()) {
    case 'base64':
      return unpacked(Buffer.from(body, 'base64'));
    case 'quoted-printable': {
      const bytes = body.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
      return Buffer.from(bytes, 'latin1').toString('utf8');
    }
    default:
      return body;
  }
}
