import type { IncomingMessage } from 'node:http';
import type { FaceRequest } from './face.ts';

/** Larger than anything that a cloud's API takes of labtui: user data has 256 KB at most. */
const limitBytes = 4 * 1024 * 1024;

/** The body of a request is too large to be read. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** A whole request. Rejects with BodyTooLarge, or with the connection's own error. */
export async function readRequest(request: IncomingMessage, scheme: 'http' | 'https'): Promise<FaceRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += part.length;
    if (bytes > limitBytes) throw new BodyTooLarge(`more than ${limitBytes} bytes`);
    chunks.push(part);
  }
  const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
  const headers = headersOf(request);
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
    origin: `${scheme}://${headers.host ?? 'localhost'}`,
  };
}

function headersOf(request: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
