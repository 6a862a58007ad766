import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { type Answer, type FetchPort, fetchPatiently } from '../patient-fetch.ts';
import { classify } from './errors.ts';
import { failureText } from '../failure-text.ts';
import { pathOf } from './names.ts';

/** Compute Engine's REST API for one project. Paths begin with `projects/`. Errors are LabErrors. */
export interface ComputeClient {
  readonly project: string;
  get<T>(path: string, answer: z.ZodType<T>, query?: Readonly<Record<string, string>>): Promise<T>;
  /** All items of a listing, page by page. */
  list<T>(path: string, item: z.ZodType<T>, filter?: string): Promise<readonly T[]>;
  /**
   * All items of a listing over every zone and region; `kind` is the name of the list in each: `instances`. A place that does not
   * answer fails nothing and is named: `zones/us-central1-a`.
   */
  listEverywhere<T>(kind: ScopedKind, item: z.ZodType<T>, filter?: string): Promise<Reachable<T>>;
  /** Deletes and waits until it is done. What is gone already counts as deleted. */
  remove(path: string): Promise<void>;
  /** Posts to a method of a resource, such as `.../instances/vm/stop`, and waits until the operation is done. */
  act(path: string, signal: AbortSignal): Promise<void>;
}

/** Collections of which every zone, or every region, has one. */
export type ScopedKind = 'instances' | 'disks' | 'addresses' | 'subnetworks';

export interface Reachable<T> {
  readonly items: readonly T[];
  readonly unreachable: readonly string[];
}

export interface ComputeOptions {
  readonly project: string;
  /** `https://compute.googleapis.com/compute/v1/` */
  readonly baseUrl: string;
  readonly accessToken: () => Promise<string>;
  readonly port: FetchPort;
  readonly signal: AbortSignal;
}

const failure = z.object({
  error: z.object({
    code: z.number(),
    message: z.string().default(''),
    errors: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).default([]),
  }),
});
const operation = z.object({
  name: z.string(),
  status: z.string(),
  selfLink: z.string(),
  error: z.object({ errors: z.array(z.object({ code: z.string(), message: z.string().default('') })) }).optional(),
});

const scopes = z.object({
  items: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  nextPageToken: z.string().optional(),
  unreachables: z.array(z.string()).default([]),
});
const warned = z.object({ warning: z.object({ code: z.string().default('') }).optional() });

const firstPauseMs = 250;
const longestPauseMs = 5_000;
/** For one operation; a machine's takes one or two minutes. */
const operationPatienceMs = 600_000;

export function computeClient({ project, baseUrl, accessToken, port, signal }: ComputeOptions): ComputeClient {
  const send = async (method: 'GET' | 'POST' | 'DELETE', path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    const url = new URL(path, baseUrl);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const headers = { authorization: `Bearer ${await accessToken()}`, accept: 'application/json' };
    const answer = await fetchPatiently({ url: url.href, method, headers, signal }, port, isRateLimit).catch((error: unknown) => {
      throw unreachable(error);
    });
    if (answer.status >= 200 && answer.status < 300) return parsed(answer);
    throw refusal(answer);
  };
  const get: ComputeClient['get'] = async (path, answer, query) => checked(answer, await send('GET', path, query));

  const pages = async <P extends { nextPageToken?: string | undefined }>(path: string, page: z.ZodType<P>, filter?: string, query: Readonly<Record<string, string>> = {}): Promise<readonly P[]> => {
    const found: P[] = [];
    let pageToken = '';
    do {
      const next: P = await get(path, page, {
        maxResults: '500',
        ...query,
        ...(filter === undefined ? {} : { filter }),
        ...(pageToken === '' ? {} : { pageToken }),
      });
      found.push(next);
      pageToken = next.nextPageToken ?? '';
    } while (pageToken !== '');
    return found;
  };

  /** Waits for the operation that a call has answered with. */
  const done = async (path: string, answer: unknown, until: AbortSignal): Promise<void> => {
    let state = checked(operation, answer);
    let pauseMs = firstPauseMs;
    for (let waitedMs = 0; state.status !== 'DONE' && waitedMs < operationPatienceMs && !until.aborted; waitedMs += pauseMs) {
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      await port.sleep(pauseMs, until);
      state = await get(pathOf(state.selfLink), operation);
    }
    if (state.error !== undefined) throw operationFailure(state.error.errors);
    if (state.status !== 'DONE') throw new LabError({ kind: 'conflict', summary: `Google Cloud is still at it: ${path}`, hint: 'wait a minute, then repeat the command', retryable: true });
  };

  return {
    project,
    get,
    list: async (path, item, filter) => {
      const page = z.object({ items: z.array(item).optional(), nextPageToken: z.string().optional() });
      return (await pages(path, page, filter)).flatMap(({ items = [] }) => items);
    },
    listEverywhere: async (kind, item, filter) => {
      const all = await pages(`projects/${project}/aggregated/${kind}`, scopes, filter, { returnPartialSuccess: 'true' });
      return {
        items: all.flatMap(({ items }) => Object.values(items).flatMap((scoped) => checked(z.array(item).default([]), scoped[kind]))),
        unreachable: [...new Set(all.flatMap(({ items, unreachables }) => [...unreachables, ...Object.entries(items).flatMap(([scope, one]) => (isPartial(one) ? [scope] : []))]))],
      };
    },
    remove: async (path) => {
      try {
        await done(path, await send('DELETE', path), signal);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
    act: async (path, until) => done(path, await send('POST', path), until),
  };
}

/** A zone without any items carries a warning, too. */
function isPartial(scope: unknown): boolean {
  const code = warned.safeParse(scope).data?.warning?.code;
  return code !== undefined && code !== 'NO_RESULTS_ON_PAGE';
}

/** Whether Google Cloud answered that there is no such thing. */
export function isMissing(error: unknown): boolean {
  return error instanceof LabError && error.problem.code === 'notFound';
}

/** Whether an answer could be read, or the credentials may not read it. */
export function isForbidden(error: unknown): boolean {
  return error instanceof LabError && error.problem.kind === 'permission';
}

function isRateLimit({ status, text }: Answer): boolean {
  return status === 403 && /rateLimitExceeded|userRateLimitExceeded/.test(text);
}

function parsed({ text }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LabError(
      { kind: 'network', summary: 'something else than Google Cloud answered', hint: 'check the network and proxy (HTTPS_PROXY, NO_PROXY), then repeat the command' },
      { cause: error },
    );
  }
}

function checked<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new LabError({ kind: 'conflict', summary: 'Google Cloud answered in a form that labtui does not know', detail: z.prettifyError(result.error) });
}

/** The API's refusal in the words in which the provider prints it, so that one table knows both. */
function refusal({ status, text }: Answer): LabError {
  const { code, message, reason } = refusalIn(text, status);
  const known = classify(`googleapi: Error ${code}: ${message}${reason === null ? '' : `, ${reason}`}`);
  const problem = known ?? { kind: 'conflict', summary: `Google Cloud refused a call: ${message || `HTTP ${status}`}` };
  // One code for what is not there, whatever the table makes of it: callers ask for it.
  return new LabError({ ...problem, detail: message || undefined, code: status === 404 ? 'notFound' : (problem.code ?? reason ?? String(code)) });
}

function refusalIn(text: string, status: number): { readonly code: number; readonly message: string; readonly reason: string | null } {
  try {
    const { error } = failure.parse(JSON.parse(text));
    return { code: error.code, message: error.message, reason: error.errors[0]?.reason ?? null };
  } catch {
    return { code: status, message: '', reason: null };
  }
}

function operationFailure(errors: readonly { readonly code: string; readonly message: string }[]): LabError {
  const [first] = errors;
  const known = classify(first?.message ?? '') ?? classify(first?.code ?? '');
  return new LabError(known ?? { kind: 'conflict', code: first?.code, summary: `Google Cloud could not do it: ${first?.message ?? 'without a reason'}` });
}

function unreachable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const known = classify(failureText(error));
  return new LabError(known ?? { kind: 'network', summary: `Google Cloud cannot be reached: ${error.message}`, retryable: true }, { cause: error });
}
