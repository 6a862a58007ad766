import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import type { Answer, FetchPort } from '../patient-fetch.ts';
import { classify } from './errors.ts';

export interface OperationOptions {
  readonly port: FetchPort;
  readonly signal: AbortSignal;
  /** Asks a link of the operation's; rejects with Azure's refusal. */
  readonly ask: (link: string) => Promise<Answer>;
}

const usualPauseMs = 3_000;
const longestPauseMs = 10_000;
/** A resource group with machines in it takes minutes. */
const mostPolls = 200;

const status = z.object({
  status: z.string(),
  error: z.object({ code: z.string().min(1).optional().catch(undefined), message: z.string().default('') }).nullish(),
});

/**
 * Waits for a long-running operation of Resource Manager's: by `Azure-AsyncOperation`, whose answer says how far it is, else by
 * `Location`, which answers 202 until it is done. Rejects with the operation's error, or with kind conflict when it takes too long.
 */
export async function pollUntilDone(first: Answer, { port, signal, ask }: OperationOptions): Promise<void> {
  const saysStatus = first.headers.get('azure-asyncoperation');
  const link = saysStatus ?? first.headers.get('location');
  if (first.status !== 202 || link === null) return;
  let answer = first;
  for (let polls = 0; polls < mostPolls; polls += 1) {
    if (signal.aborted) break;
    await port.sleep(pauseMs(answer), signal);
    answer = await ask(link);
    if (saysStatus === null ? answer.status !== 202 : isDone(answer)) return;
  }
  throw new LabError({ kind: 'conflict', summary: 'Azure is still at it after a long while', hint: 'wait some minutes, then repeat the command', retryable: true });
}

function isDone(answer: Answer): boolean {
  // Some services end with an empty answer.
  if (answer.status === 202) return false;
  if (answer.text === '') return true;
  const { status: word, error } = status.parse(JSON.parse(answer.text));
  if (/^(?:failed|canceled)$/i.test(word)) {
    const code = error?.code ?? word;
    const said = `with error: ${code}: ${error?.message ?? ''}`;
    throw new LabError(classify(said) ?? { kind: 'conflict', code, summary: `Azure could not do it: ${error?.message ?? word}` });
  }
  return /^succeeded$/i.test(word);
}

function pauseMs({ headers }: Answer): number {
  const seconds = Number(headers.get('retry-after') ?? '');
  return seconds > 0 ? Math.min(seconds * 1_000, longestPauseMs) : usualPauseMs;
}
