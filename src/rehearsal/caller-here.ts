import { basename, dirname } from 'node:path';
import type { Caller } from './engine/call.ts';

/** The run of labtui that started this process, as it hands it down. */
export const runVariable = 'LABTUI_REHEARSAL_RUN';

/** Who a provider process works for: Terraform starts it in `<session>/stacks/<stack>`. */
export function callerHere(directory: string, environment: Readonly<Record<string, string | undefined>>): Caller {
  const stacks = dirname(directory);
  const inSession = basename(stacks) === 'stacks';
  return {
    actor: 'terraform',
    run: environment[runVariable] ?? null,
    session: inSession ? basename(dirname(stacks)) : null,
    stack: inSession ? basename(directory) : null,
  };
}
