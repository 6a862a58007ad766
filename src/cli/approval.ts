import { createInterface } from 'node:readline/promises';
import { exitCodes, LabError } from '../core/errors.ts';
import type { Question } from '../lab/ports.ts';
import type { CliContext } from './context.ts';
import type { Reader } from './readers/reader.ts';
import { renderQuestion } from './text/question.ts';

/**
 * Asks the person at the terminal; the safe answer is no. Without one it refuses instead of hanging (exit 8).
 */
export function approver(context: CliContext, reader: Reader): (question: Question) => Promise<boolean> {
  return async (question) => {
    if (!context.interactive || context.settings.json) throw cannotAsk();
    reader.pause();
    context.err(renderQuestion(question, context.theme, context.columns));
    return askYesNo(context, { create: 'Create?', replace: 'Replace?', destroy: 'Destroy?' }[question.about]);
  };
}

/** A yes or no at the terminal; Ctrl-C and end of input are a no. */
export async function askYesNo(context: CliContext, question: string): Promise<boolean> {
  const prompt = createInterface({ input: context.stdin, output: context.stderr });
  const closed = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
  prompt.once('SIGINT', () => {
    prompt.close();
    process.kill(process.pid, 'SIGINT');
  });
  try {
    const answer = await Promise.race([prompt.question(`\n  ${question} [y/N] `, { signal: context.signal }).catch(() => ''), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}

/** The refusal of everything that asks, where nobody can be asked. */
export function cannotAsk(): LabError {
  return new LabError(
    { kind: 'invalid-input', summary: 'this needs a yes, and there is no terminal to ask on', hint: 'say it beforehand: --auto-approve (-y)' },
    { exitCode: exitCodes.notApproved },
  );
}
