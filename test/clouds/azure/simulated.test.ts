import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAzureApi } from '../../../src/clouds/azure/api.ts';
import { azureFacts } from '../../../src/clouds/azure/facts.ts';
import type { CloudApi } from '../../../src/core/cloud.ts';
import type { LabEventBody } from '../../../src/core/events.ts';
import type { StackPlan } from '../../../src/core/plan.ts';
import { azureFace } from '../../../src/rehearsal/azure/face/azure-face.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { type AzureWorld, azureWorld, caller, compute, fault, gallery, group, location, machineBody, network, subscription, withNetwork } from '../../rehearsal/azure/azure-world.ts';
import { hasty } from './fake-arm.ts';
import { sessionId, settings, stackPlan } from './stack-inputs.ts';

let world: AzureWorld;
let server: FaceServer;
let api: CloudApi;
let events: LabEventBody[];
beforeEach(async () => {
  world = azureWorld();
  server = await serveFaces({ world, faces: [azureFace], caller });
  events = [];
  // A second passes at each pause, so that operations get done.
  const port = { ...hasty, sleep: (ms: number) => (world.advance(ms), Promise.resolve()) };
  api = await openAzureApi({ region: 'westeurope', settings: settings({ subscriptionId: subscription }), simulatedAt: server.origin }, {}, port);
});
afterEach(async () => {
  api.close();
  await server.close();
});

const lookUp = (change: Partial<StackPlan> = {}) => api.lookup(stackPlan({ region: 'westeurope', ...change }, { subscriptionId: subscription }), sessionId, (body) => events.push(body));
const urn = (publisher: string, offer: string, sku: string) => ({ cloud: 'azure', publisher, offer, sku, version: 'latest', generation: 'V2', plan: null }) as const;
const tagged = (name: string) => ({ 'labtui-session-id': sessionId, Name: name });

describe('the API against the simulated Azure', () => {
  it('says who is asking, without a subscription named as well', async () => {
    expect(await api.whoAmI()).toEqual({ account: `Simulated subscription (${subscription})`, accountId: subscription, principal: 'simulated' });
    const other = await openAzureApi({ region: null, settings: settings(), simulatedAt: server.origin }, { ARM_SUBSCRIPTION_ID: 'of the real one' });
    expect((await other.whoAmI()).account).toContain('Simulated subscription (00000000');
    other.close();
  });

  it('pins a marketplace image, a sold one and a gallery one, each with a type and a zone', async () => {
    expect(await lookUp()).toMatchObject({
      account: subscription,
      zone: expect.stringMatching(/^westeurope-[123]$/) as string,
      image: { id: expect.stringMatching(/^Debian:debian-12:12-gen2:0\.\d{8}\.1$/) as string, minDiskGb: 30, features: ['V2', 'TrustedLaunch'] },
      instanceType: 'Standard_B2als_v2',
      vcpu: 2,
    });
    expect((await lookUp({ imageQuery: urn('resf', 'rockylinux-x86_64', '9-base') })).image).toMatchObject({ purchasePlan: { name: '9-base', product: 'rockylinux-x86_64', publisher: 'resf' } });
    expect((await lookUp({ imageQuery: { cloud: 'azure', communityGallery: `${gallery}/versions/latest`, generation: 'V2' } })).image).toMatchObject({
      id: expect.stringMatching(new RegExp(`^${gallery}/versions/\\d[\\d.]+$`)) as string,
      features: ['V2'],
    });
    const arm64: Partial<StackPlan> = { arch: 'arm64', imageQuery: urn('Canonical', 'ubuntu-24_04-lts', 'server-arm64'), instanceTypes: azureFacts.instanceTypes.filter(({ arch }) => arch === 'arm64') };
    expect(await lookUp(arm64)).toMatchObject({ instanceType: 'Standard_B2pls_v2', image: { features: ['V2'] } });
    expect(events).toEqual([]);
  });

  it('takes an image by an id that begins with a slash; one of its own it has not', async () => {
    expect((await lookUp({ imagePin: `${gallery}/versions/44.0.20261011` })).image).toMatchObject({ id: `${gallery}/versions/44.0.20261011` });
    expect((await lookUp({ imagePin: gallery })).image).toMatchObject({ id: `${gallery}/versions/44.0.20261110` });
    const own = `${compute}/images/arch`;
    await world.put(group, location);
    await expect(lookUp({ imagePin: own })).rejects.toMatchObject({ problem: { kind: 'image', summary: `the image ${own} was not found in westeurope` } });
  });

  it('names no zone where there is none, and refuses an image that is not there', async () => {
    const west = await openAzureApi({ region: 'westus', settings: settings({ subscriptionId: subscription }), simulatedAt: server.origin }, {}, hasty);
    expect((await west.lookup(stackPlan(), sessionId, () => undefined)).zone).toBe('westus');
    west.close();
    await expect(lookUp({ imageQuery: urn('Debian', 'debian-12', '99') })).rejects.toMatchObject({ problem: { kind: 'image' } });
  });

  it('fails as the cloud fails: without permission, with an old sign-in, throttled', async () => {
    const operation = 'Microsoft.Resources/subscriptions/read';
    for (const [kind, expected] of [['permission', 'permission'], ['expired', 'credentials'], ['credentials', 'credentials'], ['quota', 'quota'], ['capacity', 'capacity'], ['terms', 'terms'], ['image', 'image'], ['conflict', 'conflict']] as const) {
      await world.arm([fault(kind, { times: 1, operation })], null);
      await expect(api.whoAmI(), kind).rejects.toMatchObject({ problem: { kind: expected } });
    }
    await world.arm([fault('throttled', { times: 2, operation }), fault('network', { times: 1, operation })], null);
    expect((await api.whoAmI()).account).toContain(subscription);
  });

  it('lists what a session left, reads a console, and takes it all away', async () => {
    await withNetwork(world);
    await world.put(group, { ...location, tags: tagged('lab') });
    await world.put(`${compute}/virtualMachines/lab-1`, machineBody({}, { tags: tagged('lab-azure') }));
    world.advance(120_000);
    const found = await api.listBySession(sessionId);
    expect(found.map(({ type, name }) => [type, name]).toSorted()).toEqual(
      [
        ['azurerm_linux_virtual_machine', 'lab-azure'],
        ['azurerm_managed_disk', expect.any(String)],
        ['azurerm_network_interface', 'lab'],
        ['azurerm_public_ip', 'lab'],
        ['azurerm_resource_group', 'lab'],
        ['azurerm_virtual_network', 'lab'],
      ],
    );
    expect(found.map(({ id }) => id)).toContain(`${network}/networkInterfaces/nic`);
    expect(await api.consoleOutput?.(`${compute}/virtualMachines/lab-1`)).toContain('Linux version');
    expect(await api.deleteLeftovers?.(found)).toEqual([]);
    expect(await api.listBySession(sessionId)).toEqual([]);
    expect(await world.read((view) => view.list('azure', 'instance'))).toEqual([]);
  });
});
