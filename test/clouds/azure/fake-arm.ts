import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openAzureApi } from '../../../src/clouds/azure/api.ts';
import type { FetchPort } from '../../../src/clouds/patient-fetch.ts';
import type { CloudApi } from '../../../src/core/cloud.ts';
import type { Emit, LabEventBody } from '../../../src/core/events.ts';
import type { AzureSettings } from '../../../src/clouds/azure/settings.ts';
import { gallery, settings, subnetId, subscription, vnetId } from './stack-inputs.ts';

export interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or text as it is. */
  readonly body?: object | string;
}

/** Answers by `METHOD /path` without the subscription; a call that is not named here fails the test. */
export type Answers = Readonly<Record<string, (query: URLSearchParams, call: number) => Said>>;

export interface FakeArm {
  readonly origin: string;
  /** `METHOD /path?query` without the API's version, in the order of their coming. */
  readonly asked: string[];
  readonly authorizations: string[];
  close(): Promise<void>;
}

const base = `/subscriptions/${subscription}`;
export const ok = (body: object | string): Said => ({ body });
export const refuses = (status: number, code: string, message = code): Said => ({ status, body: { error: { code, message } } });

/** A small Resource Manager on the loopback interface, over HTTP as documented. */
export async function fakeArm(answers: Answers): Promise<FakeArm> {
  const asked: string[] = [];
  const authorizations: string[] = [];
  const calls = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const path = decodeURIComponent(url.pathname).replace(new RegExp(`^${base}`, 'i'), '') || '/';
    const key = `${request.method ?? ''} ${path}`;
    const call = (calls.get(key) ?? 0) + 1;
    calls.set(key, call);
    const query = new URLSearchParams(url.searchParams);
    query.delete('api-version');
    asked.push(query.size === 0 ? key : `${key}?${decodeURIComponent(query.toString())}`);
    authorizations.push(request.headers.authorization ?? '');
    const { status = 200, headers = {}, body = '' } = answers[key]?.(url.searchParams, call) ?? { status: 418, body: `unexpected ${key}` };
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** The network as it is, but nobody waits. */
export const hasty: FetchPort = { fetch: (input, init) => fetch(input, init), sleep: () => Promise.resolve(), random: () => 0 };

const capabilities = (more: Readonly<Record<string, string>>) =>
  Object.entries({ vCPUs: '2', MemoryGB: '4', CpuArchitectureType: 'x64', HyperVGenerations: 'V1,V2', LowPriorityCapable: 'True', PremiumIO: 'True', ...more }).map(([name, value]) => ({ name, value }));

export interface FakeSku {
  readonly name: string;
  readonly family?: string;
  readonly zones?: readonly string[];
  readonly has?: Readonly<Record<string, string>>;
  readonly restrictions?: readonly object[];
}

export function skus(...all: readonly FakeSku[]): Said {
  return ok({
    value: [
      { resourceType: 'disks', name: 'Premium_LRS', locations: ['westeurope'] },
      ...all.map(({ name, family = 'standardBasv2Family', zones = ['1', '2', '3'], has = {}, restrictions = [] }) => ({
        resourceType: 'virtualMachines',
        name,
        tier: 'Standard',
        family,
        locations: ['westeurope'],
        locationInfo: [{ location: 'westeurope', zones, zoneDetails: [] }],
        capabilities: capabilities(has),
        restrictions,
      })),
    ],
  });
}

export function usages(limits: Readonly<Record<string, readonly [current: number, limit: number]>>): Said {
  return ok({ value: Object.entries(limits).map(([name, [currentValue, limit]]) => ({ unit: 'Count', currentValue, limit, name: { value: name, localizedValue: name === 'cores' ? 'Total Regional vCPUs' : name } })) });
}

const debian = '/providers/Microsoft.Compute/locations/westeurope/publishers/Debian/artifacttypes/vmimage/offers/debian-12/skus/12-gen2/versions';
export const fedora = `/providers/Microsoft.Compute/locations/westeurope${gallery}`;
export const imageVersion = (more: object = {}): Said =>
  ok({
    name: 'x',
    properties: {
      hyperVGeneration: 'V2',
      architecture: 'x64',
      osDiskImage: { operatingSystem: 'Linux', sizeInGb: 31, sizeInBytes: 32_213_303_808 },
      features: [{ name: 'SecurityType', value: 'TrustedLaunchSupported' }, { name: 'DiskControllerTypes', value: 'SCSI, NVMe' }],
      imageDeprecationStatus: { imageState: 'Active' },
      ...more,
    },
  });
const registered = () => ok({ namespace: 'x', registrationState: 'Registered' });

/** A subscription in which all is well, in West Europe. */
export const usual: Answers = {
  'GET /': () => ok({ id: base, subscriptionId: subscription, displayName: 'Pay-As-You-Go', state: 'Enabled', tenantId: 't' }),
  'GET /subscriptions': () => ok({ value: [{ subscriptionId: subscription, displayName: 'Pay-As-You-Go', state: 'Enabled' }] }),
  'GET /providers/Microsoft.Compute': registered,
  'GET /providers/Microsoft.Network': registered,
  'GET /providers/Microsoft.Storage': registered,
  'GET /providers/Microsoft.Compute/skus': () => skus({ name: 'Standard_B2als_v2' }, { name: 'Standard_B2ls_v2', family: 'standardBsv2Family' }),
  'GET /providers/Microsoft.Compute/locations/westeurope/usages': () => usages({ cores: [4, 100], standardBasv2Family: [2, 10], standardBsv2Family: [0, 10], lowPriorityCores: [0, 3] }),
  'GET /providers/Microsoft.Network/locations/westeurope/usages': () => usages({ PublicIPAddresses: [0, 0], IPv4StandardSkuPublicIpAddresses: [3, 20] }),
  [`GET ${debian}`]: () => ok(['0.20261101.2287', '0.20261110.2298', '0.20260901.900'].map((name) => ({ name, location: 'westeurope' }))),
  [`GET ${debian}/0.20261110.2298`]: () => imageVersion(),
  [`GET ${fedora}`]: () => ok({ properties: { osType: 'Linux', hyperVGeneration: 'V2', architecture: 'x64', features: [] } }),
  [`GET ${fedora}/versions`]: () =>
    ok({ value: ['44.1.6', '44.1.10', '44.1.11'].map((name) => ({ name, properties: { publishedDate: '2026-11-01T00:00:00Z', excludeFromLatest: name === '44.1.11' } })) }),
  [`GET ${fedora}/versions/44.1.10`]: () =>
    ok({ name: '44.1.10', properties: { publishedDate: '2026-11-01T00:00:00Z', excludeFromLatest: false, storageProfile: { osDiskImage: { diskSizeGB: 5 } } } }),
  [`GET ${vnetId.slice(base.length)}`]: () => ok({ id: vnetId, location: 'West Europe' }),
  [`GET ${subnetId.slice(base.length)}`]: () => ok({ id: subnetId, name: 'labs' }),
};

export interface Opened {
  readonly api: CloudApi;
  readonly arm: FakeArm;
  readonly events: LabEventBody[];
  readonly emit: Emit;
  close(): Promise<void>;
}

/** The API against a fake Resource Manager, in the place of a simulated cloud. */
export async function openFake(answers: Answers = {}, target: { readonly region?: string | null; readonly azure?: Partial<AzureSettings>; readonly account?: string } = {}): Promise<Opened> {
  const arm = await fakeArm({ ...usual, ...answers });
  const events: LabEventBody[] = [];
  const api = await openAzureApi(
    {
      region: target.region === undefined ? 'westeurope' : target.region,
      settings: settings({ subscriptionId: subscription, ...target.azure }),
      account: target.account,
      nearestRegions: () => Promise.resolve([{ region: 'westeurope', by: 'measured', reason: 'nearest of 3 measured: 12 ms' }]),
      simulatedAt: arm.origin,
    },
    {},
    hasty,
  );
  return { api, arm, events, emit: (body) => events.push(body), close: () => (api.close(), arm.close()) };
}
