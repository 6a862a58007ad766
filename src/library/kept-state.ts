import type { RunOptions } from './options.ts';

export interface StackChoice {
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
