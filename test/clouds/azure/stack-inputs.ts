import type { StackInput } from '../../../src/core/cloud.ts';
import type { StackPlan } from '../../../src/core/plan.ts';
import type { CloudSettings } from '../../../src/core/cloud-settings.ts';
import { cloudSettings } from '../../../src/core/profile.ts';
import { azureFacts } from '../../../src/clouds/azure/facts.ts';
import type { AzureSettings } from '../../../src/clouds/azure/settings.ts';
import { profileSchema } from '../../support/profile-schema.ts';
import { debian, type StackChange, stackInputOf, stackPlanOf } from '../../support/stack-inputs.ts';

export { publicKey, sessionId } from '../../support/stack-inputs.ts';
export const subscription = '11111111-2222-4333-8444-555555555555';
export const subnetId = `/subscriptions/${subscription}/resourceGroups/mine/providers/Microsoft.Network/virtualNetworks/office/subnets/labs`;
export const vnetId = subnetId.replace('/subnets/labs', '');
export const gallery = '/communityGalleries/Fedora-5e266ba4-2250-406d-adad-5d73860d958f/images/Fedora-Cloud-44-x64';

/** The profile's cloud settings with some of `azure` set. */
export function settings(azure: Partial<AzureSettings> = {}): CloudSettings {
  return cloudSettings(profileSchema.parse({ distro: 'debian@12', cloud: 'azure', azure }), 'azure');
}

export interface InputChange extends StackChange {
  readonly azure?: Partial<AzureSettings>;
}

/** A stack of one Standard_B2als_v2 in a network of its own, changed as asked. */
export function stackInput({ azure = {}, ...change }: InputChange = {}): StackInput {
  return stackInputOf(
    {
      cloud: 'azure',
      distro: debian,
      account: subscription,
      region: 'westeurope',
      zone: 'westeurope-2',
      image: { id: 'Debian:debian-12:12-gen2:0.20261110.2298', name: null, owner: 'Debian', minDiskGb: 30, createdAt: null, features: ['V2', 'TrustedLaunch'] },
      imageUser: null,
      user: 'debian',
      instanceType: 'Standard_B2als_v2',
      hourlyPrice: 0.0376,
      priceRegion: 'eastus',
      priceDate: '2026-06-18',
      settings: settings(azure),
      diskGb: 30,
      terminateOnShutdown: false,
    },
    change,
  );
}

/** A plan that leaves region, zone and image open, with the catalogue's types for the lab tier. */
export function stackPlan(change: Partial<StackPlan> = {}, azure: Partial<AzureSettings> = {}): StackPlan {
  const imageQuery = { cloud: 'azure', publisher: 'Debian', offer: 'debian-12', sku: '12-gen2', version: 'latest', generation: 'V2', plan: null } as const;
  return stackPlanOf({ cloud: 'azure', distro: debian, facts: azureFacts, imageQuery, imageUser: null, user: 'debian', settings: settings(azure) }, change);
}
