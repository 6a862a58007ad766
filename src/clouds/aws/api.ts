import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { ApiTarget, CloudApi, CloudIdentity, Lookup } from '../../core/cloud.ts';
import { LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { NearestRegion } from '../../core/nearest-region.ts';
import type { StackPlan } from '../../core/plan.ts';
import { inNearestRegion } from '../in-nearest-region.ts';
import { type FetchPort, realFetch } from '../patient-fetch.ts';
import { openClients } from './clients.ts';
import { consoleOutput } from './console-output.ts';
import { deleteLeftovers } from './delete-leftovers.ts';
import { asked, type Ec2 } from './ec2-calls.ts';
import { awsFacts } from './facts.ts';
import { listTagged } from './list-tagged.ts';
import { lookUpStack } from './look-up.ts';
import { limitsOf } from './quota.ts';
import { closedRegions } from './region-status.ts';
import { awsSettings } from './settings.ts';
import { callerOf } from './signed-call.ts';

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
    listBySession: (sessionId) => explained(listTagged(ec2, sessionId, region), profile),
    consoleOutput: (instanceId) => explained(consoleOutput(ec2, instanceId), profile),
    deleteLeftovers: (found) => explained(deleteLeftovers(ec2, found, (ms) => port.sleep(ms, closing.signal)), profile),
    close: () => {
      closing.abort();
      ec2.destroy();
      sts.destroy();
    },
  };
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
