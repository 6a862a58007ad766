import type { Arch } from '../../../src/core/clouds.ts';
import type { ImageQuery } from '../../../src/core/distro.ts';
import { azureModel } from '../../../src/rehearsal/azure/model/azure-model.ts';
import { rulesFor } from '../../../src/rehearsal/azure/model/resources.ts';
import type { Caller } from '../../../src/rehearsal/engine/call.ts';
import type { Catalogue, CatalogueImage } from '../../../src/rehearsal/engine/catalogue.ts';
import type { Fault, FaultKind } from '../../../src/rehearsal/engine/fault.ts';
import type { JsonObject } from '../../../src/rehearsal/engine/json.ts';
import { createMemoryWorld, type MemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import type { Transaction } from '../../../src/rehearsal/engine/world.ts';

function image(distro: string, version: string, arch: Arch, query: ImageQuery): CatalogueImage {
  return {
    name: `${distro}-${version}-${arch}`,
    query,
    arch,
    system: { distro, version, title: distro, init: 'cloud-init', serviceManager: 'systemd' },
    defaultUser: distro,
    minDiskGb: 30,
    createdAt: '2026-11-10T00:00:00Z',
  };
}

const urn = (publisher: string, offer: string, sku: string, plan = false): ImageQuery => ({
  cloud: 'azure',
  publisher,
  offer,
  sku,
  version: 'latest',
  generation: 'V2',
  plan: plan ? { name: sku, product: offer, publisher } : null,
});

export const gallery = '/communityGalleries/Fedora-5e266ba4-2250-406d-adad-5d73860d958f/images/Fedora-Cloud-44-x64';

export const catalogue: Catalogue = {
  clouds: {
    azure: {
      regions: [
        { id: 'westeurope', name: 'West Europe', zones: ['1', '2', '3'] },
        { id: 'westus', name: 'West US', zones: [] },
      ],
      instanceTypes: [
        { type: 'Standard_B2als_v2', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0376 },
        { type: 'Standard_B2s', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0416 },
        { type: 'Standard_D4as_v5', arch: 'amd64', vcpu: 4, memoryGb: 16, hourlyPrice: 0.172 },
        { type: 'Standard_B2pls_v2', arch: 'arm64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0336 },
      ],
      images: [
        image('ubuntu', '24.04', 'amd64', urn('Canonical', 'ubuntu-24_04-lts', 'server')),
        image('ubuntu', '24.04', 'arm64', urn('Canonical', 'ubuntu-24_04-lts', 'server-arm64')),
        image('debian', '12', 'amd64', urn('Debian', 'debian-12', '12-gen2')),
        image('rocky', '9', 'amd64', urn('resf', 'rockylinux-x86_64', '9-base', true)),
        image('fedora', '44', 'amd64', { cloud: 'azure', communityGallery: `${gallery}/versions/latest`, generation: 'V2' }),
      ],
    },
  },
};

export const subscription = '11111111-2222-4333-8444-555555555555';
export const group = `/subscriptions/${subscription}/resourceGroups/lab-k3x9q2`;
export const network = `${group}/providers/Microsoft.Network`;
export const compute = `${group}/providers/Microsoft.Compute`;
export const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPaaF0lVQ0t8lqcWBHn8nE1n1y0wO1YF3QmBk0h0yPzW lab';

export const caller: Caller = { actor: 'client', run: null, session: null, stack: null };

export interface AzureWorld extends MemoryWorld {
  readonly advance: (ms: number) => void;
  /** Work on it as a call of no special kind. */
  readonly work: <T>(work: (tx: Transaction) => T) => Promise<T>;
  readonly put: (id: string, body: JsonObject) => Promise<JsonObject>;
  readonly remove: (id: string) => Promise<void>;
}

/** A world of the small catalogue, with a computer's clock that moves by hand. */
export function azureWorld(speed = 1): AzureWorld {
  let nowMs = Date.UTC(2026, 10, 21);
  const world = createMemoryWorld({ models: [azureModel], catalogue, speed, now: () => nowMs });
  const work = <T>(what: (tx: Transaction) => T): Promise<T> => world.call({ cloud: 'azure', operation: 'test', verb: 'read', subject: 'other', caller }, what);
  return Object.assign(world, {
    work,
    put: (id: string, body: JsonObject) =>
      work((tx) => {
        rulesFor(id).put(tx, id, body);
        return rulesFor(id).show(tx, id);
      }),
    remove: (id: string) => work((tx) => rulesFor(id).remove(tx, id)),
    advance: (ms: number): void => {
      nowMs += ms;
    },
  });
}

export const location = { location: 'westeurope' };
export const nicBody = (address: string | null = `${network}/publicIPAddresses/ip`): JsonObject => ({
  ...location,
  properties: {
    ipConfigurations: [
      { name: 'main', properties: { subnet: { id: `${network}/virtualNetworks/net/subnets/lab` }, privateIPAllocationMethod: 'Dynamic', ...(address === null ? {} : { publicIPAddress: { id: address } }) } },
    ],
  },
});

/** A machine of a lab. */
export const machineBody = (properties: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  ...location,
  tags: { labtui: 'true' },
  properties: {
    hardwareProfile: { vmSize: 'Standard_B2als_v2' },
    storageProfile: { imageReference: { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' }, osDisk: { createOption: 'FromImage', caching: 'ReadWrite', managedDisk: { storageAccountType: 'StandardSSD_LRS' } } },
    osProfile: {
      adminUsername: 'lab',
      computerName: 'lab-1',
      customData: Buffer.from('#cloud-config\n{}\n').toString('base64'),
      linuxConfiguration: { disablePasswordAuthentication: true, ssh: { publicKeys: [{ path: '/home/lab/.ssh/authorized_keys', keyData: sshKey }] } },
    },
    networkProfile: { networkInterfaces: [{ id: `${network}/networkInterfaces/nic` }] },
    diagnosticsProfile: { bootDiagnostics: { enabled: true } },
    ...properties,
  },
  ...more,
});

/** Everything that a machine needs, in the world already. */
export async function withNetwork(world: AzureWorld): Promise<void> {
  await world.put(group, location);
  await world.put(`${network}/virtualNetworks/net`, { ...location, properties: { addressSpace: { addressPrefixes: ['10.77.0.0/16'] } } });
  await world.put(`${network}/virtualNetworks/net/subnets/lab`, { properties: { addressPrefix: '10.77.0.0/24' } });
  await world.put(`${network}/publicIPAddresses/ip`, { ...location, sku: { name: 'Standard' }, properties: { publicIPAllocationMethod: 'Static' } });
  await world.put(`${network}/networkInterfaces/nic`, nicBody());
}

export const fault = (kind: FaultKind, changes: Partial<Fault> = {}): Fault => ({ kind, spec: kind, cloud: 'azure', operation: null, region: null, zone: null, call: 1, times: null, afterMs: null, durationMs: null, ...changes });
