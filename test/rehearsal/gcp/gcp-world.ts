import type { Arch } from '../../../src/core/clouds.ts';
import type { Caller } from '../../../src/rehearsal/engine/call.ts';
import type { Catalogue, CatalogueImage } from '../../../src/rehearsal/engine/catalogue.ts';
import type { Fault, FaultKind } from '../../../src/rehearsal/engine/fault.ts';
import type { JsonObject } from '../../../src/rehearsal/engine/json.ts';
import { createMemoryWorld, type MemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { gcpModel } from '../../../src/rehearsal/gcp/model/gcp-model.ts';

const image = (name: string, project: string, family: string, arch: Arch, distro: string, minDiskGb: number): CatalogueImage => ({
  name,
  query: { cloud: 'gcp', project, family, name: null },
  arch,
  system: { distro, version: '12', title: distro, init: distro === 'debian' ? 'startup-script' : 'cloud-init', serviceManager: 'systemd' },
  defaultUser: distro,
  minDiskGb,
  createdAt: '2026-11-10T00:00:00Z',
});

export const catalogue: Catalogue = {
  clouds: {
    gcp: {
      regions: [
        { id: 'us-central1', name: 'Iowa', zones: ['us-central1-a', 'us-central1-b', 'us-central1-c', 'us-central1-f'] },
        { id: 'europe-west3', name: 'Frankfurt', zones: ['europe-west3-a', 'europe-west3-b', 'europe-west3-c'] },
      ],
      instanceTypes: [
        { type: 'e2-medium', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0335 },
        { type: 'n4-highcpu-2', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0765 },
        { type: 't2a-standard-2', arch: 'arm64', vcpu: 2, memoryGb: 8, hourlyPrice: 0.077 },
      ],
      images: [
        image('debian-12-bookworm-v20261110', 'debian-cloud', 'debian-12', 'amd64', 'debian', 10),
        image('debian-12-bookworm-arm64-v20261110', 'debian-cloud', 'debian-12-arm64', 'arm64', 'debian', 10),
        image('rocky-linux-9-v20261110', 'rocky-linux-cloud', 'rocky-linux-9', 'amd64', 'rocky', 20),
        image('ubuntu-2404-noble-amd64-v20261110', 'ubuntu-os-cloud', 'ubuntu-2404-lts-amd64', 'amd64', 'ubuntu', 10),
      ],
    },
  },
};

export const caller: Caller = { actor: 'client', run: null, session: null, stack: null };

/** A world of the small catalogue, with a computer's clock that moves by hand. */
export function gcpWorld(speed = 1): MemoryWorld & { readonly advance: (ms: number) => void } {
  let nowMs = Date.UTC(2026, 10, 21);
  const world = createMemoryWorld({ models: [gcpModel], catalogue, speed, now: () => nowMs });
  return Object.assign(world, {
    advance: (ms: number): void => {
      nowMs += ms;
    },
  });
}

/** As an instance of a lab: its own subnet, a public address, keys and user data in its metadata. */
export const instanceBody = (changes: JsonObject = {}): JsonObject => ({
  name: 'lab-1',
  machineType: 'zones/us-central1-a/machineTypes/e2-medium',
  labels: { labtui: 'true' },
  tags: { items: ['lab'] },
  metadata: { items: [{ key: 'ssh-keys', value: 'tester:ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEs x' }] },
  disks: [
    { boot: true, autoDelete: true, initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12', diskSizeGb: '20', diskType: 'zones/us-central1-a/diskTypes/pd-balanced' } },
  ],
  networkInterfaces: [{ network: 'global/networks/default', accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] }],
  ...changes,
});

export const fault = (kind: FaultKind, changes: Partial<Fault> = {}): Fault => ({
  kind,
  spec: kind,
  cloud: 'gcp',
  operation: null,
  region: null,
  zone: null,
  call: 1,
  times: null,
  afterMs: null,
  durationMs: null,
  ...changes,
});
