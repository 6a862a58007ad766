import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gcpCloud } from '../../../src/clouds/gcp/cloud.ts';
import { openGcpApi } from '../../../src/clouds/gcp/api.ts';
import { openCredentials } from '../../../src/clouds/gcp/credentials.ts';
import { findCredentials } from '../../../src/clouds/gcp/credential-source.ts';
import { gcloudConfig, gcloudDirectory } from '../../../src/clouds/gcp/gcloud-config.ts';
import { projectOf, configuredRegion } from '../../../src/clouds/gcp/project.ts';
import { realFetch } from '../../../src/clouds/patient-fetch.ts';
import type { LabEventBody } from '../../../src/core/events.ts';
import { type FakeCompute, fakeCompute, inOrder, refusal } from './fake-compute.ts';
import { settings, stackPlan } from './stack-inputs.ts';

let home: string;
let compute: FakeCompute;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'labtui-gcp-'));
  compute = await fakeCompute();
});
afterEach(async () => {
  compute.close();
  await rm(home, { recursive: true, force: true });
});

const user = { type: 'authorized_user', client_id: 'id', client_secret: 'secret', refresh_token: 'refresh', quota_project_id: 'billed' };
const robot = { type: 'service_account', client_email: 'robot@my-labs.iam.gserviceaccount.com', private_key: 'unused', project_id: 'robots' };

async function gcloud(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = join(home, '.config', 'gcloud', name);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
  }
}

describe('who labtui is for Google Cloud', () => {
  it('is asked of the cloud itself: project and principal', async () => {
    const api = await compute.open();
    expect(await api.whoAmI()).toEqual({ account: 'my-labs', principal: 'unknown (the token names nobody)' });
    api.close();
  });

  it('is found as the provider finds it: token, GOOGLE_CREDENTIALS, then the application default credentials', async () => {
    const file = join(home, 'robot.json');
    await writeFile(file, JSON.stringify(robot));
    const find = (env: Record<string, string>) => findCredentials({ HOME: home, ...env });
    await expect(find({})).rejects.toMatchObject({ problem: { kind: 'credentials', hint: expect.stringContaining('gcloud auth application-default login') as string } });
    await gcloud({ 'application_default_credentials.json': JSON.stringify(user) });
    expect(await find({})).toMatchObject({ kind: 'file', content: { type: 'authorized_user' } });
    expect(await find({ GOOGLE_APPLICATION_CREDENTIALS: file })).toMatchObject({ content: { type: 'service_account' } });
    expect(await find({ GOOGLE_APPLICATION_CREDENTIALS: file, GOOGLE_CREDENTIALS: JSON.stringify(user) })).toMatchObject({ content: { type: 'authorized_user' }, from: 'GOOGLE_CREDENTIALS' });
    expect(await find({ GOOGLE_CREDENTIALS: file })).toMatchObject({ content: { type: 'service_account' } });
    expect(await find({ GOOGLE_CREDENTIALS: file, GOOGLE_OAUTH_ACCESS_TOKEN: 'token' })).toEqual({ kind: 'token', token: 'token' });
    expect(await find({ CLOUDSDK_CONFIG: join(home, 'elsewhere'), GCE_METADATA_HOST: '127.0.0.1:1' })).toEqual({ kind: 'machine' });
  });

  it('never shows what a broken file holds', async () => {
    await gcloud({ 'application_default_credentials.json': '{"type":"service_account","private_key":"SECRET"' });
    const failed = await findCredentials({ HOME: home }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ problem: { kind: 'credentials' } });
    expect(JSON.stringify(failed) + String(failed)).not.toContain('SECRET');
    await expect(findCredentials({ HOME: home, GOOGLE_APPLICATION_CREDENTIALS: join(home, 'none.json') })).rejects.toMatchObject({ problem: { summary: expect.stringContaining('cannot be read') as string } });
  });

  it('is a service account by its own name and project', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const credentials = await openCredentials({ HOME: home, GOOGLE_CREDENTIALS: JSON.stringify({ ...robot, private_key: key }) }, realFetch);
    expect([await credentials.principal(), credentials.projectId]).toEqual(['robot@my-labs.iam.gserviceaccount.com', 'robots']);
  });

  it('is a federated identity of a pipeline, whose token is exchanged', async () => {
    let sts: Server | null = null;
    try {
      const bodies: string[] = [];
      sts = createServer((request, response) => {
        request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
        request.on('end', () => {
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify({ access_token: 'exchanged', expires_in: 3600, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token', token_type: 'Bearer' }));
        });
      });
      const server = sts;
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      await writeFile(join(home, 'subject'), 'from-the-pipeline');
      const federated = {
        type: 'external_account',
        audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/ci',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `http://127.0.0.1:${port}/v1/token`,
        credential_source: { file: join(home, 'subject') },
      };
      const credentials = await openCredentials({ HOME: home, GOOGLE_CREDENTIALS: JSON.stringify(federated) }, realFetch);
      expect(await credentials.accessToken()).toBe('exchanged');
      expect(bodies.join('')).toContain('from-the-pipeline');
    } finally {
      sts?.close();
    }
  });

  it('says how to sign in again where Google refuses the token', async () => {
    compute.routes.set('GET projects/my-labs', () => refusal(401, 'authError', 'Request had invalid authentication credentials. Expected OAuth 2 access token.'));
    await expect((await compute.open()).whoAmI()).rejects.toMatchObject({ problem: { kind: 'credentials', hint: expect.stringContaining('gcloud auth application-default login') as string } });
  });
});

describe('project and region', () => {
  const none = { project: null, region: null };
  const from = (hints: Partial<Parameters<typeof projectOf>[0]>) => projectOf({ pinned: null, profile: null, env: {}, credentials: null, gcloud: none, ...hints });

  it('come from the profile, the environment, the credentials, gcloud, in this order', () => {
    const all = { profile: 'profile', env: { GOOGLE_CLOUD_PROJECT: 'env', CLOUDSDK_CORE_PROJECT: 'sdk' }, credentials: 'robots', gcloud: { project: 'gcloud', region: null } };
    expect(from({ ...all, pinned: 'pinned' })).toBe('pinned');
    expect(from(all)).toBe('profile');
    expect(from({ ...all, profile: null })).toBe('env');
    expect(from({ ...all, profile: null, env: { GOOGLE_PROJECT: '', CLOUDSDK_CORE_PROJECT: 'sdk' } })).toBe('sdk');
    expect(from({ credentials: 'robots', gcloud: all.gcloud })).toBe('robots');
    expect(from({ gcloud: all.gcloud })).toBe('gcloud');
    expect(() => from({})).toThrow('no Google Cloud project is set');
    expect(configuredRegion({ CLOUDSDK_COMPUTE_REGION: 'europe-west4' }, none)).toBe('europe-west4');
    expect(configuredRegion({ GOOGLE_ZONE: 'europe-west4-a' }, { project: null, region: 'us-east1' })).toBe('europe-west4');
    expect(configuredRegion({}, { project: null, region: 'us-east1' })).toBe('us-east1');
  });

  it('are read from the active configuration of gcloud, without gcloud', async () => {
    expect(await gcloudConfig({ HOME: home })).toEqual(none);
    await gcloud({
      'configurations/config_default': '[core]\naccount = me@example.com\nproject = my-labs\n\n[compute]\nregion = europe-north1\nzone = europe-north1-a\n',
      'configurations/config_work': '[core]\nproject = work\n[compute]\nzone = us-east1-b\n',
    });
    expect(await gcloudConfig({ HOME: home })).toEqual({ project: 'my-labs', region: 'europe-north1' });
    await gcloud({ active_config: 'work\n' });
    expect(await gcloudConfig({ HOME: home })).toEqual({ project: 'work', region: 'us-east1' });
    expect(await gcloudConfig({ HOME: home, CLOUDSDK_ACTIVE_CONFIG_NAME: 'default' })).toMatchObject({ project: 'my-labs' });
    expect(await gcloudConfig({ HOME: '/nonexistent', CLOUDSDK_CONFIG: join(home, '.config', 'gcloud') })).toMatchObject({ project: 'work' });
    expect(gcloudDirectory({ APPDATA: join('C', 'me') }, 'win32')).toBe(join('C', 'me', 'gcloud'));
  });

  it('reject with the command where there is no project, when the first question is asked', async () => {
    const api = await compute.open({ project: null });
    await expect(api.whoAmI()).rejects.toMatchObject({ problem: { kind: 'prerequisite', hint: expect.stringContaining('gcloud config set project') as string } });
  });

  it('say how a region was found that nobody named', async () => {
    const events: LabEventBody[] = [];
    const nearestRegions = () => Promise.resolve([{ region: 'europe-west1', by: 'measured', reason: 'nearest of 4 measured: 12 ms' } as const]);
    const api = await compute.open({ region: null, nearestRegions });
    expect(await api.lookup(stackPlan(), 'lab-aaaaaa', (body) => events.push(body))).toMatchObject({ region: 'europe-west1' });
    expect(events).toEqual([{ type: 'fallback', from: 'auto', to: 'europe-west1', reason: 'no region is configured for gcloud; nearest of 4 measured: 12 ms' }]);
    const configured = await compute.open({ region: null, nearestRegions: () => Promise.reject(new Error('not asked')) }, { CLOUDSDK_COMPUTE_REGION: 'europe-west1' });
    expect(await configured.lookup(stackPlan(), 'lab-aaaaaa', (body) => events.push(body))).toMatchObject({ region: 'europe-west1' });
    expect(events).toHaveLength(1);
  });
});

describe('calls of Google Cloud', () => {
  it('are made again, later and later, while the cloud is busy, as long as it says', async () => {
    compute.routes.set('GET projects/my-labs', (_asked, times) => {
      if (times === 1) return refusal(503, 'backendError', 'try later');
      if (times === 2) return { status: 429, headers: { 'retry-after': '3' }, body: {} };
      return times === 3 ? refusal(403, 'rateLimitExceeded', 'Rate Limit Exceeded') : (inOrder['GET projects/my-labs']?.(_asked, times) ?? {});
    });
    expect(await (await compute.open()).whoAmI()).toMatchObject({ account: 'my-labs' });
    expect(compute.pausesMs).toEqual([375, 3_000, 1_500]);
  });

  it('end with what the cloud said, in its words', async () => {
    compute.routes.set('GET projects/my-labs', () => refusal(503, 'backendError', 'try later'));
    await expect((await compute.open()).whoAmI()).rejects.toMatchObject({ problem: { kind: 'throttled', code: 'backendError', retryable: true, detail: 'try later' } });
    expect(compute.asked.length).toBe(4);
    compute.routes.set('GET projects/my-labs', () => refusal(403, 'accessNotConfigured', 'Compute Engine API has not been used in project my-labs before or it is disabled.'));
    await expect((await compute.open()).whoAmI()).rejects.toMatchObject({ problem: { kind: 'prerequisite', hint: expect.stringContaining('gcloud services enable compute.googleapis.com --project my-labs') as string } });
  });

  it('know what is not Google Cloud, and what answers in another form', async () => {
    compute.routes.set('GET projects/my-labs', () => ({ status: 200, body: '<html>sign in to the hotel</html>' }));
    await expect((await compute.open()).whoAmI()).rejects.toMatchObject({ problem: { kind: 'network' } });
    compute.routes.set('GET projects/my-labs', () => ({ name: 7 }));
    await expect((await compute.open()).whoAmI()).rejects.toMatchObject({ problem: { kind: 'conflict', detail: expect.stringContaining('name') as string } });
  });

  it('say who cannot be reached', async () => {
    const port = { ...realFetch, sleep: () => Promise.resolve() };
    const api = await openGcpApi({ region: 'europe-west1', settings: settings({ project: 'my-labs' }) }, { HOME: home, GOOGLE_OAUTH_ACCESS_TOKEN: 't', GOOGLE_COMPUTE_CUSTOM_ENDPOINT: 'http://127.0.0.1:1/compute/v1' }, port);
    await expect(api.whoAmI()).rejects.toMatchObject({ problem: { kind: 'network', retryable: true } });
  });

  it('end when the client is closed', async () => {
    let answer: () => void = () => undefined;
    const stuck = createServer((_request, response) => {
      answer = () => response.end();
    });
    await new Promise<void>((resolve) => stuck.listen(0, '127.0.0.1', resolve));
    const address = stuck.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/compute/v1/`;
    const api = await compute.open({}, { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: endpoint });
    const asking = api.whoAmI();
    setTimeout(() => api.close(), 50);
    await expect(asking).rejects.toMatchObject({ problem: { kind: 'network' } });
    answer();
    stuck.closeAllConnections();
    stuck.close();
  });

  it('go to the simulated cloud alone in a rehearsal, with nobody’s credentials', async () => {
    const api = await gcpCloud.loadApi?.({ region: 'europe-west1', settings: settings(), simulatedAt: compute.origin });
    compute.routes.set('GET projects/labtui-rehearsal', () => ({ name: 'labtui-rehearsal' }));
    compute.routes.set('POST /token', () => ({ access_token: 'from-the-simulated-cloud', expires_in: 3599, token_type: 'Bearer' }));
    expect(await api?.whoAmI()).toEqual({ account: 'labtui-rehearsal', principal: 'simulated' });
    const calls = compute.asked.filter(({ path }) => path !== '/token');
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.every(({ authorization }) => authorization === 'Bearer from-the-simulated-cloud')).toBe(true);
    api?.close();
  });
});

describe('the listing by session', () => {
  const link = (path: string) => `https://www.googleapis.com/compute/v1/projects/my-labs/${path}`;
  const at = (path: string) => ({ name: path.slice(path.lastIndexOf('/') + 1), selfLink: link(path) });

  it('finds nothing in a project that has nothing, asking by label and by name', async () => {
    expect(await (await compute.open()).listBySession('lab-a2b3c4')).toEqual([]);
    const filters = Object.fromEntries(compute.asked.map(({ path, query }) => [path.replace('projects/my-labs/', ''), query.filter]));
    const labelled = 'labels.labtui-session-id = "lab-a2b3c4"';
    const named = 'name eq "lab-a2b3c4-.*"';
    expect(filters).toEqual({
      'aggregated/instances': labelled,
      'aggregated/disks': labelled,
      'regions/europe-west1/addresses': labelled,
      'global/firewalls': named,
      'global/networks': named,
      'regions/europe-west1/subnetworks': named,
    });
  });

  it('reads all pages, in words of Terraform, without other regions and other sessions', async () => {
    const vm = 'zones/europe-west1-c/instances/lab-a2b3c4-gcp';
    compute.routes.set('GET projects/my-labs/aggregated/instances', ({ query }) =>
      query.pageToken === undefined
        ? { items: { 'zones/europe-west1-c': { instances: [at(vm)] }, 'zones/us-east1-b': { warning: { code: 'NO_RESULTS_ON_PAGE' } } }, nextPageToken: 'more' }
        : { items: { 'zones/us-east1-b': { instances: [at('zones/us-east1-b/instances/lab-a2b3c4-gcp-us')] } } },
    );
    compute.routes.set('GET projects/my-labs/aggregated/disks', () => ({ items: { 'zones/europe-west1-c': { disks: [at('zones/europe-west1-c/disks/lab-a2b3c4-gcp')] } } }));
    compute.routes.set('GET projects/my-labs/global/networks', () => ({ items: [at('global/networks/lab-a2b3c4-gcp'), at('global/networks/lab-a2b3c4-x7k2p9-gcp'), at('global/networks/default')] }));
    compute.routes.set('GET projects/my-labs/regions/europe-west1/subnetworks', () => ({ items: [at('regions/europe-west1/subnetworks/lab-a2b3c4-gcp')] }));
    compute.routes.set('GET projects/my-labs/global/firewalls', () => ({ items: [at('global/firewalls/lab-a2b3c4-gcp')] }));
    const found = await (await compute.open()).listBySession('lab-a2b3c4');
    expect(found.map(({ type, id, region }) => `${type} ${id} ${region ?? '-'}`)).toEqual([
      `google_compute_instance projects/my-labs/${vm} europe-west1`,
      'google_compute_disk projects/my-labs/zones/europe-west1-c/disks/lab-a2b3c4-gcp europe-west1',
      'google_compute_firewall projects/my-labs/global/firewalls/lab-a2b3c4-gcp -',
      'google_compute_subnetwork projects/my-labs/regions/europe-west1/subnetworks/lab-a2b3c4-gcp europe-west1',
      'google_compute_network projects/my-labs/global/networks/lab-a2b3c4-gcp -',
    ]);
    expect(found.every(({ name, seenBy }) => name === 'lab-a2b3c4-gcp' && seenBy === 'listing')).toBe(true);
  });

  it('looks in the project that the stack was pinned to, whatever the environment says now', async () => {
    const api = await compute.open({ project: null, account: 'pinned' }, { GOOGLE_CLOUD_PROJECT: 'another' });
    await api.listBySession('lab-a2b3c4').catch(() => undefined);
    expect(compute.asked.every(({ path }) => path.startsWith('projects/pinned/'))).toBe(true);
  });
});

describe('what labtui does to leftovers', () => {
  const left = (type: string, path: string) => ({ type, id: `projects/my-labs/${path}`, name: 'lab-a2b3c4-gcp', region: null, seenBy: 'listing' as const });
  const found = [
    left('google_compute_network', 'global/networks/n'),
    left('google_compute_subnetwork', 'regions/r/subnetworks/s'),
    left('google_compute_firewall', 'global/firewalls/f'),
    left('google_compute_disk', 'zones/z/disks/d'),
    left('google_compute_instance', 'zones/z/instances/i'),
  ];
  const done = (path: string, more: object = {}) => ({ name: 'op', status: 'DONE', selfLink: `https://www.googleapis.com/compute/v1/projects/my-labs/${path}/operations/op`, ...more });

  it('is to delete them in the order of what needs what, waiting for each', async () => {
    const running = { ...done('zones/z'), status: 'RUNNING' };
    compute.routes.set('DELETE projects/my-labs/zones/z/instances/i', () => running);
    compute.routes.set('GET projects/my-labs/zones/z/operations/op', (_asked, times) => (times < 3 ? running : done('zones/z')));
    compute.routes.set('DELETE projects/my-labs/global/firewalls/f', () => done('global'));
    compute.routes.set('DELETE projects/my-labs/regions/r/subnetworks/s', () => done('regions/r'));
    compute.routes.set('DELETE projects/my-labs/global/networks/n', () => done('global'));
    const api = await compute.open();
    expect(await api.deleteLeftovers?.(found)).toEqual([]);
    expect(compute.asked.filter(({ method }) => method === 'DELETE').map(({ path }) => path.slice(path.lastIndexOf('/') + 1))).toEqual(['i', 'd', 'f', 's', 'n']);
    expect(compute.pausesMs).toEqual([500, 1_000, 2_000]);
  });

  it('is to wait a minute for what still holds them, and then to go on', async () => {
    const inUse = { error: { errors: [{ code: 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE', message: "The network resource 'n' is already being used by 'x'" }] } };
    compute.routes.set('DELETE projects/my-labs/global/networks/n', (_asked, times) => done('global', times < 4 ? inUse : {}));
    const api = await compute.open();
    expect(await api.deleteLeftovers?.(found)).toEqual([]);
    expect(compute.pausesMs).toEqual([5_000, 5_000, 5_000]);
  });

  it('is to say what could not be deleted, and why', async () => {
    const inUse = { error: { errors: [{ code: 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE', message: "The network resource 'n' is already being used by 'x'" }] } };
    compute.routes.set('DELETE projects/my-labs/global/networks/n', () => done('global', inUse));
    compute.routes.set('DELETE projects/my-labs/global/firewalls/f', () => refusal(403, 'forbidden', "Required 'compute.firewalls.delete' permission for 'projects/my-labs/global/firewalls/f'"));
    const api = await compute.open();
    const stranger = left('google_compute_router', 'regions/r/routers/x');
    const undeleted = (await api.deleteLeftovers?.([...found, stranger])) ?? [];
    expect(undeleted.map(({ resource, problem }) => [resource.type, problem.kind])).toEqual([
      ['google_compute_firewall', 'permission'],
      ['google_compute_network', 'conflict'],
      ['google_compute_router', 'conflict'],
    ]);
  });
});

describe('what a machine says of itself', () => {
  const vm = 'projects/my-labs/zones/europe-west1-c/instances/vm';

  it('is its serial port', async () => {
    compute.routes.set(`GET ${vm}/serialPort`, ({ query }) => ({ contents: `port ${query.port ?? ''}: booted`, next: '10', start: '0' }));
    expect(await (await compute.open()).consoleOutput?.(vm)).toBe('port 1: booted');
  });

  it('are the host keys that its guest published, none before it did', async () => {
    const api = await compute.open();
    expect(await api.publishedHostKeys?.(vm)).toEqual([]);
    compute.routes.set(`GET ${vm}/getGuestAttributes`, ({ query }) => ({
      queryPath: query.queryPath,
      queryValue: { items: [{ namespace: 'hostkeys', key: 'ssh-ed25519', value: 'AAAAC3 ' }, { namespace: 'other', key: 'ssh-rsa', value: 'x' }, { namespace: 'hostkeys', key: 'ecdsa-sha2-nistp256', value: 'AAAAE2' }] },
    }));
    expect(await api.publishedHostKeys?.(vm)).toEqual(['ssh-ed25519 AAAAC3', 'ecdsa-sha2-nistp256 AAAAE2']);
  });
});
