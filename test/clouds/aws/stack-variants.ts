import { everyCombination } from '../../support/every-combination.ts';
import type { InputChange } from './stack-inputs.ts';

const networkIds = { vpcId: 'vpc-0aaa', subnetId: 'subnet-0bbb' };
const spot = { enabled: true, maxPrice: null, fallback: 'on-demand', timeoutMs: 300_000 } as const;
const disk = { sizeGb: 100, type: 'ssd', iops: null, throughput: null, encrypted: true } as const;

const machines: Readonly<Record<string, InputChange>> = {
  't3': {},
  't4g': { stack: { arch: 'arm64', instanceType: 't4g.medium' } },
  't3 with a fast disk': { stack: { disk: { ...disk, iops: 6_000, throughput: 500 } } },
  't3 with provisioned iops, not encrypted': { stack: { disk: { ...disk, type: 'provisioned-iops', encrypted: false } } },
  't3 with a magnetic disk': { stack: { disk: { ...disk, type: 'standard' } } },
};
const markets: Readonly<Record<string, InputChange>> = { 'on demand': {}, 'spot': { stack: { spot } }, 'spot with a price': { stack: { spot: { ...spot, maxPrice: 0.000002 } } } };
const networks: Readonly<Record<string, InputChange>> = {
  'a network of its own': {},
  'the default network': { stack: { network: 'default', networkIds } },
  'a named subnet with groups and role': { stack: { networkIds }, aws: { subnetId: 'subnet-0bbb', securityGroupIds: ['sg-0c', 'sg-0d'], iamInstanceProfile: 'labs' } },
};
const counts: Readonly<Record<string, InputChange>> = { 'one': {}, 'three': { count: 3 } };
const userData: Readonly<Record<string, InputChange>> = {
  'cloud-config': {},
  'no user data': { userData: '' },
  'large user data': { userData: `#!/bin/sh\n${'echo ${HOME}\n'.repeat(2_000)}` },
};
/** With a TTL the guest's shutdown ends the machine, and where it may be made a schedule. */
const deadlines: Readonly<Record<string, InputChange>> = {
  "with a TTL, and the cloud's own deadline": { stack: { cloudDeadline: { kind: 'schedule', state: 'planned' } } },
  'no TTL': { terminateOnShutdown: false },
};

/** Every AWS stack that labtui can write, but for tags, keys and addresses. */
export const everyVariant = (): readonly (readonly [name: string, change: InputChange])[] =>
  everyCombination(machines, markets, deadlines, networks, counts, userData);
