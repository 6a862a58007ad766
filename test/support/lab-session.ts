import { join } from 'node:path';
import type { Host } from '../../src/core/events.ts';
import type { SessionKey, SessionPaths, SessionRecord } from '../../src/core/session.ts';
import { cloudSettings } from '../../src/core/profile.ts';
import { profileSchema } from './profile-schema.ts';

/** Paths of a session below a directory, as the contract has them. */
export function pathsBelow(root: string): SessionPaths {
  const ssh = join(root, 'ssh');
  const stack = (id: string) => join(root, 'stacks', id);
  return {
    root,
    sessionJson: join(root, 'session.json'),
    events: join(root, 'events.ndjson'),
    ssh,
    privateKey: join(ssh, 'id_ed25519'),
    publicKey: join(ssh, 'id_ed25519.pub'),
    knownHosts: join(ssh, 'known_hosts'),
    sshConfig: join(ssh, 'config'),
    rehearsalConfig: join(root, 'rehearsal.tfrc'),
    receipt: join(root, 'receipt.json'),
    stack,
    state: (id) => join(stack(id), 'terraform.tfstate'),
    backups: (id) => join(root, 'backups', id),
  };
}

export function hostAt(name: string, address: string | null, facts: Partial<Host> = {}): Host {
  return {
    name,
    instanceId: 'i-0123456789abcdef0',
    state: 'running',
    region: 'eu-west-1',
    zone: 'eu-west-1a',
    publicIp: address,
    publicDns: null,
    privateIp: null,
    launchedAt: null,
    user: 'fedora',
    port: 22,
    hostKeyFingerprint: null,
    hostKeyTrust: null,
    stage: null,
    reason: null,
    ...facts,
  };
}

/** A session of one stack with these machines. */
export function sessionWith(
  hosts: readonly Host[],
  { key, proxyCommand = null, expiresAt = null }: { key: SessionKey; proxyCommand?: string | null; expiresAt?: string | null },
): SessionRecord {
  const profile = profileSchema.parse({ distro: 'fedora', cloud: 'aws' });
  return {
    v: 1,
    id: 'kernel-lab-abc234',
    name: 'kernel-lab',
    createdAt: '2026-11-20T08:00:00.000Z',
    expiresAt,
    owner: 'me@here',
    tags: {},
    phase: 'waiting-for-ssh',
    phaseTimes: {},
    versions: {},
    rehearsed: false,
    profile,
    ssh: { key: 'generate', keyType: 'ed25519', allowFrom: 'auto', port: 22, proxyCommand, timeoutMs: 300_000 },
    key,
    userData: null,
    onReady: null,
    onFailure: 'destroy',
    protection: { by: [], until: expiresAt, missing: [] },
    stacks: {
      aws: {
        plan: {
          id: 'aws',
          cloud: 'aws',
          distro: { name: 'fedora', version: '44', title: 'Fedora', init: 'cloud-init', serviceManager: 'systemd', endOfLife: null },
          arch: 'amd64',
          account: '123456789012',
          region: 'eu-west-1',
          zone: 'eu-west-1a',
          image: { id: 'ami-0123456789abcdef0', name: null, owner: null, minDiskGb: null, createdAt: null },
          imageUser: 'fedora',
          user: 'fedora',
          instanceType: 't3a.medium',
          vcpu: 2,
          memoryGb: 4,
          hourlyPrice: null,
          currency: null,
          priceRegion: null,
          priceDate: null,
          machines: hosts.map(({ name }, index) => ({ name, index: index + 1 })),
          disk: { sizeGb: 20, type: 'ssd', iops: null, throughput: null, encrypted: true },
          spot: { enabled: false, maxPrice: null, fallback: 'on-demand', timeoutMs: 300_000 },
          network: 'isolated',
          allowFrom: ['198.51.100.7/32'],
          sshPort: 22,
          settings: cloudSettings(profile, 'aws'),
        },
        phase: 'waiting-for-ssh',
        applyStartedAt: null,
        goneAt: null,
        hosts,
      },
    },
  };
}
