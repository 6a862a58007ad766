import { LabError } from '../core/errors.ts';
import { fetchReason, networkHint } from '../platform/fetch-failure.ts';
import { interrupted } from './interrupted.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Download {
  readonly url: string;
  readonly signal: AbortSignal;
  /** For the hint: which proxies are set. */
  readonly environment: Environment;
  readonly mostBytes: number;
  /** Nothing for so long ends it. */
  readonly stallMs: number;
}

export interface Body {
  /** As announced; null: not told. */
  readonly totalBytes: number | null;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Opens a URL over HTTP, redirects followed. Resolves to null where there is nothing (404). Rejects, as the chunks do,
 * with kind network (unreachable, refused, broken off, silent), prerequisite (longer than it may be), or as interrupted.
 */
export async function openUrl(download: Download): Promise<Body | null> {
  const { url, signal } = download;
  const watch = watchdog(download);
  let response: Response;
  try {
    response = await fetch(url, { signal: watch.signal, headers: { 'accept-encoding': 'identity' } });
  } catch (error) {
    watch.stop();
    throw signal.aborted ? interrupted(signal) : unreachable(download, error);
  }
  if (!response.ok || response.body === null) {
    watch.stop();
    await response.body?.cancel().catch(() => undefined);
    if (response.status === 404) return null;
    throw unreachable(download, new Error(`HTTP ${response.status} ${response.statusText}`.trimEnd()));
  }
  const announced = Number(response.headers.get('content-length') ?? Number.NaN);
  return { totalBytes: Number.isSafeInteger(announced) ? announced : null, chunks: readChunks(response.body, watch, download) };
}

/** All of a small file; null where there is none. */
export async function fetchBytes(download: Download): Promise<Uint8Array | null> {
  const body = await openUrl(download);
  if (body === null) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* readChunks(body: AsyncIterable<Uint8Array>, watch: Watchdog, download: Download): AsyncGenerator<Uint8Array> {
  let received = 0;
  try {
    for await (const chunk of body) {
      received += chunk.length;
      if (received > download.mostBytes) throw tooLong(download);
      yield chunk;
      // Only now: what the reader does with a chunk is not the other side's silence.
      watch.fed();
    }
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw download.signal.aborted ? interrupted(download.signal) : unreachable(download, error);
  } finally {
    watch.stop();
  }
}

interface Watchdog {
  readonly signal: AbortSignal;
  fed(): void;
  stop(): void;
}

function watchdog({ signal, stallMs }: Download): Watchdog {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error(`silent for ${Math.round(stallMs / 1_000)} s`)), stallMs);
  return {
    signal: AbortSignal.any([signal, silent.signal]),
    fed: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}

function tooLong({ url, mostBytes }: Download): LabError {
  return new LabError({ kind: 'prerequisite', summary: `${url} is longer than ${Math.round(mostBytes / 1e6)} MB: that is no release of Terraform` });
}

const wayOut = {
  retry: 'check the network',
  elsewhere: 'a mirror: LABTUI_TERRAFORM_MIRROR=URL, or get Terraform yourself: https://developer.hashicorp.com/terraform/install',
};

function unreachable({ url, environment }: Download, error: unknown): LabError {
  return new LabError(
    { kind: 'network', summary: `cannot fetch ${url}: ${fetchReason(error)}`, hint: networkHint(environment, wayOut), retryable: true },
    { cause: error },
  );
}
