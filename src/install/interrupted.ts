import { exitCodes, LabError } from '../core/errors.ts';

/** The user asked to stop: exit code of the signal that the abort names as its reason. */
export function interrupted(signal: AbortSignal): LabError {
  return new LabError(
    { kind: 'not-ready', summary: 'interrupted before Terraform was installed' },
    { exitCode: signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted },
  );
}
