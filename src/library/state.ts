import { called } from './call.ts';
import { runOf } from './events-of.ts';
import type { LabRun } from './lab-run.ts';
import type { CallOptions, RunOptions } from './options.ts';

interface StackChoice {
  /** Which stack. @default the only one */
  readonly stack?: string | undefined;
}

/** A resource that Terraform's state knows. */
export interface KnownResource {
  readonly stack: string;
  /** `aws_instance.vm-1` */
  readonly address: string;
  readonly type: string;
  /** The cloud's own. */
  readonly id: string | null;
  readonly name: string | null;
  readonly tainted: boolean;
}

/** One version of a stack's state. */
export interface StateVersionRow {
  readonly stack: string;
  /** 1 is the newest kept one; null: the present state, where no kept version equals it. */
  readonly number: number | null;
  readonly time: string | null;
  readonly serial: number | null;
  readonly resources: number | null;
  readonly bytes: number | null;
  /** Whether Terraform works with it now. */
  readonly present: boolean;
  /** Why it cannot be read. */
  readonly problem: string | null;
}

/** A stack's state, or a kept version of it. */
export interface ShownState {
  readonly stack: string;
  readonly serial: number;
  readonly lineage: string;
  readonly terraformVersion: string;
  readonly resources: readonly KnownResource[];
  /** The document itself. */
  readonly text: string;
}

/** What a restore would do. */
export interface RestoreQuestion {
  readonly stack: string;
  readonly version: StateVersionRow;
  /** The state as it is. */
  readonly now: { readonly kind: 'ok'; readonly serial: number; readonly resources: number } | { readonly kind: 'absent' } | { readonly kind: 'unreadable'; readonly reason: string };
  /** Addresses that only the present state knows. */
  readonly forgets: readonly string[];
}

export interface RestoreOptions extends StackChoice, RunOptions {
  /** Also where the lineage is another one. */
  readonly force?: boolean | undefined;
  /** Sees what would be put back and says whether it is. @default it is */
  readonly approve?: ((question: RestoreQuestion) => boolean | Promise<boolean>) | undefined;
}

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
