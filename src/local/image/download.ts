import { open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../../core/errors.ts';
import { beginPart, discardPart, knownPart, type Part, sizeOf } from './download-part.ts';
import { interrupted, noRoom, unreachable } from './image-problem.ts';
import { openUrl, type UrlAnswer, type UrlRequest } from './open-url.ts';

export interface Download extends UrlRequest {
  /** Grows as bytes arrive, and stays where it stopped; what is known of its origin is in FILE.json. */
  readonly file: string;
  readonly onBytes: (doneBytes: number, totalBytes: number | null) => void;
  /** Before the first new attempt; each further one waits twice as long. @default 1 s */
  readonly pauseMs?: number | undefined;
}

/** Attempts in a row that bring nothing. */
const mostFruitless = 5;

/**
 * Downloads a URL into a file, from where an earlier download of the same URL stopped: the server says by its ETag or date whether
 * what is here is still the beginning of what it has. Breaks are taken up again here as well. Resolves with whether it is put together
 * from several answers. Rejects with kind network, not-found, prerequisite (no room), or as interrupted; the part that is here stays.
 */
export async function download(request: Download): Promise<{ readonly pieced: boolean }> {
  const { file, signal, pauseMs = 1_000 } = request;
  for (let fruitless = 0; ; ) {
    const before = await sizeOf(file);
    try {
      const { whole, pieced } = await attempt(request);
      if (whole) return { pieced };
      throw unreachable(request, new Error('it broke off before its end'));
    } catch (error) {
      if (signal.aborted) throw interrupted(signal);
      if (!(error instanceof LabError) || error.problem.retryable !== true) throw error;
      fruitless = (await sizeOf(file)) > before ? 1 : fruitless + 1;
      if (fruitless >= mostFruitless) throw error;
      await sleep(pauseMs * 2 ** (fruitless - 1), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** One request. Resolves with whether the file is whole, and whether it went on with what was here. */
async function attempt(request: Download): Promise<{ readonly whole: boolean; readonly pieced: boolean }> {
  const { file, onBytes, url } = request;
  const part = await knownPart(file, url);
  const answer = await openUrl({ ...request, headers: part === null ? {} : rangeHeaders(part) });
  try {
    if (part !== null && answer.status === 416) {
      const total = totalOf(answer);
      if (total === part.bytes) return { whole: true, pieced: true };
      await discardPart(file);
      throw unreachable(request, new Error('what is here is no part of it any more'));
    }
    const goesOn = part !== null && answer.status === 206 && startOf(answer) === part.bytes;
    if (answer.status !== 200 && !goesOn) {
      if (answer.status === 206) await discardPart(file);
      throw refused(request, answer);
    }
    const startBytes = goesOn ? part.bytes : 0;
    const totalBytes = goesOn ? totalOf(answer) : lengthOf(answer);
    if (!goesOn) await beginPart(file, { url, validator: validatorOf(answer), totalBytes });
    await checkRoom(file, startBytes, totalBytes);
    let doneBytes = startBytes;
    onBytes(doneBytes, totalBytes);
    const handle = await open(file, 'a', 0o600);
    try {
      for await (const chunk of answer.chunks) {
        await handle.writeFile(chunk);
        doneBytes += chunk.length;
        onBytes(doneBytes, totalBytes);
      }
    } finally {
      await handle.close();
    }
    return { whole: totalBytes === null || doneBytes === totalBytes, pieced: goesOn };
  } finally {
    await answer.drop();
  }
}

function rangeHeaders({ bytes, validator }: Part): Readonly<Record<string, string>> {
  return { range: `bytes=${bytes}-`, ...(validator === null ? {} : { 'if-range': validator }) };
}

/** For If-Range: a weak tag does not count there (RFC 9110, 13.1.5). */
function validatorOf({ headers }: UrlAnswer): string | null {
  const tag = headers.get('etag');
  return tag !== null && !tag.startsWith('W/') ? tag : headers.get('last-modified');
}

function startOf({ headers }: UrlAnswer): number | null {
  const [, start] = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '') ?? [];
  return start === undefined ? null : Number(start);
}

function totalOf({ headers }: UrlAnswer): number | null {
  const [, total] = /\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  return total === undefined ? null : Number(total);
}

function lengthOf({ headers }: UrlAnswer): number | null {
  const length = Number(headers.get('content-length') ?? Number.NaN);
  return Number.isSafeInteger(length) ? length : null;
}

async function checkRoom(file: string, doneBytes: number, totalBytes: number | null): Promise<void> {
  if (totalBytes === null) return;
  const { bavail, bsize } = await statfs(dirname(file));
  const neededBytes = totalBytes - doneBytes;
  if (neededBytes > bavail * bsize) throw noRoom(dirname(file), neededBytes, bavail * bsize);
}

function refused(request: Download, { status }: UrlAnswer): LabError {
  if (status === 404 || status === 410) {
    return new LabError({ kind: 'image', summary: `there is no image at ${request.url} (HTTP ${status})`, hint: 'labtui distros show DISTRO   or bring one: --image file:PATH' });
  }
  const { problem } = unreachable(request, new Error(`HTTP ${status}`));
  return new LabError({ ...problem, retryable: status === 206 || status === 408 || status === 429 || status >= 500 });
}
