import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { ApiTarget, CloudApi, CloudIdentity } from '../../core/cloud.ts';
import { openClients } from './clients.ts';
import { asked } from './ec2-calls.ts';
import { awsFacts } from './facts.ts';
import { listTagged } from './list-tagged.ts';
import { lookUpStack } from './look-up.ts';

const fallbackRegion = awsFacts.defaultRegion ?? 'us-east-1';

/** EC2 and STS for a target. Nothing is called before the first method is. */
export async function openAwsApi(target: ApiTarget, env: Readonly<Record<string, string | undefined>>): Promise<CloudApi> {
  const { configuredRegion, region, ec2, sts } = await openClients(target, fallbackRegion, env);

  const whoAmI = async (): Promise<CloudIdentity> => {
    const { Account, Arn } = await asked(sts.send(new GetCallerIdentityCommand({})));
    return { account: Account ?? '', principal: Arn ?? '' };
  };

  return {
    whoAmI,
    lookup: (plan, spreadBy, emit, { cloudKeyName = null } = {}) => {
      if (configuredRegion === null) {
        emit({ type: 'fallback', from: 'auto', to: region, reason: 'no region is configured for the AWS CLI (AWS_REGION, or region in its config file)' });
      }
      const account = whoAmI().then((identity) => identity.account);
      return lookUpStack(ec2, { plan, region, account, spreadBy, cloudKeyName, emit });
    },
    listBySession: (sessionId) => listTagged(ec2, sessionId, region),
    close: () => {
      ec2.destroy();
      sts.destroy();
    },
  };
}
