import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { ApiTarget, CloudApi, CloudIdentity, Lookup, MarkedListing, Undeleted } from '../../core/cloud.ts';
import { LabError } from '../../core/errors.ts';
import type { Emit, LeftResource } from '../../core/events.ts';
import type { NearestRegion } from '../../core/nearest-region.ts';
import type { StackPlan } from '../../core/plan.ts';
import { inNearestRegion } from '../in-nearest-region.ts';
import { type FetchPort, realFetch } from '../patient-fetch.ts';
import { openClients } from './clients.ts';
import { consoleOutput } from './console-output.ts';
import { deleteDeadlines, isDeadlinePart, markedRoles, markedSchedules, sessionDeadlines } from './deadline-leftovers.ts';
import { offerDeadline } from './deadline-rights.ts';
import { deleteLeftovers } from './delete-leftovers.ts';
import { asked, type Ec2 } from './ec2-calls.ts';
import { awsFacts } from './facts.ts';
import { listMarked } from './list-marked.ts';
import { listTagged } from './list-tagged.ts';
import { lookUpStack } from './look-up.ts';
import { setPower } from './power.ts';
import { limitsOf } from './quota.ts';
import { readDeadline } from './read-deadline.ts';
import { closedRegions } from './region-status.ts';
import { awsSettings } from './settings.ts';
import { callerOf } from './signed-call.ts';
import type { AwsCaller } from './signed-request.ts';

const defaultRegion = awsFacts.defaultRegion ?? 'us-east-1';

/** EC2, STS and Service Quotas for a target. Nothing is called before the first method is. */
export async function openAwsApi(target: ApiTarget, env: Readonly<Record<string, string | undefined>>, port: FetchPort = realFetch): Promise<CloudApi> {
  const closing = new AbortController();
  const { candidates, region, ec2, ec2In, sts } = await openClients(target, defaultRegion, env);
  const caller = callerOf({ sts }, target, { env, port, signal: closing.signal });
  const profile = awsSettings(target.settings).profile ?? env.AWS_PROFILE ?? null;

  const identity = async (): Promise<CloudIdentity> => {
    const { Account, Arn } = await asked(sts.send(new GetCallerIdentityCommand({})));
    return { account: Account ?? '', principal: Arn ?? '' };
  };

  const during = async <T>(where: string, work: (client: Ec2) => Promise<T>): Promise<T> => {
    const client = ec2In(where);
    try {
      return await work(client);
    } finally {
      client.destroy();
    }
  };
  const inNearest = async (near: readonly NearestRegion[], plan: StackPlan, emit: Emit, lookUp: (client: Ec2, region: string, report: Emit) => Promise<Lookup>): Promise<Lookup> =>
    inNearestRegion({
      cloud: awsFacts.title,
      plan,
      candidates: near,
      closed: await during(defaultRegion, closedRegions),
      unnamed: 'no region is configured for the AWS CLI',
      emit,
      lookUp: (where, report) => during(where, (client) => lookUp(client, where, report)),
    });

  const marked = async (regions: readonly string[] | 'everywhere'): Promise<MarkedListing> => {
    const listing = await listMarked(regions, { during, askFirst: [...new Set([region, defaultRegion])] });
    return withDeadlines(listing, caller, region);
  };
  const listed = async (sessionId: string): Promise<readonly LeftResource[]> => {
    const { deadline } = target;
    // Never written into the stack: then the rights to look for it may be missing as well.
    if (deadline === undefined || deadline.kind === null) return listTagged(ec2, sessionId, region);
    const parts = sessionDeadlines(caller, region, sessionId);
    const known = deadline.state === 'missing' ? parts.catch(nothingIfLabError) : parts;
    const [tagged, ofDeadline] = await Promise.all([listTagged(ec2, sessionId, region), known]);
    return [...tagged, ...ofDeadline];
  };
  const deleted = async (found: readonly LeftResource[]): Promise<readonly Undeleted[]> => {
    const ofDeadline = await deleteDeadlines(caller, region, found.filter(isDeadlinePart));
    const others = found.filter((one) => !isDeadlinePart(one));
    return [...ofDeadline, ...(await deleteLeftovers(ec2, others, (ms) => port.sleep(ms, closing.signal), region))];
  };

  return {
    whoAmI: () => explained(identity(), profile),
    lookup: (plan, spreadBy, emit, { cloudKeyName = null, again } = {}) => {
      const account = identity().then((caller) => caller.account);
      // A look-up may fail for something else before it waits for this.
      account.catch(() => undefined);
      const found =
        candidates === null
          ? lookUpStack(ec2, { plan, region, account, spreadBy, cloudKeyName, again, limits: limitsOf(caller, region), emit })
          : inNearest(candidates, plan, emit, (client, where, report) =>
              lookUpStack(client, { plan, region: where, account, spreadBy, cloudKeyName, again, limits: limitsOf(caller, where), emit: report }),
            );
      return explained(found, profile);
    },
    offerDeadline: (sessionId) => explained(offerDeadline(caller, region, sessionId, identity()), profile),
    readDeadline: (query) => explained(readDeadline(caller, region, query), profile),
    listBySession: (sessionId) => explained(listed(sessionId), profile),
    consoleOutput: (instanceId) => explained(consoleOutput(ec2, instanceId), profile),
    setPower: (instanceIds, power, signal) => explained(setPower(ec2, { instanceIds, power, sleep: (ms) => port.sleep(ms, signal), signal }), profile),
    listMarked: (regions) => explained(marked(regions), profile),
    deleteLeftovers: (found) => explained(deleted(found), profile),
    close: () => {
      closing.abort();
      ec2.destroy();
      sts.destroy();
    },
  };
}

/**
 * A listing with the schedules of the regions that answered, and the account's roles. Who may not ask for those has not made any with
 * these credentials; they cost nothing, and hide nothing that does.
 */
async function withDeadlines(listing: MarkedListing, caller: AwsCaller, region: string): Promise<MarkedListing> {
  const regions = listing.regions.filter((each) => each !== null);
  if (regions.length === 0) return listing;
  const found = await Promise.all([
    ...regions.map((each) => markedSchedules(caller, each).catch(nothingIfLabError)),
    markedRoles(caller, region).catch(nothingIfLabError),
  ]);
  return { ...listing, found: [...listing.found, ...found.flat()] };
}

function nothingIfLabError(error: unknown): readonly never[] {
  if (error instanceof LabError) return [];
  throw error;
}

/** Missing or expired credentials, with the profile they were looked for in: the SDK's own words leave it out. */
async function explained<T>(answer: Promise<T>, profile: string | null): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof LabError) || error.problem.kind !== 'credentials' || profile === null) throw error;
    const { summary, hint = '' } = error.problem;
    const nothingFound = summary === 'no AWS credentials were found';
    throw new LabError(
      {
        ...error.problem,
        summary: nothingFound ? `no AWS credentials were found for the profile "${profile}"` : summary,
        hint: nothingFound
          ? `aws sso login --profile ${profile}   or, if that is not its name: aws configure list-profiles`
          : hint.replace(/aws sso login(?! --profile)/, `aws sso login --profile ${profile}`),
      },
      { cause: error },
    );
  }
}
