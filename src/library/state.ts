import { called } from './call.ts';
import { runOf } from './events-of.ts';
import type { LabRun } from './lab-run.ts';
import type { KnownResource, RestoreOptions, ShownState, StackChoice, StateVersionRow } from './kept-state.ts';
import type { CallOptions } from './options.ts';

/** The resources in a session's Terraform state. Rejects with a LabError (state) where it cannot be read. */
export function inventory(session: string, options: CallOptions = {}): Promise<readonly KnownResource[]> {
  return called(options, async ({ context }) => (await work()).resourcesOf(context, session));
}

/** The versions of a session's state that are kept, newest first, of one stack or of all. */
export function stateVersions(session: string, options: CallOptions & StackChoice = {}): Promise<readonly StateVersionRow[]> {
  return called(options, async ({ context }) => (await work()).versionsOf(context, session, options.stack));
}

/** A stack's state, or a version of it. @param version as `stateVersions` numbers them; undefined: the present one */
export function state(session: string, version?: number, options: CallOptions & StackChoice = {}): Promise<ShownState> {
  return called(options, async ({ context }) => (await work()).showVersion(context, session, version, options.stack));
}

/** Puts a version back; nothing in a cloud is touched, and the state as it was stays among the versions. @param version undefined: the newest that is another one than the present state */
export function restoreState(session: string, version?: number, options: RestoreOptions = {}): LabRun {
  return runOf(options, async (call, sink) => (await work()).restoreVersion(call, session, version, options, sink));
}

function work() {
  return import('./work/state.ts');
}
