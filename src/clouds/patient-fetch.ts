/** What a client of an HTTP API needs of the world; a test gives its own. */
export interface FetchPort {
  readonly fetch: typeof fetch;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface PatientRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Ends the request and the waiting. */
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Of one attempt, its answer included. */
const timeoutMs = 20_000;
const attempts = 4;
const firstPauseMs = 500;
const longestPauseMs = 10_000;

/** What the other side says when it may answer better a little later. */
const passing: readonly number[] = [408, 429, 500, 502, 503, 504];

/**
 * Asks until there is an answer that will not change by asking again: up to four times, with growing and random pauses, or as long
 * as Retry-After says. `again` names refusals of a status of their own that pass as well. Rejects as fetch does where nobody answers.
 * A POST that may have been taken is not repeated.
 */
export async function fetchPatiently(request: PatientRequest, port: FetchPort, again: (answer: Answer) => boolean = () => false): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await ask(request, port);
    const last = attempt === attempts || request.signal.aborted;
    if ('answer' in outcome) {
      const { answer } = outcome;
      if (last || !(mayRepeat(request, answer.status) || again(answer))) return answer;
      await port.sleep(pauseMs(attempt, port, answer.headers.get('retry-after')), request.signal);
    } else {
      if (last || request.method === 'POST') throw outcome.error;
      await port.sleep(pauseMs(attempt, port, null), request.signal);
    }
  }
}

function mayRepeat({ method }: PatientRequest, status: number): boolean {
  if (!passing.includes(status)) return false;
  // Of these two the other side says that it did nothing.
  return method !== 'POST' || status === 429 || status === 503;
}

async function ask(request: PatientRequest, port: FetchPort): Promise<{ readonly answer: Answer } | { readonly error: unknown }> {
  try {
    const response = await port.fetch(request.url, {
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]),
    });
    return { answer: { status: response.status, headers: response.headers, text: await response.text() } };
  } catch (error) {
    return { error };
  }
}

function pauseMs(attempt: number, { random }: FetchPort, retryAfter: string | null): number {
  const said = Number(retryAfter ?? '');
  if (said > 0) return Math.min(said * 1_000, longestPauseMs);
  const most = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
  // Half of it random: many clients that failed at once come back apart.
  return most / 2 + (most / 2) * random();
}

/** The world as it is. */
export const realFetch: FetchPort = {
  fetch: (input, init) => fetch(input, init),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      if (signal.aborted) done();
    }),
  random: Math.random,
};
