import type { CloudId } from '../../core/clouds.ts';
import type { JsonObject } from './json.ts';
import type { Machine } from './machine.ts';

/** Something that exists in a simulated cloud. */
export interface SimResource {
  readonly cloud: CloudId;
  /** The cloud's own word: `vpc`, `instance`, `networkInterfaces`; a machine's is always `instance`. */
  readonly kind: string;
  /** Unique in its cloud: `i-0abc`, `projects/p/zones/z/instances/n`, an ARM id (compared in lower case). */
  readonly id: string;
  readonly name: string | null;
  /** null: global. */
  readonly region: string | null;
  readonly zone: string | null;
  /** Tags or labels. */
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  /** Everything else, in the words of the cloud's API. References to other resources are their ids. */
  readonly props: JsonObject;
  /** Set for machines. */
  readonly machine?: Machine | undefined;
}

export type Ref = Pick<SimResource, 'cloud' | 'id'>;
