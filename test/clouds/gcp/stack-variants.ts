import type { PinnedStack } from '../../../src/core/plan.ts';
import { everyCombination } from '../../support/every-combination.ts';
import { image, type InputChange } from './stack-inputs.ts';

export const networkIds = { vpcId: 'projects/my-labs/global/networks/default', subnetId: 'projects/my-labs/regions/europe-west1/subnetworks/default' };
export const sharedIds = { vpcId: 'projects/host/global/networks/shared', subnetId: 'projects/host/regions/europe-west1/subnetworks/labs' };
export const spot = { enabled: true, maxPrice: null, fallback: 'on-demand', timeoutMs: 300_000 } as const;
export const disk = { sizeGb: 100, type: 'ssd', iops: null, throughput: null, encrypted: true } as const;
/** An image that starts by BIOS. */
export const bios: PinnedStack['image'] = { id: image, name: null, owner: null, minDiskGb: 10, createdAt: null };

/** Architecture, machine series and disk go together. */
export const machines: Readonly<Record<string, InputChange>> = {
  'e2': {},
  'e2 with a magnetic disk': { stack: { disk: { ...disk, type: 'standard' } } },
  'e2 from an image that starts by BIOS': { stack: { image: bios } },
  'n1, custom': { stack: { instanceType: 'custom-2-4096' } },
  'n4, custom': { stack: { instanceType: 'n4-custom-4-8192' } },
  'n4': { stack: { instanceType: 'n4-highcpu-2' } },
  'n4d with iops and throughput': { stack: { instanceType: 'n4d-highcpu-2', disk: { ...disk, type: 'provisioned-iops', iops: 10_000, throughput: 400 } } },
  'Axion': { stack: { arch: 'arm64', instanceType: 'c4a-highcpu-2' } },
  'Altra': { stack: { arch: 'arm64', instanceType: 't2a-standard-2' } },
};
export const markets: Readonly<Record<string, InputChange>> = { 'on demand': {}, 'spot': { stack: { spot } } };
export const deadlines: Readonly<Record<string, InputChange>> = { 'with a TTL': {}, 'no TTL': { expiresAt: null } };
const networks: Readonly<Record<string, InputChange>> = {
  'a network of its own': {},
  'the default network': { stack: { network: 'default', networkIds } },
  'a shared subnetwork': { stack: { networkIds: sharedIds }, gcp: { subnetwork: sharedIds.subnetId } },
};
const counts: Readonly<Record<string, InputChange>> = { 'one': {}, 'three': { count: 3 } };
const userData: Readonly<Record<string, InputChange>> = {
  'cloud-config': {},
  'no user data': { userData: '' },
  'a startup script': { init: 'startup-script', userData: '#!/bin/sh\necho ${HOME}\n' },
  'large user data': { userData: `#cloud-config\n# ${'x'.repeat(300_000)}\n` },
};

/** Every Google Cloud stack that labtui can write, but for tags and addresses. */
export const everyVariant = (): readonly (readonly [name: string, change: InputChange])[] =>
  everyCombination(machines, markets, deadlines, networks, counts, userData);

/** One of each kind, and what is odd. */
export const variants: Readonly<Record<string, InputChange>> = {
  ...machines,
  ...networks,
  ...userData,
  'spot': { stack: { spot } },
  'spot without a TTL': { stack: { spot }, expiresAt: null },
  'no TTL': { expiresAt: null },
  'three machines, two ranges, another port': { count: 3, stack: { allowFrom: ['198.51.100.7/32', '203.0.113.0/24'], sshPort: 2222 } },
  'a project by the profile alone': { stack: { account: null }, gcp: { project: 'from-profile' } },
  'tags and user data that look like templates': { tags: { note: '${google_compute_network.network.id} %{if true}' }, userData: 'echo ${X} %{y} ${TfToken[TOKEN.0]}' },
};
