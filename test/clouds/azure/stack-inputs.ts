import type { StackInput } from '../../../src/core/cloud.ts';
import type { PinnedStack, StackPlan } from '../../../src/core/plan.ts';
import { type Profile, profileSchema } from '../../../src/core/profile.ts';
import { sessionTags } from '../../../src/core/tags.ts';
import { azureFacts } from '../../../src/clouds/azure/facts.ts';

export const sessionId = 'kernel-lab-x7k2p9';
export const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJTdPRnvCLPAbzSUv5GSB4sD6nvX5Tjy0oMKXPZ/8SHb labtui';
export const subscription = '11111111-2222-4333-8444-555555555555';
export const subnetId = `/subscriptions/${subscription}/resourceGroups/mine/providers/Microsoft.Network/virtualNetworks/office/subnets/labs`;
export const vnetId = subnetId.replace('/subnets/labs', '');
export const gallery = '/communityGalleries/Fedora-5e266ba4-2250-406d-adad-5d73860d958f/images/Fedora-Cloud-44-x64';

/** The profile's cloud settings with some of `azure` set. */
export function settings(azure: Partial<Profile['azure']> = {}): Profile {
  return profileSchema.parse({ distro: 'debian@12', cloud: 'azure', azure });
}

export interface InputChange {
  readonly stack?: Partial<PinnedStack>;
  readonly azure?: Partial<Profile['azure']>;
  readonly count?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly key?: StackInput['key'];
  readonly userData?: string;
}

const distro: PinnedStack['distro'] = {
  name: 'debian',
  version: '12',
  title: 'Debian',
  init: 'cloud-init',
  serviceManager: 'systemd',
  endOfLife: '2028-06-30',
};
const spot: PinnedStack['spot'] = { enabled: false, maxPrice: null, fallback: 'on-demand', timeoutMs: 300_000 };

/** A stack of one Standard_B2als_v2 in a network of its own, changed as asked. */
export function stackInput({ stack = {}, azure = {}, count = 1, tags = {}, key, userData }: InputChange = {}): StackInput {
  const machines = Array.from({ length: count }, (_, index) => ({
    name: count === 1 ? 'kernel-lab-azure' : `kernel-lab-azure-${index + 1}`,
    index: index + 1,
  }));
  return {
    stack: {
      id: 'azure',
      cloud: 'azure',
      distro,
      arch: 'amd64',
      account: subscription,
      region: 'westeurope',
      zone: 'westeurope-2',
      image: { id: 'Debian:debian-12:12-gen2:0.20261110.2298', name: null, owner: 'Debian', minDiskGb: 30, createdAt: null, features: ['V2', 'TrustedLaunch'] },
      imageUser: null,
      user: 'debian',
      instanceType: 'Standard_B2als_v2',
      vcpu: 2,
      memoryGb: 4,
      hourlyPrice: 0.0376,
      currency: 'USD',
      priceRegion: 'eastus',
      priceDate: '2026-06-18',
      machines,
      disk: { sizeGb: 30, type: 'ssd', iops: null, throughput: null, encrypted: true },
      spot,
      network: 'isolated',
      allowFrom: ['198.51.100.7/32'],
      sshPort: 22,
      settings: settings(azure),
      ...stack,
    },
    tags: sessionTags({ sessionId, createdAt: '2026-11-20T10:00:00Z', expiresAt: '2026-11-20T14:00:00Z', owner: 'me@here' }, tags),
    key: key ?? { publicKey },
    userData: new Map(machines.map(({ name }) => [name, userData ?? `#cloud-config\nhostname: ${name}\n`])),
    terminateOnShutdown: false,
  };
}

/** A plan that leaves region, zone and image open, with the catalogue's types for the lab tier. */
export function stackPlan(change: Partial<StackPlan> = {}, azure: Partial<Profile['azure']> = {}): StackPlan {
  return {
    id: 'azure',
    cloud: 'azure',
    distro,
    arch: 'amd64',
    imagePin: null,
    imageQuery: { cloud: 'azure', publisher: 'Debian', offer: 'debian-12', sku: '12-gen2', version: 'latest', generation: 'V2', plan: null },
    imageUser: null,
    user: 'debian',
    region: 'auto',
    zone: 'auto',
    instanceTypes: azureFacts.instanceTypes.filter(({ arch, tiers }) => arch === 'amd64' && tiers.includes('lab')),
    typeNamedByUser: false,
    count: 1,
    disk: { sizeGb: null, type: 'ssd', iops: null, throughput: null, encrypted: true },
    spot,
    network: 'isolated',
    settings: settings(azure),
    ...change,
  };
}
