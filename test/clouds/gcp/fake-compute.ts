import { createServer, type Server } from 'node:http';
import { openGcpApi } from '../../../src/clouds/gcp/api.ts';
import { realFetch } from '../../../src/clouds/patient-fetch.ts';
import type { ApiTarget, CloudApi } from '../../../src/core/cloud.ts';
import { settings } from './stack-inputs.ts';

export interface Asked {
  readonly method: string;
  /** Behind `/compute/v1/`, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string;
}

/** An answer: its body, with a status of its own where it is not 200. */
export type Reply = object | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };
export type Route = (asked: Asked, times: number) => Reply;
/** By `GET projects/p/...`; what is not here is answered with 404. */
export type Routes = Readonly<Record<string, Route>>;

export interface FakeCompute {
  readonly origin: string;
  readonly asked: Asked[];
  /** How long the client would have paused. */
  readonly pausesMs: number[];
  readonly routes: Map<string, Route>;
  open(target?: Partial<ApiTarget> & { readonly project?: string | null }, env?: Readonly<Record<string, string>>): Promise<CloudApi>;
  close(): void;
}

/** A refusal as the API writes it. */
export const refusal = (status: number, reason: string, message: string): Reply => ({
  status,
  body: { error: { code: status, message, errors: [{ message, domain: 'global', reason }] } },
});

const link = (path: string) => `https://www.googleapis.com/compute/v1/${path}`;
const home = 'projects/my-labs';
export const zones = ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'];

const machineType = (name: string, guestCpus: number, memoryMb: number, more: object = {}) => ({ kind: 'compute#machineType', name, guestCpus, memoryMb, isSharedCpu: false, architecture: 'X86_64', ...more });
export const types = {
  e2Medium: machineType('e2-medium', 2, 4096, { isSharedCpu: true }),
  e2Standard: machineType('e2-standard-2', 2, 8192),
  n4: machineType('n4-highcpu-2', 2, 4096),
  c4a: machineType('c4a-highcpu-2', 2, 4096, { architecture: 'ARM64' }),
  t2a: machineType('t2a-standard-2', 2, 8192, { architecture: 'ARM64' }),
};

export const image = (project: string, name: string, more: object = {}) => ({
  kind: 'compute#image',
  id: '42',
  name,
  selfLink: link(`projects/${project}/global/images/${name}`),
  status: 'READY',
  architecture: 'X86_64',
  diskSizeGb: '10',
  creationTimestamp: '2026-11-05T03:00:00.000-08:00',
  guestOsFeatures: [{ type: 'UEFI_COMPATIBLE' }, { type: 'GVNIC' }],
  ...more,
});

export const quota = (metric: string, limit: number, usage = 0) => ({ metric, limit, usage });
export const region = (quotas: readonly object[] = [quota('CPUS', 24), quota('IN_USE_ADDRESSES', 8)]) => ({
  kind: 'compute#region',
  name: 'europe-west1',
  status: 'UP',
  zones: zones.map((zone) => link(`${home}/zones/${zone}`)),
  quotas,
});
export const project = (quotas: readonly object[] = [quota('NETWORKS', 5, 1), quota('FIREWALLS', 100)]) => ({ kind: 'compute#project', id: '1', name: 'my-labs', quotas });

/** A project in which everything is in order, with nothing in it. */
export const inOrder: Routes = {
  [`GET ${home}`]: () => project(),
  [`GET ${home}/regions/europe-west1`]: () => region(),
  [`GET ${home}/zones`]: () => ({ kind: 'compute#zoneList', items: zones.map((name) => ({ kind: 'compute#zone', name, status: 'UP' })) }),
  ...Object.fromEntries(zones.map((zone) => [`GET ${home}/zones/${zone}/machineTypes`, () => ({ kind: 'compute#machineTypeList', items: Object.values(types) })])),
  ...Object.fromEntries(zones.flatMap((zone) => Object.values(types).map((type) => [`GET ${home}/zones/${zone}/machineTypes/${type.name}`, () => type] as const))),
  'GET projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64': () => image('ubuntu-os-cloud', 'ubuntu-2404-noble-amd64-v20261105'),
  [`GET ${home}/global/networks/default`]: () => ({
    name: 'default',
    selfLink: link(`${home}/global/networks/default`),
    subnetworks: ['us-central1', 'europe-west1'].map((where) => link(`${home}/regions/${where}/subnetworks/default`)),
  }),
  [`GET ${home}/aggregated/instances`]: () => ({ items: { 'zones/europe-west1-b': { warning: { code: 'NO_RESULTS_ON_PAGE' } } } }),
  ...Object.fromEntries(['disks', 'addresses', 'subnetworks'].map((kind) => [`GET ${home}/aggregated/${kind}`, () => ({})])),
  ...Object.fromEntries(['global/networks', 'global/firewalls', 'regions/europe-west1/subnetworks', 'regions/europe-west1/addresses'].map((path) => [`GET ${home}/${path}`, () => ({})])),
};

/** A Compute Engine on loopback that answers from a table and remembers what it was asked. */
export async function fakeCompute(routes: Routes = {}): Promise<FakeCompute> {
  const table = new Map(Object.entries({ ...inOrder, ...routes }));
  const asked: Asked[] = [];
  const pausesMs: number[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const path = url.pathname.replace(/^\/compute\/v1\//, '');
    const call: Asked = { method: request.method ?? '', path, query: Object.fromEntries(url.searchParams), authorization: request.headers.authorization ?? '' };
    asked.push(call);
    const times = asked.filter((other) => other.method === call.method && other.path === path).length;
    const answer = table.get(`${call.method} ${path}`)?.(call, times) ?? refusal(404, 'notFound', `The resource '${path}' was not found`);
    const { status, body, headers } = 'status' in answer && typeof answer.status === 'number' ? { headers: {}, ...(answer as { status: number; body?: unknown; headers?: Record<string, string> }) } : { status: 200, body: answer, headers: {} };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const port = {
    ...realFetch,
    random: () => 0.5,
    sleep: (ms: number) => {
      pausesMs.push(ms);
      return Promise.resolve();
    },
  };
  return {
    origin,
    asked,
    pausesMs,
    routes: table,
    open: ({ project: named = 'my-labs', ...target } = {}, env = {}) =>
      openGcpApi(
        { region: 'europe-west1', settings: settings({ project: named }), ...target },
        { HOME: '/nonexistent', GOOGLE_OAUTH_ACCESS_TOKEN: 'token', GOOGLE_COMPUTE_CUSTOM_ENDPOINT: `${origin}/compute/v1/`, ...env },
        port,
      ),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
