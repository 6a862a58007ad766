import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { Undeleted } from '../../core/cloud.ts';
import { LabError, type Problem } from '../../core/errors.ts';
import type { LeftResource } from '../../core/events.ts';
import { withLimit } from '../../core/with-limit.ts';
import { deletionsAtOnce, type Sleep } from '../delete-patiently.ts';
import { allPages, asked, type Ec2, hasCode } from './ec2-calls.ts';

const pollMs = 5_000;
/** A shutdown takes EC2 a minute, of some types several. */
const patienceMs = 600_000;
/** EC2 takes 200 values of a filter. */
const mostFilterValues = 200;

/**
 * Terminates instances and waits until they are: before that, nothing they hold can be deleted. Resolves with those that were not, each
 * with its reason; those that are gone count as terminated.
 */
export async function endInstances(ec2: Ec2, found: readonly LeftResource[], sleep: Sleep): Promise<readonly Undeleted[]> {
  // One at a time: one that is protected, or gone, would spare all the others of its call.
  const refused = await withLimit(found, deletionsAtOnce, (resource) => refusalOf(ec2, resource));
  const undeleted = refused.filter((outcome) => outcome !== null);
  const going = found.filter((resource) => !undeleted.some((outcome) => outcome.resource === resource));
  return [...undeleted, ...(await lateOnes(ec2, going, sleep))];
}

async function lateOnes(ec2: Ec2, going: readonly LeftResource[], sleep: Sleep): Promise<readonly Undeleted[]> {
  try {
    const left = await waitUntilGone(ec2, going.map(({ id }) => id), sleep);
    return going.filter(({ id }) => left.includes(id)).map((resource) => ({ resource, problem: stillGoing(resource) }));
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    // Nobody says whether they are gone; what they hold is tried all the same.
    return going.map((resource) => ({ resource, problem: error.problem }));
  }
}

function stillGoing({ id }: LeftResource): Problem {
  return { kind: 'conflict', summary: `the instance ${id} is still shutting down`, hint: 'wait a minute, then repeat the command', retryable: true };
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
    const there = new Set<string>();
    for (let from = 0; from < left.length; from += mostFilterValues) {
      for (const id of await presentOf(ec2, left.slice(from, from + mostFilterValues))) there.add(id);
    }
    left = left.filter((id) => there.has(id));
    if (left.length === 0 || waitedMs >= patienceMs) break;
    await sleep(pollMs);
  }
  return left;
}

function presentOf(ec2: Ec2, ids: readonly string[]): Promise<readonly string[]> {
  const Filters = [
    { Name: 'instance-id', Values: [...ids] },
    { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped', 'shutting-down'] },
  ];
  return allPages(
    (NextToken) => ec2.send(new DescribeInstancesCommand({ Filters, NextToken })),
    (page) => page.Reservations?.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = '' }) => InstanceId)),
  );
}
