import type { Caller } from '../../engine/call.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { World } from '../../engine/world.ts';
import { settleRegion } from './default-network.ts';
import type { Ec2 } from './ec2.ts';
import { type Operation, operations } from './operations.ts';

export interface Ec2Access {
  readonly world: World;
  readonly caller: Caller;
  readonly region: string;
}

/** What the journal and faults are to know of a call. */
export interface CallAbout {
  readonly zone?: string | null;
  readonly target?: string | null;
  readonly params?: JsonObject;
}

/** One call of EC2 or STS in the world. Rejects as `World.call` does. */
export function callEc2<T>({ world, caller, region }: Ec2Access, operation: Operation, about: CallAbout, work: (ec2: Ec2) => T): Promise<T> {
  const [verb, subject] = operations[operation];
  return world.call({ cloud: 'aws', operation, verb, subject, caller, region, ...about }, (tx) => {
    const ec2 = { tx, region };
    settleRegion(ec2);
    return work(ec2);
  });
}
