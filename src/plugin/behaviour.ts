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

/** What a provider was configured with. A provider adds what it works on. */
export interface ProviderContext {
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

/** An operation failed, in the provider's words. */
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
export interface ResourceBehaviour<Context extends ProviderContext = ProviderContext> {
  readonly type: string;
  /** What the provider plans where the configuration is silent (its SDK defaults), by name; inside of blocks by dotted path. */
  readonly defaults?: Attributes;
  /** Dotted paths of blocks that the cloud fills in where the configuration has none: unknown at first, then as they are. */
  readonly computedBlocks?: readonly string[];
  /** Paths whose change replaces the resource, beyond those that the schema file names: `network_interface.subnetwork`. */
  readonly replacedBy?: readonly string[];
  /** Last word on a plan, before replacement is worked out: tags_all, attributes an update makes unknown. */
  plan?(planning: Planning, context: Context): Attributes;
  /** Problems of a configuration that the provider finds without asking anybody. Values may be unknown. */
  validate?(config: Attributes): readonly ProviderDiagnostic[];
  /**
   * Creates it and waits as the provider does; the whole new state. Rejects with a ProviderError. `config` has what a plan
   * only has the hash of (`user_data` of aws_instance).
   */
  create(planned: Attributes, context: Context, config: Attributes): Promise<Attributes>;
  /** The state as it is now; null: it is gone. */
  read(prior: Attributes, context: Context): Promise<Attributes | null>;
  update?(prior: Attributes, planned: Attributes, context: Context, config: Attributes): Promise<Attributes>;
  delete(prior: Attributes, context: Context): Promise<void>;
  /** What `terraform import` starts the read from; by default `{ id }`. Rejects with a ProviderError. */
  import?(id: string, context: Context): Promise<Attributes>;
}

/** A provider: its schema says what there is, this says what it does. */
export interface ProviderBehaviour<Context extends ProviderContext = ProviderContext> {
  /** `aws`: as in `hashicorp/aws`. */
  readonly name: string;
  readonly resources: readonly ResourceBehaviour<Context>[];
  /** Problems of the provider block that are found without asking anybody. */
  validate?(config: Attributes): readonly ProviderDiagnostic[];
  /** What the provider does before its first operation: credentials. Rejects with a ProviderError. */
  configure?(context: Context): Promise<void>;
}
