import { eventsOf } from './events-of.ts';
import type { LabRun } from './lab-run.ts';
import type { SweepOptions, SweepReport } from './sweep-options.ts';

/** Looks through the clouds, not only the sessions directory, for what carries labtui's marker, and removes what nobody is to need any more. */
export function sweep(options: SweepOptions = {}): LabRun<SweepReport> {
  return eventsOf(options, async (call, sink) => (await import('./work/sweep.ts')).sweepClouds(call, options, sink));
}
