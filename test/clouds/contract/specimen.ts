import type { Cloud, StateResource } from '../../../src/core/cloud.ts';
import type { DistroCatalogue } from '../../../src/core/distro.ts';
import type { ProviderSchema } from '../../support/schema-check.ts';

/** A resource as it stands in a stack's JSON. */
export interface WrittenResource {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A rule that lets somebody in. */
export interface Ingress {
  readonly from: readonly string[];
  readonly ports: readonly string[];
}

/** A cloud that nobody pays for, in the place of the real one. */
export interface Simulation {
  /** Where its API answers. */
  readonly origin: string;
  /** What an apply of a stack's JSON makes there. */
  apply(text: string): Promise<readonly StateResource[]>;
  /** From now on the API will not say what is in that region, until what this resolves with is called. Absent: it lists no regions. */
  hideRegion?(region: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** A cloud with all that the contract tests need to know to hold it to the contract. */
export interface Specimen {
  readonly cloud: Cloud;
  /** Of the Terraform provider that its stacks are for. */
  readonly schema: ProviderSchema;
  readonly distros: DistroCatalogue;
  /** A distro with images for each of the cloud's architectures. */
  readonly distro: string;
  readonly region: string;
  /** null: nothing can be tagged there. */
  tagsOf(resource: WrittenResource): unknown;
  ingressOf(resource: WrittenResource): Ingress | null;
  simulate(): Promise<Simulation>;
}
