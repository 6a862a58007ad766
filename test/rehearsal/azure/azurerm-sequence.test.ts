import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { synthesize } from '../../../src/clouds/azure/stack.ts';
import { azureFace } from '../../../src/rehearsal/azure/face/azure-face.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { createTlsIdentity } from '../../../src/plugin/tls-identity.ts';
import { type InputChange, settings, stackInput } from '../../clouds/azure/stack-inputs.ts';
import { azurermKinds, type Config, resizeMachine } from './azurerm-sequence.ts';
import { type AzureWorld, azureWorld, caller, fault, gallery, sshKey } from './azure-world.ts';
import { connectSdk, type SdkClient } from './sdk-client.ts';
import { azureSettings } from '../../../src/clouds/azure/settings.ts';

const identity = createTlsIdentity();
const record = z.record(z.string(), z.unknown());
const stackJson = z.object({ provider: z.object({ azurerm: z.tuple([record]) }), resource: z.record(z.string(), z.record(z.string(), record)) });

let world: AzureWorld;
let server: FaceServer;
let sdk: SdkClient;
beforeEach(async () => {
  world = azureWorld(30);
  server = await serveFaces({ world, faces: [azureFace], caller, tls: { key: identity.privateKeyPem, cert: identity.certificatePem } });
  sdk = await connect();
});
afterEach(() => server.close());

function connect(): Promise<SdkClient> {
  return connectSdk({
    metadataHost: new URL(server.origin).host,
    ca: identity.certificatePem,
    tenant: '00000000-0000-4000-8000-000000000002',
    clientId: '00000000-0000-4000-8000-000000000003',
    clientSecret: 'simulated',
    pause: (seconds) => world.advance(seconds * 1000),
  });
}

/** The resources of a generated stack, in an order in which they can be made, their references resolved. */
function resourcesOf(change: InputChange): { readonly kinds: ReturnType<typeof azurermKinds>; readonly resources: readonly { readonly type: string; readonly config: Config }[] } {
  const { provider, resource } = stackJson.parse(JSON.parse(synthesize(stackInput({ key: { publicKey: sshKey }, ...change }))));
  const kinds = azurermKinds(z.string().parse(provider.azurerm[0].subscription_id));
  const known = new Map<string, Config>();
  const resolved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
    const [, at, attribute = ''] = typeof value === 'string' ? (/^\$\{(azurerm_\w+\.[\w-]+)\.(\w+)\}$/.exec(value) ?? []) : [];
    return at === undefined ? value : known.get(at)?.[attribute];
  };
  const resources = [...kinds].flatMap(([type, kind]) =>
    Object.entries(resource[type] ?? {}).map(([name, written]) => {
      const config = record.parse(resolved(written));
      known.set(`${type}.${name}`, { ...config, id: kind.id(config) });
      return { type, config };
    }),
  );
  expect(resources).toHaveLength(Object.values(resource).flatMap((all) => Object.keys(all)).length);
  return { kinds, resources };
}

const machineImage = { name: null, owner: null, minDiskGb: 30, createdAt: null };
const ubuntu: InputChange = { stack: { user: 'lab', image: { ...machineImage, id: 'Canonical:ubuntu-24_04-lts:server:24.04.20261110', features: ['V2', 'TrustedLaunch'] } } };
const variants: Readonly<Record<string, InputChange>> = {
  'one machine with trusted launch': ubuntu,
  'two machines, two ranges': { ...ubuntu, count: 2, stack: { ...ubuntu.stack, allowFrom: ['198.51.100.7/32', '203.0.113.0/24'] } },
  'no zones': { stack: { ...ubuntu.stack, region: 'westus', zone: 'westus' } },
  'spot with a price': { stack: { ...ubuntu.stack, spot: { enabled: true, maxPrice: 0.02, fallback: 'fail', timeoutMs: 300_000 } } },
  'spot at any price': { stack: { ...ubuntu.stack, spot: { enabled: true, maxPrice: null, fallback: 'fail', timeoutMs: 300_000 } } },
  'a standard disk, larger than the image': { stack: { ...ubuntu.stack, disk: { sizeGb: 64, type: 'standard', iops: null, throughput: null, encrypted: true } } },
  'a community gallery': { stack: { user: 'fedora', image: { ...machineImage, id: `${gallery}/versions/44.0.20261110`, features: ['V2'] } } },
  'a marketplace plan': { stack: { user: 'rocky', image: { ...machineImage, id: 'resf:rockylinux-x86_64:9-base:9.0.20261110', purchasePlan: { name: '9-base', product: 'rockylinux-x86_64', publisher: 'resf' } } } },
  'arm64': { stack: { user: 'lab', arch: 'arm64', instanceType: 'Standard_B2pls_v2', image: { ...machineImage, id: 'Canonical:ubuntu-24_04-lts:server-arm64:24.04.20261110', features: ['V2'] } } },
};

describe("the simulated Azure's HTTPS face, called as hashicorp/azurerm calls it", () => {
  it.each(Object.entries(variants))('makes a stack, plans no changes, takes other tags, plans no changes, and takes it away: %s', async (_name, change) => {
    const { kinds, resources } = resourcesOf(change);
    const each = resources.map(({ type, config }) => ({ type, config, kind: kinds.get(type)!, id: kinds.get(type)!.id(config) }));
    for (const { kind, id, config } of each) await kind.create(sdk, id, config);
    for (const { type, kind, id, config } of each) expect(await kind.read(sdk, id), type).toEqual(kind.wanted(config));

    const tags = { labtui: 'true', changed: 'yes' };
    for (const { kind, id } of each) await kind.retag?.(sdk, id, tags);
    for (const { type, kind, id, config } of each) {
      expect(await kind.read(sdk, id), type).toEqual(kind.wanted(kind.retag === undefined ? config : { ...config, tags }));
    }

    for (const { type, kind, id } of [...each].reverse()) {
      await kind.remove(sdk, id);
      expect(await kind.read(sdk, id), type).toBeNull();
    }
    expect(await world.read((view) => view.list('azure').filter(({ kind }) => kind !== 'operations'))).toEqual([]);
  });

  it('changes the size of a machine as the provider does: sizes, off, deallocated, changed, on', async () => {
    const { kinds, resources } = resourcesOf(ubuntu);
    for (const { type, config } of resources) await kinds.get(type)!.create(sdk, kinds.get(type)!.id(config), config);
    const { type, config } = resources.at(-1)!;
    const machine = kinds.get(type)!;
    await resizeMachine(sdk, machine.id(config), 'Standard_D4as_v5');
    expect(await machine.read(sdk, machine.id(config))).toEqual(machine.wanted({ ...config, size: 'Standard_D4as_v5' }));
    expect(await sdk.get(`${machine.id(config)}/instanceView`, '2024-03-01')).toMatchObject({ statuses: [{ code: 'ProvisioningState/succeeded' }, { code: 'PowerState/running' }] });
  });

  it('takes a group away with all that is in it: leftovers stop nothing, and nothing is asked of them', async () => {
    const { kinds, resources } = resourcesOf(ubuntu);
    for (const { type, config } of resources) await kinds.get(type)!.create(sdk, kinds.get(type)!.id(config), config);
    const group = kinds.get('azurerm_resource_group')!;
    const id = group.id(resources[0]!.config);
    expect(z.object({ value: z.array(z.unknown()) }).parse(await sdk.get(`${id}/resources`, '2023-07-01', '$expand=provisioningState&$top=10')).value).toHaveLength(6);
    await group.remove(sdk, id);
    expect(await world.read((view) => view.list('azure').filter(({ kind }) => kind !== 'operations'))).toEqual([]);
  });

  it('knows the resource providers by name, and refuses in the nested form that the provider prints', async () => {
    const { resources, kinds } = resourcesOf(ubuntu);
    const { subscriptionId } = z.object({ subscriptionId: z.string() }).parse(await sdk.get(`/subscriptions/${azureSettings(settings()).subscriptionId ?? '00000000-0000-4000-8000-000000000001'}`, '2022-12-01'));
    const providers = z.object({ value: z.array(z.object({ namespace: z.string(), registrationState: z.string(), resourceTypes: z.array(z.object({ resourceType: z.string() })) })) }).parse(await sdk.get(`/subscriptions/${subscriptionId}/providers`, '2022-09-01'));
    expect(providers.value.map(({ namespace }) => namespace)).toEqual(expect.arrayContaining(['Microsoft.Compute', 'Microsoft.Network', 'Microsoft.Storage']));

    await world.arm([fault('quota')], null);
    const made = resources.slice(0, -1);
    for (const { type, config } of made) await kinds.get(type)!.create(sdk, kinds.get(type)!.id(config), config);
    const { type, config } = resources.at(-1)!;
    await expect(kinds.get(type)!.create(sdk, kinds.get(type)!.id(config), config)).rejects.toThrow(/unexpected status 409 with .*"code":"OperationNotAllowed".*exceeding approved/);
  });

  it('names the caller in its token, and shows nobody else its certificate in vain', async () => {
    expect(sdk.claims).toEqual({ oid: '00000000-0000-4000-8000-000000000004', tid: '00000000-0000-4000-8000-000000000002', appid: '00000000-0000-4000-8000-000000000003', scp: undefined });
    const stranger = createTlsIdentity();
    await expect(connectSdk({ metadataHost: new URL(server.origin).host, ca: stranger.certificatePem, tenant: 'x', clientId: 'x', clientSecret: 'x', pause: () => undefined })).rejects.toThrow(/self.signed/);
  });
});
