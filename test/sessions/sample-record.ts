import type { PinnedStack } from '../../src/core/plan.ts';
import type { SessionRecord, StackRecord } from '../../src/core/session.ts';
import { cloudSettings } from '../../src/core/profile.ts';
import { profileSchema } from '../support/profile-schema.ts';

const profile = profileSchema.parse({ distro: 'fedora@44', cloud: 'aws' });

export function sampleStack(changes: Partial<PinnedStack> = {}): StackRecord {
  const plan: PinnedStack = {
    id: 'aws',
    cloud: 'aws',
    distro: { name: 'fedora', version: '44', title: 'Fedora 44', init: 'cloud-init', serviceManager: 'systemd', endOfLife: null },
    arch: 'amd64',
    account: '123456789012',
    region: 'eu-west-1',
    zone: 'eu-west-1a',
    image: { id: 'ami-0123456789abcdef0', name: 'Fedora-Cloud-Base-44', owner: '125523088429', minDiskGb: 5, createdAt: '2026-04-20T00:00:00.000Z' },
    imageUser: 'fedora',
    user: 'fedora',
    instanceType: 't3.medium',
    vcpu: 2,
    memoryGb: 4,
    hourlyPrice: 0.0456,
    currency: 'USD',
    priceRegion: 'eu-west-1',
    priceDate: '2026-05-01',
    machines: [{ name: 'fedora-aws-aws', index: 1 }],
    disk: { sizeGb: 20, type: 'ssd', iops: null, throughput: null, encrypted: true },
    spot: { enabled: false, maxPrice: null, fallback: 'on-demand', timeoutMs: 300_000 },
    network: 'isolated',
    networkIds: null,
    allowFrom: ['198.51.100.7/32'],
    sshPort: 22,
    settings: cloudSettings(profile, 'aws'),
    ...changes,
  };
  return {
    plan,
    phase: 'ready',
    applyStartedAt: '2026-05-01T12:00:10.000Z',
    goneAt: null,
    hosts: plan.machines.map(({ name }) => ({
      name,
      instanceId: 'i-0123456789abcdef0',
      state: 'running',
      region: plan.region,
      zone: plan.zone,
      publicIp: '203.0.113.9',
      publicDns: null,
      privateIp: '10.0.0.9',
      launchedAt: '2026-05-01T12:00:20.000Z',
      user: plan.user,
      port: 22,
      hostKeyFingerprint: 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
      hostKeyTrust: 'injected',
      stage: 'ready',
      reason: null,
    })),
  };
}

/** A session that is up on AWS, every field filled. */
export function sampleRecord(changes: Partial<SessionRecord> = {}): SessionRecord {
  return {
    v: 1,
    id: 'fedora-aws-abc234',
    name: 'fedora-aws',
    createdAt: '2026-05-01T12:00:00.000Z',
    expiresAt: '2026-05-01T16:00:00.000Z',
    owner: 'someone@laptop',
    tags: { labtui: 'true', 'labtui-session-id': 'fedora-aws-abc234' },
    phase: 'ready',
    phaseTimes: { validating: '2026-05-01T12:00:00.000Z', ready: '2026-05-01T12:01:00.000Z' },
    versions: { labtui: '0.1.0', terraform: '1.13.0' },
    rehearsed: false,
    profile,
    ssh: { key: 'generate', keyType: 'ed25519', allowFrom: 'auto', port: 22, proxyCommand: null, timeoutMs: 300_000 },
    key: { kind: 'generated', publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample' },
    userData: null,
    onReady: null,
    onFailure: 'destroy',
    protection: { by: ['guest'], until: '2026-05-01T16:00:00.000Z', missing: [{ layer: 'sweeper', reason: 'none is installed' }] },
    stacks: { aws: sampleStack() },
    ...changes,
  };
}

/** A session in which nothing was started yet. */
export function untouchedRecord(id: string): SessionRecord {
  const stack = { ...sampleStack(), phase: 'synthesizing' as const, applyStartedAt: null };
  return sampleRecord({ id, name: id.slice(0, -7), phase: 'preparing-keys', stacks: { aws: stack } });
}
