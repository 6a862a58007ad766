import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { Undeleted } from '../../core/cloud.ts';
import { LabError } from '../../core/errors.ts';
import type { LeftResource } from '../../core/events.ts';
import { allPages, asked, type Ec2, hasCode } from './ec2-calls.ts';

/** Waits that long, or until the API is closed; a test has a clock of its own. */
export type Sleep = (ms: number) => Promise<void>;

const pollMs = 5_000;
/** A shutdown takes EC2 a minute, of some types several. */
const patienceMs = 600_000;

/**
 * Terminates instances and waits until they are: before that, nothing they hold can be deleted. Resolves with those that were not, each
 * with its reason; those that are gone count as terminated.
 */
export async function endInstances(ec2: Ec2, found: readonly LeftResource[], sleep: Sleep): Promise<readonly Undeleted[]> {
  // One at a time: one that is protected, or gone, would spare all the others of its call.
  const refused = await Promise.all(found.map((resource) => refusalOf(ec2, resource)));
  const undeleted = refused.filter((outcome) => outcome !== null);
  const going = found.filter((resource) => !undeleted.some((outcome) => outcome.resource === resource));
  const left = await waitUntilGone(ec2, going.map(({ id }) => id), sleep);
  const late = going.filter(({ id }) => left.includes(id));
  return [
    ...undeleted,
    ...late.map((resource) => ({
      resource,
      problem: { kind: 'conflict', summary: `the instance ${resource.id} is still shutting down`, hint: 'wait a minute, then repeat the command', retryable: true } as const,
    })),
  ];
}

async function refusalOf(ec2: Ec2, resource: LeftResource): Promise<Undeleted | null> {
  try {
    await asked(ec2.send(new TerminateInstancesCommand({ InstanceIds: [resource.id] })));
    return null;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return hasCode(error, 'InvalidInstanceID.NotFound') ? null : { resource, problem: error.problem };
  }
}

/** Those that are still there when patience ends. Asked by filter: an id that EC2 has forgotten is no error then. */
async function waitUntilGone(ec2: Ec2, ids: readonly string[], sleep: Sleep): Promise<readonly string[]> {
  let left = ids;
  for (let waitedMs = 0; left.length > 0; waitedMs += pollMs) {
    const Filters = [
      { Name: 'instance-id', Values: [...left] },
      { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped', 'shutting-down'] },
    ];
    const there = await allPages(
      (NextToken) => ec2.send(new DescribeInstancesCommand({ Filters, NextToken })),
      (page) => page.Reservations?.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = '' }) => InstanceId)),
    );
    left = left.filter((id) => there.includes(id));
    if (left.length === 0 || waitedMs >= patienceMs) break;
    await sleep(pollMs);
  }
  return left;
}
