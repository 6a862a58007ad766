import type { StackInput } from '../../../src/core/cloud.ts';
import type { CloudSettings } from '../../../src/core/cloud-settings.ts';
import { cloudSettings } from '../../../src/core/profile.ts';
import type { StackPlan } from '../../../src/core/plan.ts';
import { awsFacts } from '../../../src/clouds/aws/facts.ts';
import type { AwsSettings } from '../../../src/clouds/aws/settings.ts';
import { profileSchema } from '../../support/profile-schema.ts';
import { type StackChange, stackInputOf, stackPlanOf, ubuntu } from '../../support/stack-inputs.ts';

export { publicKey, sessionId } from '../../support/stack-inputs.ts';

/** The profile's cloud settings with some of `aws` set. */
export function settings(aws: Partial<AwsSettings> = {}): CloudSettings {
  return cloudSettings(profileSchema.parse({ distro: 'ubuntu@24.04', cloud: 'aws', aws }), 'aws');
}

export interface InputChange extends StackChange {
  readonly aws?: Partial<AwsSettings>;
  readonly terminateOnShutdown?: boolean;
}

/** A stack of one t3.medium in a network of its own, changed as asked. */
export function stackInput({ aws = {}, terminateOnShutdown = true, ...change }: InputChange = {}): StackInput {
  return stackInputOf(
    {
      cloud: 'aws',
      distro: ubuntu,
      account: '123456789012',
      region: 'eu-north-1',
      zone: 'eu-north-1b',
      image: { id: 'ami-0123456789abcdef0', name: 'ubuntu-noble', owner: '099720109477', minDiskGb: 8, createdAt: null },
      imageUser: 'ubuntu',
      user: 'ubuntu',
      instanceType: 't3.medium',
      hourlyPrice: 0.0416,
      priceRegion: 'us-east-1',
      priceDate: '2026-01-19',
      settings: settings(aws),
      diskGb: 20,
      terminateOnShutdown,
    },
    change,
  );
}

/** A plan that leaves region, zone and image open, with the catalogue's types for the lab tier. */
export function stackPlan(change: Partial<StackPlan> = {}, aws: Partial<AwsSettings> = {}): StackPlan {
  const imageQuery = {
    cloud: 'aws',
    owners: ['099720109477'],
    namePattern: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*',
    ssmParameter: null,
    marketplace: false,
    newestBy: 'date',
    includeDeprecated: false,
  } as const;
  return stackPlanOf({ cloud: 'aws', distro: ubuntu, facts: awsFacts, imageQuery, imageUser: 'ubuntu', user: 'ubuntu', settings: settings(aws) }, change);
}
