import type { StateResource } from './cloud.ts';

/** A line of Terraform's `-json` output, reduced to what labtui uses. */
export type TerraformMessage =
  | { readonly kind: 'planned'; readonly address: string; readonly type: string; readonly action: string }
  | {
      readonly kind: 'summary';
      readonly operation: 'plan' | 'apply' | 'destroy';
      readonly add: number;
      readonly change: number;
      readonly destroy: number;
    }
  | {
      readonly kind: 'resource';
      readonly address: string;
      readonly action: string;
      readonly status: 'started' | 'progress' | 'complete' | 'errored';
      readonly id: string | null;
      readonly elapsedMs: number;
    }
  | ({ readonly kind: 'diagnostic' } & TerraformDiagnostic)
  | { readonly kind: 'log'; readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string };

export interface TerraformDiagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  readonly address: string | null;
}

export interface TerraformCall {
  /** The stack's directory: holds cdk.tf.json and, afterwards, the state. */
  readonly directory: string;
  /** Names (or prefixes ending in `*`) of the caller's environment that the cloud's provider may see. */
  readonly passEnvironment: readonly string[];
  /** The stack's provider is labtui's own. @default false */
  readonly ownProvider?: boolean | undefined;
  /** Aborting it interrupts Terraform once, cleanly; the call then waits until the state is saved. */
  readonly signal: AbortSignal;
  readonly onMessage: (message: TerraformMessage) => void;
}

export interface TerraformOutcome {
  readonly ok: boolean;
  /** It ended because of the signal. */
  readonly interrupted: boolean;
  /** Errors only, in Terraform's order. */
  readonly errors: readonly TerraformDiagnostic[];
  readonly durationMs: number;
}

export interface TerraformVersion {
  readonly product: 'terraform' | 'tofu';
  readonly version: string;
  readonly binary: string;
}

/** One resource of a stack's configuration. */
export interface ConfiguredResource {
  readonly address: string;
  readonly type: string;
  /** Its Name tag, or its name where the cloud has no such tag; null where it has neither. */
  readonly name: string | null;
}

/** The terraform binary. Every method rejects with a LabError only where the binary could not do its work at all. */
export interface Terraform {
  /** Which binary runs, checked against the oldest supported one. Rejects with kind `prerequisite`. */
  version(): Promise<TerraformVersion>;
  /**
   * Waits for the Terraform of a labtui that died, so that the state stands still: whoever reads it before a call of
   * Terraform's asks this first (every call does it by itself). false: aborted while waiting.
   */
  settle(call: TerraformCall): Promise<boolean>;
  init(call: TerraformCall): Promise<TerraformOutcome>;
  /** Whether the other commands can run in a stack's directory as it is. */
  isInitialized(directory: string): Promise<boolean>;
  /**
   * `planFile`: where to keep the plan, relative to the directory; null keeps none. `replace`: addresses of the state that are made
   * anew, also where a change in place would do.
   */
  plan(call: TerraformCall & { readonly planFile: string | null; readonly replace?: readonly string[] | undefined }): Promise<TerraformOutcome>;
  /** `planFile`: apply that very plan; null plans and applies in one run without asking. */
  apply(call: TerraformCall & { readonly planFile: string | null }): Promise<TerraformOutcome>;
  destroy(call: TerraformCall): Promise<TerraformOutcome>;
  /** Writes into the state what the cloud has, and changes nothing there: what is gone leaves the state. */
  refresh(call: TerraformCall): Promise<TerraformOutcome>;
  /** Takes a resource that exists, but that the state does not know, into the state. */
  import(call: TerraformCall & { readonly address: string; readonly id: string }): Promise<TerraformOutcome>;
  /** What the stack's cdk.tf.json configures. */
  configuration(directory: string): Promise<readonly ConfiguredResource[]>;
  /** Versions of the providers that init chose, from the stack's lock file: source to version. */
  providerVersions(directory: string): Promise<Readonly<Record<string, string>>>;
}

/** What a state file turned out to be. A truncated one is never "nothing exists". */
export type StateFile =
  | { readonly kind: 'absent' }
  /** The reason follows `the state`: `is empty`. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | {
      readonly kind: 'ok';
      readonly lineage: string;
      readonly serial: number;
      readonly terraformVersion: string;
      /** Managed resources; data sources are left out. */
      readonly resources: readonly StateResource[];
    };
