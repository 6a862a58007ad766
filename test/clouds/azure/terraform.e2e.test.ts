import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAzureApi } from '../../../src/clouds/azure/api.ts';
import { classify } from '../../../src/clouds/azure/errors.ts';
import { hostsOf } from '../../../src/clouds/azure/hosts.ts';
import { synthesize } from '../../../src/clouds/azure/stack.ts';
import type { CloudApi } from '../../../src/core/cloud.ts';
import type { StackPlan } from '../../../src/core/plan.ts';
import type { AzureSettings } from '../../../src/clouds/azure/settings.ts';
import { azureFace } from '../../../src/rehearsal/azure/face/azure-face.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { readState } from '../../../src/terraform/state.ts';
import { caller, fault, gallery } from '../../rehearsal/azure/azure-world.ts';
import { simulatedAzurerm } from '../../rehearsal/azure/azurerm-terraform.ts';
import { eachTerraform } from '../../support/terraform/each-terraform.ts';
import { type InputChange, sessionId, settings, stackInput, stackPlan, subscription } from './stack-inputs.ts';

const open = eachTerraform(simulatedAzurerm);
let server: FaceServer;
let api: CloudApi;

beforeEach(async () => {
  server = await serveFaces({ world: open().world, faces: [azureFace], caller });
  api = await openAzureApi({ region: null, settings: settings({ subscriptionId: subscription }), simulatedAt: server.origin }, {});
});
afterEach(async () => {
  api.close();
  await server.close();
});

async function hosts() {
  const state = await readState(join(open().directory, 'terraform.tfstate'));
  return state.kind === 'ok' ? hostsOf(state.resources) : [];
}

/** Looks up, writes the stack, and runs it through its whole life. */
async function live(plan: Partial<StackPlan>, input: InputChange = {}, azure: Partial<AzureSettings> = {}) {
  const found = await api.lookup(stackPlan({ region: 'westeurope', ...plan }, azure), sessionId, () => undefined);
  const distro = { ...stackInput().stack.distro, ...plan.distro };
  const text = synthesize(stackInput({ ...input, azure, stack: { ...found, distro, arch: plan.arch ?? 'amd64', ...(plan.spot === undefined ? {} : { spot: plan.spot }), ...input.stack } }));
  open().write(text);
  await open().succeed('init');
  return found;
}

const urn = (publisher: string, offer: string, sku: string) => ({ cloud: 'azure', publisher, offer, sku, version: 'latest', generation: 'V2', plan: null }) as const;

describe('the Azure stack through the real terraform, on the simulated Azure', () => {
  const spot = { enabled: true, maxPrice: null, fallback: 'fail', timeoutMs: 60_000 } as const;
  const variants: Readonly<Record<string, readonly [Partial<StackPlan>, InputChange]>> = {
    'two machines in a zone, with trusted launch': [{}, { count: 2, stack: { allowFrom: ['198.51.100.7/32', '203.0.113.0/24'] } }],
    'a gallery image on spot in a region without zones': [{ region: 'westus', imageQuery: { cloud: 'azure', communityGallery: `${gallery}/versions/latest`, generation: 'V2' }, spot }, {}],
    'a sold image on a standard disk': [{ imageQuery: urn('resf', 'rockylinux-x86_64', '9-base') }, { stack: { disk: { sizeGb: 64, type: 'standard', iops: null, throughput: null, encrypted: true } } }],
  };

  it.each(Object.entries(variants))('applies, plans to no changes, and leaves nothing: %s', async (_name, [plan, input]) => {
    const found = await live(plan, input);
    await open().succeed('apply', '-auto-approve');
    const all = await hosts();
    expect(all).toHaveLength(input.count ?? 1);
    for (const host of all) expect(host).toMatchObject({ state: 'running', zone: found.zone, publicIp: expect.stringMatching(/^[\d.]+$/) as string, privateIp: expect.stringMatching(/^10\.0\.0\./) as string });
    expect((await api.listBySession(sessionId)).map(({ type }) => type)).toContain('azurerm_managed_disk');
    await open().noChanges();
    await open().succeed('destroy', '-auto-approve');
    expect(await api.listBySession(sessionId)).toEqual([]);
  });

  it("puts machines into the user's subnet without changing it", async () => {
    const office = `/subscriptions/${subscription}/resourceGroups/mine`;
    const vnet = `${office}/providers/Microsoft.Network/virtualNetworks/office`;
    const put = async (id: string, body: object) => {
      const headers = { authorization: 'Bearer simulated', 'content-type': 'application/json' };
      expect((await fetch(`${server.origin}${id}?api-version=2023-11-01`, { method: 'PUT', headers, body: JSON.stringify(body) })).ok).toBe(true);
    };
    await put(office, { location: 'westeurope' });
    await put(vnet, { location: 'westeurope', properties: { addressSpace: { addressPrefixes: ['10.20.0.0/16'] } } });
    await put(`${vnet}/subnets/labs`, { properties: { addressPrefix: '10.20.1.0/24' } });
    await live({}, { count: 2 }, { subnetId: `${vnet}/subnets/labs` });
    await open().succeed('apply', '-auto-approve');
    expect((await hosts()).map(({ privateIp }) => privateIp?.replace(/\.\d+$/, ''))).toEqual(['10.20.1', '10.20.1']);
    await open().noChanges();
    await open().succeed('destroy', '-auto-approve');
    expect(await api.listBySession(sessionId)).toEqual([]);
    expect(await open().world.read((view) => view.list('azure', 'virtualNetworks').length)).toBe(1);
  });

  it("says what Azure refused in the middle, and the rest goes again", async () => {
    await live({});
    await open().world.arm([fault('capacity', { times: null })], null);
    const { exitCode, output } = await open().run('apply', '-auto-approve');
    expect(exitCode).toBe(1);
    expect(classify(output)).toMatchObject({ kind: 'capacity', retryable: true });
    await open().world.disarm(null);
    await open().succeed('destroy', '-auto-approve');
    expect(await api.listBySession(sessionId)).toEqual([]);
  });
});
