import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { ApiTarget, CloudApi, CloudIdentity } from '../../core/cloud.ts';
import { LabError } from '../../core/errors.ts';
import { openClients } from './clients.ts';
import { asked } from './ec2-calls.ts';
import { awsFacts } from './facts.ts';
import { listTagged } from './list-tagged.ts';
import { lookUpStack } from './look-up.ts';

const defaultRegion = awsFacts.defaultRegion ?? 'us-east-1';

/** EC2 and STS for a target. Nothing is called before the first method is. */
export async function openAwsApi(target: ApiTarget, env: Readonly<Record<string, string | undefined>>): Promise<CloudApi> {
  const { chosen, region, ec2, sts } = await openClients(target, defaultRegion, env);
  const profile = target.settings.aws.profile ?? env.AWS_PROFILE ?? null;

  const identity = async (): Promise<CloudIdentity> => {
    const { Account, Arn } = await asked(sts.send(new GetCallerIdentityCommand({})));
    return { account: Account ?? '', principal: Arn ?? '' };
  };

  return {
    whoAmI: () => explained(identity(), profile),
    lookup: (plan, spreadBy, emit, { cloudKeyName = null } = {}) => {
      if (chosen !== null) emit({ type: 'fallback', from: 'auto', to: region, reason: `no region is configured for the AWS CLI; ${chosen.reason}` });
      const account = identity().then((caller) => caller.account);
      return explained(lookUpStack(ec2, { plan, region, account, spreadBy, cloudKeyName, emit }), profile);
    },
    listBySession: (sessionId) => explained(listTagged(ec2, sessionId, region), profile),
    close: () => {
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
