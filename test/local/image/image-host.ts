import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A vendor's host on loopback. Files are served as real ones are: with length, ETag, ranges. */
export interface ImageHost {
  readonly url: string;
  readonly requests: readonly { readonly path: string; readonly range: string | undefined; readonly status: number }[];
  put(path: string, content: Uint8Array | string): void;
  /** Another answer to the next request for a path, then again the usual one. */
  once(path: string, answer: (request: IncomingMessage, response: ServerResponse, content: Buffer) => void): void;
  redirect(from: string, to: string): void;
  close(): Promise<void>;
}

export async function imageHost(): Promise<ImageHost> {
  const files = new Map<string, Buffer>();
  const redirects = new Map<string, string>();
  const special = new Map<string, ((request: IncomingMessage, response: ServerResponse, content: Buffer) => void)[]>();
  const requests: { path: string; range: string | undefined; status: number }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const content = files.get(path) ?? Buffer.alloc(0);
    requests.push({
      path,
      range: request.headers.range,
      get status() {
        return response.statusCode;
      },
    });
    const answer = special.get(path)?.shift();
    const target = redirects.get(path);
    if (answer !== undefined) answer(request, response, content);
    else if (target !== undefined) response.writeHead(302, { location: target }).end();
    else if (files.has(path)) serve(request, response, content);
    else response.writeHead(404).end('<html>not here</html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    put: (path, content) => void files.set(path, Buffer.from(content)),
    once: (path, answer) => void special.set(path, [...(special.get(path) ?? []), answer]),
    redirect: (from, to) => void redirects.set(from, to),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function etagOf(content: Uint8Array): string {
  return `"${sha256(content).slice(0, 16)}"`;
}

function serve(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
  const etag = etagOf(content);
  const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const condition = request.headers['if-range'];
  if (start === undefined || (condition !== undefined && condition !== etag)) {
    response.writeHead(200, { 'content-length': content.length, etag, 'accept-ranges': 'bytes' }).end(content);
  } else if (Number(start) >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
  } else {
    const rest = content.subarray(Number(start));
    response.writeHead(206, { 'content-length': rest.length, 'content-range': `bytes ${start}-${content.length - 1}/${content.length}`, etag }).end(rest);
  }
}

/**
 * Sends so much of it, then breaks the connection: once all that was sent has arrived in a download's part below `folder`, since fetch
 * throws away what nobody has read yet.
 */
export function breakAfter(bytes: number, folder: string, headers: (content: Buffer) => Record<string, string> = (content) => ({ etag: etagOf(content) })) {
  return (_: IncomingMessage, response: ServerResponse, content: Buffer): void => {
    response.writeHead(200, { 'content-length': content.length, ...headers(content) });
    response.write(content.subarray(0, bytes));
    const wait = setInterval(() => {
      if (partBytes(folder) < bytes) return;
      clearInterval(wait);
      response.destroy();
    }, 5);
    response.on('close', () => clearInterval(wait));
  };
}

function partBytes(folder: string): number {
  const parts = readdirSync(folder).filter((name) => name.endsWith('.part'));
  return Math.max(0, ...parts.map((name) => statSync(join(folder, name)).size));
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A small qcow2, version 3, of 1 GiB: header and rubbish. `more` changes the header. */
export function qcow2Image(fill: number, more: (head: Buffer) => void = () => undefined, bytes = 300_000): Buffer {
  const content = Buffer.alloc(bytes, fill);
  content.fill(0, 0, 104);
  content.write('QFI\xfb', 0, 'latin1');
  content.writeUInt32BE(3, 4);
  content.writeBigUInt64BE(1024n ** 3n, 24);
  more(content);
  return content;
}
