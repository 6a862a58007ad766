import type { Verdict } from '../lab/verdict.ts';
import { eventsOf, runOf } from './events-of.ts';
import type { LabRun } from './lab-run.ts';
import type { MachineOptions, ReplaceOptions, RunOptions } from './options.ts';

/** What a verify came to: the lists by stack; `clean` where they are empty; the exit code that `labtui verify` has. */
export type Verification = Verdict & { readonly exitCode: number };

/** Makes a session's machines another distribution (`distro`), in place: name, key, network and deadline stay. The result's `replaced` says what runs now. */
export function replace(session: string, options: ReplaceOptions): LabRun {
  return runOf(options, async (call, sink) => (await work()).replaceIn(call, session, options, sink));
}

/** Moves a session's deadline while its machines run: by a duration (`2h`), or to a time. The result's `deadlines` say when each layer acts now. */
export function extend(session: string, to: string | { readonly until: string | Date }, options: RunOptions = {}): LabRun {
  return runOf(options, async (call, sink) => (await work()).extendBy(call, session, to, options, sink));
}

/** Stops a session's machines through their clouds; the result's `stillBilled` says what goes on costing. */
export function stop(session: string, options: MachineOptions = {}): LabRun {
  return runOf(options, async (call, sink) => (await work()).switchPower(call, 'stop', session, options, sink));
}

/** Starts stopped machines, and waits for SSH. */
export function start(session: string, options: MachineOptions = {}): LabRun {
  return runOf(options, async (call, sink) => (await work()).switchPower(call, 'start', session, options, sink));
}

/** Restarts machines, and waits for SSH. */
export function restart(session: string, options: MachineOptions = {}): LabRun {
  return runOf(options, async (call, sink) => (await work()).switchPower(call, 'restart', session, options, sink));
}

/** Makes a snapshot of a session's machines, takes them back to one, or deletes one (on clouds that can). @param name default for a new one: the time */
export function snapshot(verb: 'create' | 'restore' | 'delete', session: string, name?: string, options: MachineOptions = {}): LabRun {
  return runOf(options, async (call, sink) => (await work()).changeSnapshot(call, verb, session, name, options, sink));
}

/** Holds a session's state against its clouds and changes neither: drifted, vanished, orphaned. Of one that has ended: whether anything is left. */
export function verify(session: string, options: RunOptions = {}): LabRun<Verification> {
  return eventsOf(options, async (call, sink) => (await work()).verifyAgainstClouds(call, session, options, sink));
}

/** Asks the clouds how a session stands now and writes that into it: machines, addresses, deadlines. Changes nothing in a cloud. */
export function refresh(session: string, options: RunOptions = {}): LabRun {
  return runOf(options, async (call, sink) => (await work()).refreshFromClouds(call, session, options, sink));
}

function work() {
  return import('./work/change-session.ts');
}
