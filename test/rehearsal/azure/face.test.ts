import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { azureFace } from '../../../src/rehearsal/azure/face/azure-face.ts';
import { at, objectsAt, textAt } from '../../../src/rehearsal/azure/model/fields.ts';
import type { Json, JsonObject } from '../../../src/rehearsal/engine/json.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { type AzureWorld, azureWorld, caller, compute, fault, gallery, group, location, machineBody, network, subscription, withNetwork } from './azure-world.ts';

let world: AzureWorld;
let server: FaceServer;
beforeEach(async () => {
  world = azureWorld();
  server = await serveFaces({ world, faces: [azureFace], caller });
});
afterEach(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

async function ask(method: string, path: string, body?: JsonObject, headers: Readonly<Record<string, string>> = { authorization: 'Bearer simulated' }): Promise<Answer> {
  const url = path.startsWith('http') ? path : `${server.origin}${path}${path.includes('?') ? '&' : '?'}api-version=2024-03-01`;
  const answer = await fetch(url, { method, headers: { ...headers, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as Json) : text };
}

/** A member of each item of a list in an answer. */
const each = ({ body }: Answer, list: string, member: string): readonly (string | null)[] => objectsAt(body, list).map((item) => textAt(item, member));

const sub = `/subscriptions/${subscription}`;
const vm = `${compute}/virtualMachines/lab-1`;

describe('the HTTP face of the simulated Azure', () => {
  it('says where everything is, gives a token in the shape of one, and wants it back', async () => {
    const metadata = await (await fetch(`${server.origin}//metadata/endpoints?api-version=2022-09-01`)).json();
    expect(metadata).toMatchObject({ name: 'AzureCloud', resourceManager: server.origin, authentication: { loginEndpoint: server.origin, tenant: 'common', identityProvider: 'AAD' } });
    const token = (await (await fetch(`${server.origin}/${subscription}/oauth2/v2.0/token`, { method: 'POST', body: 'grant_type=client_credentials&client_id=abc' })).json()) as { access_token: string; expires_in: number };
    const claims = JSON.parse(Buffer.from(token.access_token.split('.')[1]!, 'base64url').toString()) as object;
    expect(claims).toMatchObject({ appid: 'abc', tid: subscription, oid: expect.any(String) as string });
    expect(await ask('GET', sub, undefined, {})).toMatchObject({ status: 401, body: { error: { code: 'AuthenticationFailed' } } });
    expect(await ask('GET', sub)).toMatchObject({ status: 200, body: { subscriptionId: subscription, state: 'Enabled' } });
    expect((await fetch(`${server.origin}${sub}`, { headers: { authorization: 'Bearer x' } })).status).toBe(400);
  });

  it('makes a lab by PUT, tells how far each operation is, and takes the group away in the background', async () => {
    await withNetwork(world);
    const created = await ask('PUT', vm, machineBody());
    expect(created).toMatchObject({ status: 201, body: { name: 'lab-1', properties: { provisioningState: 'Creating' } } });
    const operation = created.headers.get('azure-asyncoperation')!;
    expect(operation).toContain(`${server.origin}${sub}/providers/Microsoft.Compute/locations/westeurope/operations/`);
    expect((await ask('GET', operation)).body).toMatchObject({ status: 'InProgress' });
    expect((await ask('GET', created.headers.get('location')!)).status).toBe(202);
    world.advance(45_000);
    expect((await ask('GET', operation)).body).toMatchObject({ status: 'Succeeded' });
    expect((await ask('GET', created.headers.get('location')!)).status).toBe(200);
    expect((await ask('PUT', vm, machineBody({}, { tags: { a: 'b' } })))).toMatchObject({ status: 200, body: { tags: { a: 'b' } } });
    expect((await ask('PATCH', vm, { tags: { c: 'd' } })).body).toMatchObject({ tags: { c: 'd' } });
    expect(each(await ask('GET', `${vm}/instanceView`), 'statuses', 'code')).toEqual(['ProvisioningState/succeeded', 'PowerState/running']);
    const off = await ask('POST', `${vm}/deallocate`);
    expect(off.status).toBe(202);
    world.advance(30_000);
    expect((await ask('GET', off.headers.get('azure-asyncoperation')!)).body).toMatchObject({ status: 'Succeeded' });
    expect(each(await ask('GET', `${vm}/instanceView`), 'statuses', 'code')).toContain('PowerState/deallocated');

    const gone = await ask('DELETE', group);
    expect([gone.status, gone.headers.has('azure-asyncoperation')]).toEqual([202, false]);
    expect((await ask('GET', group)).body).toMatchObject({ properties: { provisioningState: 'Deleting' } });
    expect((await ask('GET', gone.headers.get('location')!)).status).toBe(202);
    world.advance(70_000);
    expect((await ask('GET', gone.headers.get('location')!)).status).toBe(200);
    expect(await ask('GET', group)).toMatchObject({ status: 404, body: { error: { code: 'ResourceGroupNotFound' } } });
  });

  it('gives what the network service keeps another version with each change, and shows nothing that says nothing', async () => {
    await withNetwork(world);
    const etagOf = async (path: string) => textAt((await ask('GET', path)).body, 'etag');
    const nic = `${network}/networkInterfaces/nic`;
    const [before, subnet] = [await etagOf(nic), await etagOf(`${network}/virtualNetworks/net/subnets/lab`)];
    expect([before, subnet].every((etag) => /^W\/"[0-9a-f-]{36}"$/.test(etag ?? ''))).toBe(true);
    expect(await etagOf(nic)).toBe(before);
    await ask('PUT', nic, { ...((await ask('GET', nic)).body as JsonObject), tags: { a: 'b' } });
    expect(await etagOf(nic)).not.toBe(before);
    expect((await ask('PUT', vm, machineBody({ additionalCapabilities: {}, applicationProfile: {} }))).body).not.toHaveProperty('properties.additionalCapabilities');
    expect((await ask('PATCH', vm, { properties: { additionalCapabilities: {} } })).body).not.toHaveProperty('properties.additionalCapabilities');
    expect((await ask('PATCH', vm, { properties: { additionalCapabilities: { hibernationEnabled: false } } })).body).toHaveProperty('properties.additionalCapabilities.hibernationEnabled', false);
  });

  it.each(['images/arch', 'galleries/team/images/arch', 'galleries/team/images/arch/versions/1.0.0'])("has nothing of one's own: %s", async (path) => {
    await ask('PUT', group, location);
    expect(await ask('GET', `${compute}/${path}`)).toMatchObject({ status: 404, body: { error: { code: 'ResourceNotFound' } } });
  });

  it('lists by type, by group, by tag, page by page', async () => {
    await withNetwork(world);
    for (let index = 0; index < 5; index += 1) await world.put(`${network}/networkSecurityGroups/nsg-${index}`, { ...location, tags: { 'labtui-session-id': index < 3 ? 'mine' : 'other' } });
    await world.put(`/subscriptions/${subscription}/resourceGroups/second`, { ...location, tags: { 'labtui-session-id': 'mine' } });
    const filter = encodeURIComponent("tagName eq 'labtui-session-id' and tagValue eq 'mine'");
    const first = await ask('GET', `${sub}/resources?$filter=${filter}&$top=2`);
    expect(each(first, 'value', 'name')).toEqual(['nsg-0', 'nsg-1']);
    expect(at(first.body, 'value', 0)).not.toHaveProperty('properties');
    expect((await ask('GET', textAt(first.body, 'nextLink')!)).body).toMatchObject({ value: [{ name: 'nsg-2' }] });
    expect((await ask('GET', `${sub}/resourcegroups?$filter=${filter}`)).body).toMatchObject({ value: [{ name: 'second' }] });
    expect((await ask('GET', `${group}/providers/Microsoft.Network/networkSecurityGroups`)).body).toMatchObject({ value: { length: 5 } });
    expect((await ask('GET', `${network}/virtualNetworks/net/subnets`)).body).toMatchObject({ value: [{ name: 'lab', properties: { addressPrefix: '10.77.0.0/24' } }] });
    expect((await ask('GET', `${network}/networkInterfaces/NIC`)).body).toMatchObject({ name: 'nic', properties: { ipConfigurations: [{ properties: { privateIPAddress: '10.77.0.4', primary: true } }] } });
    expect((await ask('GET', `${network}/publicIPAddresses/ip`)).body).toMatchObject({ properties: { ipConfiguration: { id: `${network}/networkInterfaces/nic/ipConfigurations/main` } } });
  });

  it('will not say what is in the groups of a region where a fault says so, and goes on with the others', async () => {
    for (const [name, where] of [['west', 'westeurope'], ['east', 'westus']] as const) await world.put(`${sub}/resourceGroups/${name}`, { location: where, tags: { labtui: 'true' } });
    await world.arm([fault('permission', { operation: 'Microsoft.Resources/subscriptions/resources/read', region: 'westus' })], null);
    expect(await ask('GET', `${sub}/resourceGroups/east/resources`)).toMatchObject({ status: 403, body: { error: { code: 'AuthorizationFailed' } } });
    expect(await ask('GET', `${sub}/resourceGroups/west/resources`)).toMatchObject({ status: 200 });
    expect(await ask('GET', `${sub}/resources`)).toMatchObject({ status: 200 });
  });

  it('describes images, galleries, terms, sizes and usages', async () => {
    const versions = `${sub}/providers/Microsoft.Compute/locations/westeurope/publishers/Canonical/artifacttypes/vmimage/offers/ubuntu-24_04-lts/skus/server/versions`;
    const newest = await ask('GET', `${versions}?$orderby=${encodeURIComponent('name desc')}&$top=1`);
    expect(newest.body).toMatchObject([{ name: '24.04.20261110' }]);
    expect((await ask('GET', `${versions}/24.04.20261110`)).body).toMatchObject({ properties: { hyperVGeneration: 'V2', architecture: 'x64', features: [{ name: 'SecurityType', value: 'TrustedLaunchSupported' }, {}] } });
    expect(await ask('GET', versions.replace('/server/', '/none/'))).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
    const [, name, definition] = /communityGalleries\/([^/]+)\/images\/([^/]+)/.exec(gallery)!;
    expect((await ask('GET', `${sub}/providers/Microsoft.Compute/locations/westeurope/communityGalleries/${name!}/images/${definition!}/versions`)).body).toMatchObject({ value: [{ name: '44.0.20261110' }, { name: '44.0.20261011' }] });
    const terms = `${sub}/providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine/publishers/resf/offers/rockylinux-x86_64/plans/9-base/agreements/current`;
    expect((await ask('GET', terms)).body).toMatchObject({ properties: { accepted: true } });
    await ask('POST', `${sub}/providers/Microsoft.MarketplaceOrdering/agreements/resf/offers/rockylinux-x86_64/plans/9-base/cancel`);
    expect((await ask('GET', terms)).body).toMatchObject({ properties: { accepted: false } });
    await ask('PUT', terms, { properties: { accepted: true } });
    expect((await ask('GET', terms)).body).toMatchObject({ properties: { accepted: true } });
    const skus = await ask('GET', `${sub}/providers/Microsoft.Compute/skus?$filter=${encodeURIComponent("location eq 'westeurope'")}`);
    expect(objectsAt(skus.body, 'value').find((sku) => textAt(sku, 'name') === 'Standard_B2pls_v2')).toMatchObject({ family: 'standardBpsv2Family', locationInfo: [{ zones: ['1', '2', '3'] }], restrictions: [] });
    const usages = await ask('GET', `${sub}/providers/Microsoft.Compute/locations/westeurope/usages`);
    expect(objectsAt(usages.body, 'value').find((usage) => textAt(usage, 'name', 'value') === 'cores')).toMatchObject({ currentValue: 0, limit: 1000 });
    expect((await ask('POST', `${sub}/providers/Microsoft.Compute/unregister`)).body).toMatchObject({ registrationState: 'NotRegistered' });
    expect((await ask('GET', `${sub}/providers/microsoft.compute`)).body).toMatchObject({ registrationState: 'NotRegistered' });
    await ask('PUT', group, location);
    expect(await ask('PUT', vm, machineBody())).toMatchObject({ status: 409, body: { error: { code: 'MissingSubscriptionRegistration' } } });
  });

  it('shows the serial log of a machine with boot diagnostics', async () => {
    await withNetwork(world);
    await ask('PUT', vm, machineBody());
    world.advance(180_000);
    const { body } = await ask('POST', `${vm}/retrieveBootDiagnosticsData`);
    const log = await (await fetch(textAt(body, 'serialConsoleLogBlobUri')!)).text();
    expect(log).toContain('-----BEGIN SSH HOST KEY KEYS-----');
    await ask('PATCH', vm, { properties: { diagnosticsProfile: { bootDiagnostics: { enabled: false } } } });
    expect((await ask('POST', `${vm}/retrieveBootDiagnosticsData`)).status).toBe(409);
  });

  it.each([
    ['credentials', 'GET', sub, 401, 'InvalidAuthenticationToken'],
    ['expired', 'PUT', vm, 401, 'ExpiredAuthenticationToken'],
    ['permission', 'PUT', vm, 403, 'AuthorizationFailed'],
    ['quota', 'PUT', vm, 409, 'OperationNotAllowed'],
    ['capacity-region', 'PUT', vm, 409, 'SkuNotAvailable'],
    ['terms', 'PUT', vm, 400, 'MarketplacePurchaseEligibilityFailed'],
    ['throttled', 'PUT', vm, 429, 'ResourceCollectionRequestsThrottled'],
    ['image', 'GET', `${sub}/providers/Microsoft.Compute/locations/westeurope/publishers/Debian/artifacttypes/vmimage/offers/debian-12/skus/12-gen2/versions`, 404, 'PlatformImageNotFound'],
  ] as const)('a fault of kind %s is an answer of Azure’s', async (kind, method, path, status, code) => {
    await withNetwork(world);
    await world.arm([fault(kind)], null);
    const answer = await ask(method, path, method === 'PUT' ? machineBody() : undefined);
    expect(answer).toMatchObject({ status, body: { error: { code } } });
    if (kind === 'throttled') expect(answer.headers.get('retry-after')).toBe('6');
    if (kind === 'terms') expect(textAt(answer.body, 'error', 'details', 0, 'message')).toContain('Legal terms have not been accepted');
  });
});
