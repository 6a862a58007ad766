import type { CloudId } from '../../core/clouds.ts';
import type { JsonObject } from './json.ts';

/** Who calls a simulated cloud. */
export interface Caller {
  readonly actor: 'terraform' | 'labtui' | 'client' | 'guest' | 'cloud';
  /** The labtui run this belongs to: faults that were armed for a run meet its calls only. */
  readonly run: string | null;
  readonly session: string | null;
  readonly stack: string | null;
}

export type CallVerb = 'identity' | 'create' | 'read' | 'list' | 'update' | 'delete';

/** What faults aim at, the same words for every cloud. */
export type CallSubject = 'account' | 'image' | 'type' | 'instance' | 'network' | 'subnet' | 'firewall' | 'key' | 'address' | 'disk' | 'group' | 'deadline' | 'other';

/** One API call, as the journal has it. */
export interface CloudCall {
  readonly cloud: CloudId;
  /** The cloud's own name: `RunInstances`, `compute.instances.insert`, `Microsoft.Compute/virtualMachines/write`. */
  readonly operation: string;
  readonly verb: CallVerb;
  readonly subject: CallSubject;
  readonly caller: Caller;
  readonly region?: string | null;
  readonly zone?: string | null;
  /** The resource it is about, where it has an id already. */
  readonly target?: string | null;
  /** What was asked, without secrets and without user data: for people who read the journal. */
  readonly params?: JsonObject;
}
