import { LabError } from '../../core/errors.ts';

const resetHint = 'labtui rehearsal reset begins a new one; what was rehearsed there is gone then';

/** A world's files do not say what they should. */
export function damagedWorld(file: string, why: string, cause?: unknown): LabError {
  return new LabError({ kind: 'state', summary: `the simulated world is damaged: ${why}`, detail: file, hint: resetHint }, { cause });
}

export function newerWorld(file: string, version: number): LabError {
  return new LabError({
    kind: 'state',
    summary: `the simulated world was made by a newer labtui (its format is ${version})`,
    detail: file,
    hint: `use that one, or: ${resetHint}`,
  });
}

export function worldGone(directory: string): LabError {
  return new LabError({ kind: 'state', summary: 'the simulated world was reset meanwhile', detail: directory, hint: 'start anew' });
}
