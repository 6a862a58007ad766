import { isIPv4 } from 'node:net';
import { LabError } from '../core/errors.ts';

/** Services that answer with nothing but the caller's public address. */
export const echoServices = ['https://checkip.amazonaws.com', 'https://api.ipify.org'] as const;

export type Fetch = (url: string, init: { readonly signal: AbortSignal; readonly redirect: 'error' }) => Promise<Pick<Response, 'ok' | 'status' | 'text'>>;

/**
 * The caller's public IPv4 address, as the first of two HTTPS echo services tells it within 4 s. Rejects with kind
 * prerequisite where neither answers with one, and with the signal's reason once that is aborted.
 */
export async function callerAddress(signal: AbortSignal, fetch: Fetch = globalThis.fetch, timeoutMs = 4_000): Promise<string> {
  signal.throwIfAborted();
  const answered = new AbortController();
  // Not AbortSignal.timeout: on Node 20 its timer can be collected as garbage when it is one of several signals.
  const timer = setTimeout(() => answered.abort(new DOMException('no answer', 'TimeoutError')), timeoutMs);
  const limit = AbortSignal.any([signal, answered.signal]);
  try {
    return await Promise.any(echoServices.map((url) => ask(url, fetch, limit)));
  } catch (error) {
    signal.throwIfAborted();
    const reasons = error instanceof AggregateError ? error.errors.map((reason: unknown) => reasonOf(reason)) : [reasonOf(error)];
    throw new LabError(
      {
        kind: 'prerequisite',
        summary: 'your public address is not known: no echo service answered, so SSH cannot be opened to it alone',
        detail: echoServices.map((url, index) => `${url}: ${reasons[index] ?? 'no answer'}`).join('\n'),
        hint: '--allow-from ADDRESS   with the IPv4 address or range you come from',
      },
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
    answered.abort();
  }
}

async function ask(url: string, fetch: Fetch, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal, redirect: 'error' });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const text = (await response.text()).trim();
  if (!isIPv4(text)) throw new Error('answered with something else than an IPv4 address');
  return text;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return 'no answer in time';
  // fetch says only "fetch failed"; what failed is its cause.
  return error.cause instanceof Error ? error.cause.message : error.message;
}
