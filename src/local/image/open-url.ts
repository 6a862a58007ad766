import { LabError } from '../../core/errors.ts';
import { interrupted, unreachable } from './image-problem.ts';

export interface UrlRequest {
  readonly url: string;
  readonly signal: AbortSignal;
  /** For the hint: which proxies are set. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Nothing for so long ends it. @default 30 s */
  readonly stallMs?: number | undefined;
}

export interface UrlAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Where it came from, redirects followed. */
  readonly url: string;
  /** Rejects with kind network where it breaks off or falls silent. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** For an answer whose content nobody reads. */
  readonly drop: () => Promise<void>;
}

/** Opens a URL over HTTP, redirects followed. Resolves with any status; rejects with kind network, or as interrupted. */
export async function openUrl(request: UrlRequest): Promise<UrlAnswer> {
  const { url, signal, headers = {}, stallMs = 30_000 } = request;
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error(`silent for ${Math.round(stallMs / 1_000)} s`)), stallMs);
  const failure = (error: unknown): LabError => (signal.aborted ? interrupted(signal) : unreachable(request, silent.signal.aborted ? silent.signal.reason : error));
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, silent.signal]), headers: { 'accept-encoding': 'identity', ...headers } });
    const { body } = response;
    return {
      status: response.status,
      headers: response.headers,
      url: response.url === '' ? url : response.url,
      chunks: chunksOf(body, () => void timer.refresh(), () => clearTimeout(timer), failure),
      drop: async () => {
        clearTimeout(timer);
        await body?.cancel().catch(() => undefined);
      },
    };
  } catch (error) {
    clearTimeout(timer);
    throw failure(error);
  }
}

async function* chunksOf(body: AsyncIterable<Uint8Array> | null, fed: () => void, end: () => void, failure: (error: unknown) => LabError): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body ?? []) {
      yield chunk;
      // Only now: what the reader does with a chunk is not the other side's silence.
      fed();
    }
  } catch (error) {
    throw error instanceof LabError ? error : failure(error);
  } finally {
    end();
  }
}

/** A small text, and where it came from; null where there is none (404, 410). Rejects with kind network. */
export async function fetchText(request: UrlRequest, mostBytes = 4_000_000): Promise<{ readonly text: string; readonly url: string } | null> {
  const answer = await openUrl(request);
  if (answer.status !== 200) {
    await answer.drop();
    if (answer.status === 404 || answer.status === 410) return null;
    throw unreachable(request, new Error(`HTTP ${answer.status}`));
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.chunks) {
    length += chunk.length;
    if (length > mostBytes) throw new LabError({ kind: 'image', summary: `${request.url} is longer than any list of checksums` });
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), url: answer.url };
}
