import type { CloudId } from '../../core/clouds.ts';
import type { Caller } from '../engine/call.ts';
import type { World } from '../engine/world.ts';

/** A value that is known only after apply. */
export const unknown: unique symbol = Symbol('unknown');

/**
 * A value of Terraform's: null, boolean, number, text, list or set or block list (array), map or object (record),
 * `unknown`. Sets have no order of their own.
 */
export type Value = null | boolean | number | string | typeof unknown | readonly Value[] | Attributes;
export interface Attributes {
  readonly [name: string]: Value;
}

/** What a provider found when it was configured, and where it works. */
export interface ProviderContext {
  readonly world: World;
  readonly caller: Caller;
  /** The provider block as configured. */
  readonly config: Attributes;
  /** Aborted when Terraform asks to stop. */
  readonly signal: AbortSignal;
}

export interface ProviderDiagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail?: string;
  /** Attribute names and indexes. */
  readonly path?: readonly (string | number)[];
}

/** An operation failed, in the real provider's words. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly diagnostic: ProviderDiagnostic;
  /** What exists all the same: Terraform stores it as tainted. */
  readonly partial: Attributes | null;

  constructor(diagnostic: ProviderDiagnostic, options: { readonly partial?: Attributes | null; readonly cause?: unknown } = {}) {
    super(diagnostic.summary, { cause: options.cause });
    this.diagnostic = diagnostic;
    this.partial = options.partial ?? null;
  }
}

export interface Planning {
  /** null: it is created. */
  readonly prior: Attributes | null;
  readonly config: Attributes;
  /** Configuration over prior state, computed attributes filled in by the schema's rules. */
  readonly planned: Attributes;
}

/** How one resource type behaves besides its schema. Attributes carry every name of the schema. */
export interface ResourceBehaviour {
  readonly type: string;
  /** What the provider plans where the configuration is silent (its SDK defaults), by name; inside of blocks by dotted path. */
  readonly defaults?: Attributes;
  /** Dotted paths of blocks that the cloud fills in where the configuration has none: unknown at first, then as they are. */
  readonly computedBlocks?: readonly string[];
  /** Paths whose change replaces the resource, beyond those that the schema file names: `network_interface.subnetwork`. */
  readonly replacedBy?: readonly string[];
  /** Last word on a plan, before replacement is worked out: tags_all, attributes an update makes unknown. */
  plan?(planning: Planning, context: ProviderContext): Attributes;
  /** Problems of a configuration that the real provider finds without asking anybody. Values may be unknown. */
  validate?(config: Attributes): readonly ProviderDiagnostic[];
  /**
   * Creates it and waits as the provider does; the whole new state. Rejects with a ProviderError. `config` has what a plan
   * only has the hash of (`user_data` of aws_instance).
   */
  create(planned: Attributes, context: ProviderContext, config: Attributes): Promise<Attributes>;
  /** The state as the cloud has it now; null: it is gone. */
  read(prior: Attributes, context: ProviderContext): Promise<Attributes | null>;
  update?(prior: Attributes, planned: Attributes, context: ProviderContext, config: Attributes): Promise<Attributes>;
  delete(prior: Attributes, context: ProviderContext): Promise<void>;
  /** What `terraform import` starts the read from; by default `{ id }`. Rejects with a ProviderError. */
  import?(id: string, context: ProviderContext): Promise<Attributes>;
}

/** A simulated provider: the schema file says what there is, this says what it does. */
export interface ProviderBehaviour {
  /** `aws`, `google`, `azurerm`: as in `hashicorp/aws` and the name of the schema file. */
  readonly name: string;
  readonly cloud: CloudId;
  readonly resources: readonly ResourceBehaviour[];
  /** Problems of the provider block that are found without asking the cloud. */
  validate?(config: Attributes): readonly ProviderDiagnostic[];
  /** What the provider does before its first operation: credentials. Rejects with a ProviderError. */
  configure?(context: ProviderContext): Promise<void>;
}
