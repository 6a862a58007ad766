import { createHash } from 'node:crypto';

export interface MimePart {
  /** Headers in their order, without those of the encoding. null: the text brings its own headers. */
  readonly headers: readonly (readonly [name: string, value: string])[] | null;
  readonly text: string;
}

/**
 * A MIME multipart message as cloud-init reads it: lines end with \n, the same parts give the same text. A part that
 * is not plain ASCII is sent in base64, because cloud-init's decoding of 8-bit text breaks it.
 */
export function multipart(parts: readonly MimePart[]): string {
  const bodies = parts.map(encoded);
  const digest = createHash('sha256').update(bodies.join('\0')).digest('hex').slice(0, 24);
  const boundary = `==labtui-${digest}==`;
  return [
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    'MIME-Version: 1.0',
    '',
    ...bodies.flatMap((body) => [`--${boundary}`, body]),
    `--${boundary}--`,
    '',
  ].join('\n');
}

function encoded({ headers, text }: MimePart): string {
  if (headers === null) return text;
  const plain = /^[\t\n\x20-\x7e]*$/.test(text);
  const all = [...headers, ['Content-Transfer-Encoding', plain ? '7bit' : 'base64'] as const];
  const body = plain ? text : (Buffer.from(text, 'utf8').toString('base64').match(/.{1,76}/g) ?? []).join('\n');
  return [...all.map(([name, value]) => `${name}: ${value}`), '', body].join('\n');
}
