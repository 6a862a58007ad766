import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { LabError } from '../../core/errors.ts';
import { asked, type Ec2 } from './ec2-calls.ts';
import { awsFacts } from './facts.ts';

/** Why the account cannot use a region; null: it can. */
export type ClosedRegion = (region: string) => string | null;

/**
 * Which regions the account has not enabled, asked of a region that every account has. Whoever may not ask it gets those that need no
 * enabling.
 */
export async function closedRegions(ec2: Ec2): Promise<ClosedRegion> {
  const status = await regionStatus(ec2);
  return (region) => {
    const known = status?.get(region);
    if (known === 'not-opted-in') return 'not enabled for the account';
    if (known !== undefined) return null;
    const needsOptIn = awsFacts.regions.some(({ id, optIn }) => id === region && optIn);
    if (!needsOptIn) return null;
    return status === null ? 'has to be enabled, and the credentials may not ask whether it is (ec2:DescribeRegions)' : 'not enabled for the account';
  };
}

/** What EC2 calls the opt-in status of each region: `opt-in-not-required`, `opted-in`, `not-opted-in`. null: the credentials may not ask. */
export async function regionStatus(ec2: Ec2): Promise<ReadonlyMap<string, string> | null> {
  try {
    const { Regions = [] } = await asked(ec2.send(new DescribeRegionsCommand({ AllRegions: true })));
    return new Map(Regions.flatMap(({ RegionName, OptInStatus }) => (RegionName === undefined || OptInStatus === undefined ? [] : [[RegionName, OptInStatus] as const])));
  } catch (error) {
    if (error instanceof LabError && error.problem.kind === 'permission') return null;
    throw error;
  }
}
