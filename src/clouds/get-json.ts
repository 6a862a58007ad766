import * as z from 'zod';
import { LabError, type Problem } from '../core/errors.ts';
import { failureText } from './failure-text.ts';
import { type Answer, type FetchPort, fetchPatiently } from './patient-fetch.ts';

export interface JsonQuestion<T> {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly answer: z.ZodType<T>;
  /** Who is asked, as messages name it: `Azure`. */
  readonly title: string;
  /** The problem behind a refusal, or behind a failed connection's text; null where no rule knows it. */
  readonly classify: (text: string) => Problem | null;
  /** A refusal's text for `classify`. */
  readonly textOf: (answer: Answer) => string;
  readonly port: FetchPort;
  readonly signal: AbortSignal;
}

/** One answer of a public JSON API that only reads. Rejects with a LabError: network, credentials, throttled, or conflict for an unknown form. */
export async function getJson<T>(question: JsonQuestion<T>): Promise<T> {
  const { url, headers = {}, title, classify, port, signal } = question;
  const answer = await fetchPatiently({ url: url.href, method: 'GET', headers: { accept: 'application/json', ...headers }, signal }, port).catch((error: unknown) => {
    if (!(error instanceof Error)) throw error;
    const known = classify(failureText(error));
    throw new LabError(known ?? { kind: 'network', summary: `${title} cannot be reached: ${error.message}`, retryable: true }, { cause: error });
  });
  if (answer.status < 200 || answer.status >= 300) throw refusal(answer, question);
  const read = question.answer.safeParse(parsed(answer, title));
  if (read.success) return read.data;
  throw new LabError({ kind: 'conflict', summary: `${title} answered in a form that labtui does not know`, detail: z.prettifyError(read.error) });
}

function refusal<T>(answer: Answer, { title, classify, textOf }: JsonQuestion<T>): LabError {
  if (answer.status === 429) {
    return new LabError({ kind: 'throttled', code: 'Http429', summary: `${title} asks for fewer calls`, hint: 'wait a minute, then repeat the command', retryable: true });
  }
  const text = textOf(answer);
  return new LabError(classify(text) ?? { kind: 'conflict', code: `Http${answer.status}`, summary: `${title} refused a call (HTTP ${answer.status})`, detail: text || undefined });
}

function parsed({ text }: Answer, title: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LabError(
      { kind: 'network', summary: `something else than ${title} answered`, hint: 'check the network and proxy (HTTPS_PROXY, NO_PROXY), then repeat the command' },
      { cause: error },
    );
  }
}
