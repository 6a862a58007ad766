import type { StackInput } from '../../../src/core/cloud.ts';
import type { PinnedStack, StackPlan } from '../../../src/core/plan.ts';
import type { CloudSettings } from '../../../src/core/cloud-settings.ts';
import { cloudSettings } from '../../../src/core/profile.ts';
import { gcpFacts } from '../../../src/clouds/gcp/facts.ts';
import type { GcpSettings } from '../../../src/clouds/gcp/settings.ts';
import { profileSchema } from '../../support/profile-schema.ts';
import { sessionId as usualId, type StackChange, stackInputOf, stackPlanOf, ubuntu } from '../../support/stack-inputs.ts';

export { publicKey, sessionId } from '../../support/stack-inputs.ts';
export const image = 'projects/ubuntu-os-cloud/global/images/ubuntu-2404-noble-amd64-v20261105';

/** The profile's cloud settings with some of `gcp` set. */
export function settings(gcp: Partial<GcpSettings> = {}): CloudSettings {
  return cloudSettings(profileSchema.parse({ distro: 'ubuntu@24.04', cloud: 'gcp', gcp }), 'gcp');
}

export interface InputChange extends StackChange {
  readonly gcp?: Partial<GcpSettings>;
  /** null: no TTL. */
  readonly expiresAt?: string | null;
  readonly init?: PinnedStack['distro']['init'];
  readonly sessionId?: string;
}

/** A stack of one e2-medium in a network of its own, changed as asked. */
export function stackInput(given: InputChange = {}): StackInput {
  const { gcp = {}, init = 'cloud-init', sessionId = usualId, expiresAt = '2026-11-20T14:00:00.000Z', ...change } = given;
  return stackInputOf(
    {
      cloud: 'gcp',
      distro: { ...ubuntu, init },
      account: 'my-labs',
      region: 'europe-west1',
      zone: 'europe-west1-c',
      image: { id: image, name: 'ubuntu-2404-noble-amd64-v20261105', owner: 'ubuntu-os-cloud', minDiskGb: 10, createdAt: null, features: ['UEFI_COMPATIBLE', 'GVNIC'] },
      imageUser: null,
      user: 'ubuntu',
      instanceType: 'e2-medium',
      hourlyPrice: 0.0335,
      priceRegion: 'us-central1',
      priceDate: null,
      settings: settings(gcp),
      diskGb: 20,
      terminateOnShutdown: false,
      times: { sessionId, createdAt: '2026-11-20T10:00:00.000Z', expiresAt },
    },
    change,
  );
}

/** A plan that leaves region, zone and image open, with the catalogue's types for the lab tier. */
export function stackPlan(change: Partial<StackPlan> = {}, gcp: Partial<GcpSettings> = {}): StackPlan {
  const imageQuery = { cloud: 'gcp', project: 'ubuntu-os-cloud', family: 'ubuntu-2404-lts-amd64', name: null } as const;
  return stackPlanOf({ cloud: 'gcp', distro: ubuntu, facts: gcpFacts, imageQuery, imageUser: null, user: 'ubuntu', settings: settings(gcp) }, change);
}
