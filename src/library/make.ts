import { runOf } from './events-of.ts';
import type { LabRun } from './lab-run.ts';
import type { ApplyOptions, LabOptions } from './options.ts';

/**
 * Makes a lab, or goes on with one (`session`): looks up, plans, applies, waits for SSH. Its value, and last event, is the result: `ok`,
 * `exitCode`, `hosts`, `session`. An expected failure of a cloud is such a result with its diagnostics before it; rejects with a LabError for what
 * cannot be begun, such as a profile that is wrong.
 */
export function apply(options: ApplyOptions): LabRun {
  return runOf(options, async (call, sink) => (await work()).makeLab(call, options, true, sink));
}

/** Writes a session's Terraform and stops; then: `apply({ session })`. Its result names the session. */
export function synth(options: ApplyOptions): LabRun {
  return runOf(options, async (call, sink) => (await work()).makeLab(call, options, false, sink));
}

/** What an apply would do and cost, by Terraform's own plan: a `plan` event for each stack. Leaves nothing. */
export function plan(options: LabOptions): LabRun {
  return runOf(options, async (call, sink) => (await work()).planLab(call, options, sink));
}

/** On demand: to import the library costs next to nothing. */
function work() {
  return import('./work/make-lab.ts');
}
