import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { failureText } from '../failure-text.ts';
import { type Answer, type FetchPort, fetchPatiently } from '../patient-fetch.ts';
import { classify } from './errors.ts';
import { pollUntilDone } from './operation.ts';

/** Azure Resource Manager. Paths begin with `/subscriptions`. Errors are LabErrors with Azure's code. */
export interface ArmClient {
  get<T>(path: string, apiVersion: string, answer: z.ZodType<T>, query?: Readonly<Record<string, string>>): Promise<T>;
  /** All items of a listing, page by page. */
  list<T>(path: string, apiVersion: string, item: z.ZodType<T>, query?: Readonly<Record<string, string>>): Promise<readonly T[]>;
  post<T>(path: string, apiVersion: string, answer: z.ZodType<T>): Promise<T>;
  /** Deletes and waits until it is done. What is gone already counts as deleted. */
  remove(path: string, apiVersion: string): Promise<void>;
  /** Posts to an action of a resource, such as `.../virtualMachines/vm/deallocate`, and waits until the operation is done. */
  act(path: string, apiVersion: string, until: AbortSignal): Promise<void>;
}

export interface ArmOptions {
  /** `https://management.azure.com` */
  readonly origin: string;
  readonly accessToken: () => Promise<string>;
  readonly port: FetchPort;
  readonly signal: AbortSignal;
}

type Method = 'GET' | 'POST' | 'DELETE';

export function armClient({ origin, accessToken, port, signal }: ArmOptions): ArmClient {
  const send = async (method: Method, url: URL): Promise<Answer> => {
    const headers = { authorization: `Bearer ${await accessToken()}`, accept: 'application/json', ...(method === 'POST' ? { 'content-length': '0' } : {}) };
    const answer = await fetchPatiently({ url: url.href, method, headers, signal }, port).catch((error: unknown) => {
      throw unreachable(error);
    });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refusal(answer);
  };
  const get: ArmClient['get'] = async (path, apiVersion, answer, query) => checked(answer, json(await send('GET', urlOf(origin, path, apiVersion, query))));

  return {
    get,
    list: async (path, apiVersion, item, query) => {
      const page = z.object({ value: z.array(item).default([]), nextLink: z.string().nullish() });
      const found: z.output<typeof item>[] = [];
      let next: URL | null = urlOf(origin, path, apiVersion, query);
      while (next !== null) {
        const { value, nextLink }: z.output<typeof page> = checked(page, json(await send('GET', next)));
        found.push(...value);
        next = nextLink ? onOrigin(origin, nextLink) : null;
      }
      return found;
    },
    post: async (path, apiVersion, answer) => checked(answer, json(await send('POST', urlOf(origin, path, apiVersion)))),
    remove: async (path, apiVersion) => {
      try {
        const answer = await send('DELETE', urlOf(origin, path, apiVersion));
        await pollUntilDone(answer, { port, signal, ask: (link) => send('GET', onOrigin(origin, link)) });
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
    act: async (path, apiVersion, until) => {
      const answer = await send('POST', urlOf(origin, path, apiVersion));
      await pollUntilDone(answer, { port, signal: until, ask: (link) => send('GET', onOrigin(origin, link)) });
    },
  };
}

/** Whether Azure answered that there is no such thing. */
export function isMissing(error: unknown): boolean {
  return error instanceof LabError && error.problem.kind !== 'credentials' && error.problem.code?.endsWith('NotFound') === true;
}

function urlOf(origin: string, path: string, apiVersion: string, query: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(path, origin);
  url.searchParams.set('api-version', apiVersion);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** Links come whole; the token goes to nobody but the origin. */
function onOrigin(origin: string, link: string): URL {
  const { pathname, search } = new URL(link, origin);
  return new URL(`${pathname}${search}`, origin);
}

function json({ text }: Answer): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw new LabError(
      { kind: 'network', summary: 'something else than Azure answered', hint: 'check the network and proxy (HTTPS_PROXY, NO_PROXY), then repeat the command' },
      { cause: error },
    );
  }
}

function checked<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new LabError({ kind: 'conflict', summary: 'Azure answered in a form that labtui does not know', detail: z.prettifyError(result.error) });
}

const cause = z.object({ code: z.string().default(''), message: z.string().default('') });
const failure = cause.extend({ details: z.array(cause).nullish(), innererror: z.unknown().optional() });
/** With and without the wrapping: services differ. */
const refused = z.union([z.object({ error: failure }), failure.transform((error) => ({ error }))]);

/** The API's refusal in the words in which the provider prints it, so that one table knows both. */
function refusal({ status, text }: Answer): LabError {
  const { code, message, details } = refusalIn(text, status);
  const inner = (details ?? []).map((detail) => `\nCode: "${detail.code}"\nMessage: "${detail.message}"`);
  const said = `unexpected status ${status} with error: ${code}: ${message}${inner.join('')}`;
  const problem = classify(said) ?? { kind: 'conflict', summary: `Azure refused a call: ${message || `HTTP ${status}`}` };
  // Callers ask for the code of what is not there, whatever row it fell into.
  return new LabError({ ...problem, code: status === 404 ? code : (problem.code ?? code), detail: message || undefined });
}

function refusalIn(text: string, status: number): z.output<typeof failure> {
  const usual = { code: status === 404 ? 'NotFound' : `Http${status}`, message: '' };
  try {
    const { error } = refused.parse(JSON.parse(text));
    return error.code === '' ? { ...error, code: usual.code } : error;
  } catch {
    return usual;
  }
}

function unreachable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const known = classify(failureText(error));
  return new LabError(known ?? { kind: 'network', summary: `Azure cannot be reached: ${error.message}`, retryable: true }, { cause: error });
}
