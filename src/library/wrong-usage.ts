import { exitCodes, LabError } from '../core/errors.ts';

/** What was called cannot be meant: exit 2, as the command line has it. */
export function wrongUsage(summary: string, hint?: string): LabError {
  return new LabError({ kind: 'invalid-input', summary, hint }, { exitCode: exitCodes.usage });
}
