import { DescribeInstancesCommand, StartInstancesCommand, StopInstancesCommand, type Instance } from '@aws-sdk/client-ec2';
import { LabError } from '../../core/errors.ts';
import type { Sleep } from '../delete-patiently.ts';
import { powerTookTooLong, powerWasLeft } from '../power-problems.ts';
import { allPages, asked, type Ec2 } from './ec2-calls.ts';
import { instanceState } from './hosts.ts';

export interface PowerRequest {
  readonly instanceIds: readonly string[];
  readonly power: 'running' | 'stopped';
  readonly sleep: Sleep;
  readonly signal: AbortSignal;
}

const pollMs = 3_000;
/** EC2 forces a guest off that has not shut down after some minutes (EC2 user guide, Stop and start). */
const patienceMs = 900_000;

/**
 * Stops or starts instances and waits until all of them are so; those that are already are left alone. One that is on its way
 * elsewhere is waited for first. Rejects with a LabError: not-found for one that is gone, EC2's own refusal otherwise.
 */
export async function setPower(ec2: Ec2, { instanceIds, power, sleep, signal }: PowerRequest): Promise<void> {
  const opposite = power === 'running' ? 'stopped' : 'running';
  const told = new Set<string>();
  const moving = new Set<string>();
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const instances = await describe(ec2, instanceIds);
    for (const [id, instance] of instances) {
      const state = instanceState(instance.State?.Name);
      if (told.has(id) && moving.has(id) && state === opposite) throw fellBack(id, instance);
      if (state !== opposite) moving.add(id);
    }
    const states = new Map([...instances].map(([id, { State }]) => [id, instanceState(State?.Name)]));
    if ([...states.values()].every((state) => state === power)) return;
    const next = [...states].filter(([id, state]) => state === opposite && !told.has(id)).map(([id]) => id);
    if (next.length > 0) {
      await asked(ec2.send(power === 'running' ? new StartInstancesCommand({ InstanceIds: next }) : new StopInstancesCommand({ InstanceIds: next })));
      for (const id of next) {
        told.add(id);
        moving.delete(id);
      }
    }
    if (signal.aborted) throw powerWasLeft();
    if (waitedMs >= patienceMs) throw powerTookTooLong(power, [...states].filter(([, state]) => state !== power).map(([id]) => id));
    await sleep(pollMs);
  }
}

/** Asked by filter: an id that EC2 has forgotten is no error of the call then. */
async function describe(ec2: Ec2, ids: readonly string[]): Promise<ReadonlyMap<string, Instance>> {
  const Filters = [{ Name: 'instance-id', Values: [...ids] }];
  const found = await allPages(
    (NextToken) => ec2.send(new DescribeInstancesCommand({ Filters, NextToken })),
    (page) => page.Reservations?.flatMap(({ Instances = [] }) => Instances),
  );
  const byId = new Map(found.map((instance) => [instance.InstanceId ?? '', instance]));
  const gone = ids.filter((id) => ['terminating', 'terminated'].includes(instanceState(byId.get(id)?.State?.Name ?? 'terminated')));
  if (gone.length > 0) throw new LabError({ kind: 'not-found', summary: `${gone.join(', ')} is gone from AWS`, hint: 'labtui show SESSION --refresh   says what is left' });
  return byId;
}

/** EC2 takes a start, and stops the instance again where it has no room: the reason is only in the instance. */
function fellBack(id: string, { StateReason }: Instance): LabError {
  const code = StateReason?.Code?.replace(/^(?:Server|Client)\./, '');
  const capacity = code === 'InsufficientInstanceCapacity';
  return new LabError({
    kind: capacity ? 'capacity' : 'conflict',
    code,
    summary: `AWS took it back: ${id} is ${capacity ? 'stopped again, for want of room' : 'as it was'}${StateReason?.Message === undefined ? '' : ` (${StateReason.Message})`}`,
    hint: 'the same again in some minutes',
    retryable: true,
  });
}
