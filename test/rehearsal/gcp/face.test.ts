/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-argument -- answers are JSON, and each test checks its own */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { gcpFace } from '../../../src/rehearsal/gcp/face/gcp-face.ts';
import { caller, fault, gcpWorld, instanceBody } from './gcp-world.ts';

interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  readonly body: any;
}

let world: MemoryWorld & { readonly advance: (ms: number) => void };
let server: FaceServer;
const base = '/compute/v1/projects/lab-project';
const zone = `${base}/zones/us-central1-a`;

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = { authorization: 'Bearer t' }): Promise<Answer> {
  const response = await fetch(server.origin + path, { method, headers, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
  return { status: response.status, body: await response.json() };
}
const create = (name: string, changes = {}) =>
  ask('POST', `${zone}/instances`, instanceBody({ name, ...changes }));

beforeEach(async () => {
  world = gcpWorld(100);
  server = await serveFaces({ world, faces: [gcpFace], caller });
});
afterEach(() => server.close());

describe('Compute REST', () => {
  it('takes an instance, whose operation is pending, runs and is done', async () => {
    const { status, body: operation } = await create('lab-1');
    expect(status).toBe(200);
    expect(operation).toMatchObject({ kind: 'compute#operation', operationType: 'insert', status: 'PENDING', progress: 0, targetLink: expect.stringMatching(/instances\/lab-1$/) });
    const path = new URL(operation.selfLink).pathname;
    world.advance(1);
    expect((await ask('GET', path)).body.status).toBe('RUNNING');
    expect((await ask('GET', `${zone}/instances/lab-1`)).body.status).toBe('PROVISIONING');
    world.advance(1_000);
    expect((await ask('POST', `${path}/wait`)).body).toMatchObject({ status: 'DONE', progress: 100 });
    expect((await ask('GET', `${zone}/instances/lab-1`)).body).toMatchObject({
      id: expect.stringMatching(/^\d{19}$/),
      status: 'RUNNING',
      machineType: expect.stringContaining('https://www.googleapis.com/compute/v1/projects/lab-project/zones/us-central1-a/machineTypes/e2-medium'),
      metadata: { fingerprint: expect.any(String) },
      networkInterfaces: [{ networkIP: '10.128.0.2', accessConfigs: [{ natIP: expect.stringMatching(/^198\.19\./), networkTier: 'PREMIUM' }] }],
      disks: [{ boot: true, autoDelete: true, diskSizeGb: '20' }],
      scheduling: { provisioningModel: 'STANDARD', automaticRestart: true, onHostMaintenance: 'MIGRATE' },
    });
    expect((await ask('GET', `${zone}/disks/lab-1`)).body).toMatchObject({ sizeGb: '20', status: 'READY', architecture: 'X86_64' });
  });

  it('lists by label in every zone, page by page', async () => {
    for (const name of ['lab-1', 'lab-2', 'lab-3']) await create(name, { labels: { 'labtui-session-id': name === 'lab-2' ? 'b' : 'a' } });
    const filter = encodeURIComponent('labels.labtui-session-id=a');
    const first = await ask('GET', `${base}/aggregated/instances?filter=${filter}&maxResults=1`);
    expect(first.body.items['zones/us-central1-a'].instances.map((item: { name: string }) => item.name)).toEqual(['lab-1']);
    expect(first.body.items['zones/us-central1-b'].warning.code).toBe('NO_RESULTS_ON_PAGE');
    const second = await ask('GET', `${base}/aggregated/instances?filter=${filter}&maxResults=1&pageToken=${first.body.nextPageToken}`);
    expect(second.body.items['zones/us-central1-a'].instances.map((item: { name: string }) => item.name)).toEqual(['lab-3']);
    expect(second.body.nextPageToken).toBeUndefined();
    const combined = await ask('GET', `${zone}/instances?filter=${encodeURIComponent('(labels.labtui-session-id:*) AND (name eq "lab-[12]") AND NOT labels.labtui-session-id=b')}`);
    expect(combined.body.items.map((item: { name: string }) => item.name)).toEqual(['lab-1']);
    expect((await ask('GET', `${zone}/instances?filter=((`)).body.error).toMatchObject({ code: 400, errors: [{ reason: 'invalid' }] });
  });

  it('leaves a region that cannot be reached out of a list that may be partial, and has none otherwise', async () => {
    await create('lab-1');
    await ask('POST', `${base}/regions/europe-west3/addresses`, { name: 'far', labels: { labtui: 'true' } });
    await ask('POST', `${base}/regions/us-central1/addresses`, { name: 'near', labels: { labtui: 'true' } });
    const filter = encodeURIComponent('labels.labtui = "true"');
    await world.arm([fault('network', { region: 'europe-west3', operation: 'compute.addresses.aggregatedList' })], null);
    const partial = (await ask('GET', `${base}/aggregated/addresses?filter=${filter}&returnPartialSuccess=true`)).body;
    expect(partial.items['regions/us-central1'].addresses.map((item: { name: string }) => item.name)).toEqual(['near']);
    expect(partial.items['regions/europe-west3']).toEqual({ warning: { code: 'UNREACHABLE', message: expect.any(String), data: [{ key: 'scope', value: 'regions/europe-west3' }] } });
    expect(partial.unreachables).toEqual(['projects/lab-project/regions/europe-west3']);
    await world.disarm(null);
    await world.arm([fault('permission', { region: 'europe-west3', operation: 'compute.instances.aggregatedList' })], null);
    expect((await ask('GET', `${base}/aggregated/instances?filter=${filter}`)).status).toBe(403);
    const instances = (await ask('GET', `${base}/aggregated/instances?returnPartialSuccess=true`)).body;
    expect(instances.unreachables).toEqual(['a', 'b', 'c'].map((letter) => `projects/lab-project/zones/europe-west3-${letter}`));
    await world.disarm(null);
    expect((await ask('GET', `${base}/aggregated/addresses?filter=${filter}&returnPartialSuccess=true`)).body.unreachables).toBeUndefined();
  });

  it('keeps the descriptions of networks, subnetworks and rules as they were given, and finds by them', async () => {
    const description = 'labtui=true labtui-session-id=lab-a2b3c4 labtui-owner=me@here';
    await ask('POST', `${base}/global/networks`, { name: 'lab', autoCreateSubnetworks: false, description });
    await ask('POST', `${base}/regions/us-central1/subnetworks`, { name: 'lab', network: 'global/networks/lab', ipCidrRange: '10.0.0.0/24', description });
    await ask('POST', `${base}/global/firewalls`, { name: 'lab', network: 'global/networks/lab', allowed: [{ IPProtocol: 'tcp' }], sourceRanges: ['203.0.113.7/32'], description });
    world.advance(5_000);
    for (const path of ['global/networks', 'global/firewalls', 'regions/us-central1/subnetworks']) {
      const { body } = await ask('GET', `${base}/${path}?filter=${encodeURIComponent('description eq "labtui=true .*"')}`);
      expect(body.items.map((item: { name: string; description: string }) => [item.name, item.description]), path).toEqual([['lab', description]]);
    }
    const { body } = await ask('GET', `${base}/aggregated/subnetworks`);
    expect(body.items['regions/us-central1'].subnetworks.map((item: { name: string; description?: string }) => [item.name, item.description ?? ''])).toContainEqual(['lab', description]);
  });

  it('words its errors as the real one does', async () => {
    expect(await ask('GET', `${zone}/instances/none`)).toEqual({
      status: 404,
      body: {
        error: {
          code: 404,
          message: "The resource 'projects/lab-project/zones/us-central1-a/instances/none' was not found",
          errors: [{ message: "The resource 'projects/lab-project/zones/us-central1-a/instances/none' was not found", domain: 'global', reason: 'notFound' }],
        },
      },
    });
    expect((await ask('GET', `${zone}/instances`, undefined, {})).body.error).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' });
    expect((await ask('POST', `${zone}/instances`, 'not json')).body.error).toMatchObject({ code: 400, errors: [{ reason: 'parseError' }] });
    expect((await ask('GET', `${zone}/nothing`)).status).toBe(404);
  });

  it('answers no capacity with an operation that fails', async () => {
    await world.arm([fault('capacity')], null);
    const { body: operation } = await create('lab-1');
    expect(operation.status).not.toBe('DONE');
    world.advance(1_000);
    expect((await ask('GET', new URL(operation.selfLink).pathname)).body).toMatchObject({
      status: 'DONE',
      httpErrorStatusCode: 503,
      error: { errors: [{ code: 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS', errorDetails: expect.arrayContaining([{ errorInfo: expect.objectContaining({ metadatas: expect.objectContaining({ zonesAvailable: 'us-central1-b,us-central1-c,us-central1-f' }) }) }]) }] },
    });
    expect((await ask('GET', `${zone}/instances/lab-1`)).status).toBe(404);
  });

  it('knows images, types, zones, quotas and the project', async () => {
    const family = await ask('GET', '/compute/v1/projects/debian-cloud/global/images/family/debian-12');
    expect(family.body).toMatchObject({ name: 'debian-12-bookworm-v20261110', family: 'debian-12', diskSizeGb: '10', architecture: 'X86_64', status: 'READY' });
    expect((await ask('GET', '/compute/v1/projects/debian-cloud/global/images/family/debian-99')).status).toBe(404);
    expect((await ask('GET', `${zone}/machineTypes/e2-medium`)).body).toMatchObject({ guestCpus: 2, memoryMb: 4096 });
    expect((await ask('GET', `${base}/zones/us-central1-c/machineTypes/t2a-standard-2`)).status).toBe(404);
    expect((await ask('GET', `${base}/zones?filter=${encodeURIComponent('region eq .*us-central1')}`)).body.items).toHaveLength(4);
    await create('lab-1');
    const { quotas } = (await ask('GET', `${base}/regions/us-central1`)).body;
    expect(quotas).toEqual(expect.arrayContaining([{ metric: 'CPUS', limit: 2400, usage: 2 }, { metric: 'IN_USE_ADDRESSES', limit: 2300, usage: 1 }]));
    expect((await ask('GET', base)).body).toMatchObject({ name: 'lab-project', id: expect.stringMatching(/^\d{12}$/) });
    expect((await ask('GET', `${base}/global/networks/default`)).body).toMatchObject({ autoCreateSubnetworks: true, subnetworks: expect.arrayContaining([expect.stringContaining('us-central1/subnetworks/default')]) });
  });

  it('shows the serial port and the host key that the guest has published', async () => {
    await create('lab-1', { metadata: { items: [{ key: 'enable-guest-attributes', value: 'TRUE' }] } });
    const attributes = `${zone}/instances/lab-1/getGuestAttributes?queryPath=hostkeys/`;
    expect((await ask('GET', attributes)).body.error.message).toBe("The resource 'hostkeys/' of type 'Guest Attribute' was not found.");
    world.advance(2_000);
    expect((await ask('GET', attributes)).body.queryValue.items).toEqual([{ namespace: 'hostkeys', key: 'ssh-ed25519', value: expect.stringMatching(/^AAAA/) }]);
    const serial = (await ask('GET', `${zone}/instances/lab-1/serialPort`)).body;
    expect(serial.contents).toContain('Linux version');
    expect((await ask('GET', `${zone}/instances/lab-1/serialPort?start=${serial.next}`)).body.contents).toBe('');
  });

  it('changes labels only by their fingerprint, and deletes', async () => {
    await create('lab-1');
    world.advance(1_000);
    const path = `${zone}/instances/lab-1`;
    const { labelFingerprint } = (await ask('GET', path)).body;
    expect((await ask('POST', `${path}/setLabels`, { labels: { a: 'b' }, labelFingerprint })).status).toBe(200);
    expect((await ask('POST', `${path}/setLabels`, { labels: {}, labelFingerprint })).status).toBe(412);
    expect((await ask('DELETE', path)).body.operationType).toBe('delete');
    expect((await ask('GET', path)).body.status).toBe('STOPPING');
    world.advance(1_000);
    expect((await ask('GET', path)).status).toBe(404);
    expect((await ask('GET', `${zone}/disks/lab-1`)).status).toBe(404);
  });
});

describe('Compute REST, as clients that are not labtui use it', () => {
  const path = `${zone}/instances/lab-1`;
  const done = async (method: string, at: string, body?: unknown): Promise<void> => {
    const answer = await ask(method, at, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    world.advance(5_000);
  };

  it('answers with the fields that are asked for, and without white space where none is wanted', async () => {
    await create('lab-1', { labels: { a: 'b' } });
    expect((await ask('GET', `${path}?fields=name,disks(boot,source),scheduling/preemptible`)).body).toEqual({ name: 'lab-1', scheduling: { preemptible: false }, disks: [{ boot: true, source: expect.stringContaining('/disks/lab-1') }] });
    expect((await ask('GET', `${zone}/instances?fields=items/name,items/labels`)).body).toEqual({ items: [{ name: 'lab-1', labels: { a: 'b' } }] });
    expect((await ask('GET', `${base}/aggregated/instances?fields=items/*/instances/name`)).body.items['zones/us-central1-a']).toEqual({ instances: [{ name: 'lab-1' }] });
    expect((await ask('GET', `${path}?fields=name)`)).body.error).toMatchObject({ code: 400, errors: [{ reason: 'invalidParameter' }] });
    const text = async (query: string) => (await fetch(`${server.origin}${path}?${query}`, { headers: { authorization: 'Bearer t' } })).text();
    expect(await text('prettyPrint=false&alt=json')).not.toContain('\n');
    expect(await text('alt=json')).toContain('\n');
  });

  it('changes a resource by the method that the API has for it', async () => {
    await create('lab-1');
    world.advance(5_000);
    for (const [method, at] of [['POST', 'updateShieldedInstanceConfig'], ['PATCH', 'setLabels'], ['PATCH', ''], ['POST', 'updateNetworkInterface?networkInterface=nic0'], ['GET', 'start']] as const) {
      expect((await ask(method, `${path}${at === '' ? '' : `/${at}`}`, method === 'GET' ? undefined : {})).status, `${method} ${at}`).toBe(404);
    }
    await done('POST', `${path}/stop`);
    await done('PATCH', `${path}/updateShieldedInstanceConfig`, { enableSecureBoot: true });
    await done('PATCH', `${path}/updateDisplayDevice`, { enableDisplay: true });
    await done('POST', `${path}/setMinCpuPlatform`, { minCpuPlatform: 'Intel Ice Lake' });
    await done('POST', `${path}/setServiceAccount`, { email: 'lab@lab-project.iam.gserviceaccount.com', scopes: ['https://www.googleapis.com/auth/compute'] });
    await done('POST', `${path}/addResourcePolicies`, { resourcePolicies: ['projects/lab-project/regions/us-central1/resourcePolicies/nightly'] });
    await done('POST', `${path}/startWithEncryptionKey`, {});
    const { body } = await ask('GET', path);
    expect(body).toMatchObject({
      status: 'RUNNING',
      shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true },
      displayDevice: { enableDisplay: true },
      minCpuPlatform: 'Intel Ice Lake',
      serviceAccounts: [{ email: 'lab@lab-project.iam.gserviceaccount.com' }],
      resourcePolicies: ['projects/lab-project/regions/us-central1/resourcePolicies/nightly'],
    });
    expect((await ask('POST', `${path}/setMinCpuPlatform`, { minCpuPlatform: '' })).body.error.errors[0].reason).toBe('invalidResourceUsage');
  });

  it('takes a whole instance back by its fingerprint, and changes what no other call does', async () => {
    await create('lab-1', { description: 'before' });
    world.advance(5_000);
    const { body } = await ask('GET', path);
    expect((await ask('PUT', path, { ...body, fingerprint: 'AAAAAAAAAAA=' })).status).toBe(412);
    await done('PUT', path, { ...body, description: 'after', params: {} });
    expect((await ask('GET', path)).body).toMatchObject({ id: body.id, description: 'after', canIpForward: false });
    expect((await ask('PUT', path, body)).status).toBe(412);
  });

  it('moves a stopped machine to another subnetwork, by the fingerprint of its interface', async () => {
    const fingerprint = async (): Promise<unknown> => (await ask('GET', path)).body.networkInterfaces[0].fingerprint;
    await create('lab-1');
    world.advance(5_000);
    await done('POST', `${base}/global/networks`, { name: 'own', autoCreateSubnetworks: false });
    await done('POST', `${base}/regions/us-central1/subnetworks`, { name: 'own', network: 'global/networks/own', ipCidrRange: '10.9.0.0/24' });
    const to = { subnetwork: 'regions/us-central1/subnetworks/own', network: 'global/networks/own' };
    const move = `${path}/updateNetworkInterface?networkInterface=nic0`;
    const running = await fingerprint();
    expect((await ask('PATCH', move, { ...to, fingerprint: running })).body.error.errors[0].reason).toBe('invalidResourceUsage');
    await done('POST', `${path}/stop`);
    // The address went back with the stop, and with it the fingerprint.
    expect((await ask('PATCH', move, { ...to, fingerprint: running })).status).toBe(412);
    await done('PATCH', move, { ...to, fingerprint: await fingerprint() });
    expect((await ask('GET', path)).body.networkInterfaces[0]).toMatchObject({ networkIP: '10.9.0.2', subnetwork: expect.stringContaining('/subnetworks/own') });
  });

  it('suspends a machine and wakes it', async () => {
    await create('lab-1');
    world.advance(5_000);
    expect((await ask('POST', `${path}/resume`)).status).toBe(400);
    await done('POST', `${path}/suspend`);
    expect((await ask('GET', path)).body.status).toBe('SUSPENDED');
    await done('POST', `${path}/resume`);
    expect((await ask('GET', path)).body.status).toBe('RUNNING');
    await done('POST', `${path}/stop`);
    expect((await ask('GET', path)).body.status).toBe('TERMINATED');
  });

  it('patches a subnetwork by its fingerprint, and a firewall rule without one', async () => {
    const subnet = `${base}/regions/us-central1/subnetworks/own`;
    await done('POST', `${base}/global/networks`, { name: 'own', autoCreateSubnetworks: false });
    await done('POST', `${base}/regions/us-central1/subnetworks`, { name: 'own', network: 'global/networks/own', ipCidrRange: '10.9.0.0/24' });
    expect((await ask('PATCH', subnet, { stackType: 'IPV4_ONLY' })).body.error).toMatchObject({ code: 412, message: 'Invalid fingerprint.' });
    await done('POST', `${subnet}/setPrivateIpGoogleAccess`, { privateIpGoogleAccess: true });
    const { fingerprint } = (await ask('GET', subnet)).body;
    await done('PATCH', subnet, { fingerprint, secondaryIpRanges: [{ rangeName: 'more', ipCidrRange: '10.10.0.0/24' }] });
    expect((await ask('GET', subnet)).body).toMatchObject({ privateIpGoogleAccess: true, secondaryIpRanges: [{ rangeName: 'more' }], logConfig: { enable: false } });
    const rule = { name: 'ssh', network: 'global/networks/own', allowed: [{ IPProtocol: 'tcp', ports: ['22'] }], sourceRanges: ['203.0.113.7/32'], targetTags: ['lab'], description: 'SSH' };
    await done('POST', `${base}/global/firewalls`, rule);
    await done('PATCH', `${base}/global/firewalls/ssh`, { sourceRanges: ['198.51.100.0/24'] });
    expect((await ask('GET', `${base}/global/firewalls/ssh`)).body).toMatchObject({ ...rule, network: expect.stringContaining('networks/own'), sourceRanges: ['198.51.100.0/24'] });
    await done('PUT', `${base}/global/firewalls/ssh`, { ...rule, description: undefined });
    const replaced = (await ask('GET', `${base}/global/firewalls/ssh`)).body;
    expect(replaced).toMatchObject({ sourceRanges: ['203.0.113.7/32'] });
    expect(replaced).not.toHaveProperty('description');
  });

  it('knows types that share a core and have a memory of their own', async () => {
    expect((await ask('GET', `${zone}/machineTypes/e2-custom-medium-2048`)).body).toMatchObject({ guestCpus: 2, memoryMb: 2048, isSharedCpu: true });
    expect((await ask('GET', `${zone}/machineTypes/e2-custom-medium-2000`)).status).toBe(404);
  });
});

describe('who am I', () => {
  it('gives a token for a refresh token or a signed assertion, and says whose it is', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask('POST', '/token', 'grant_type=refresh_token&refresh_token=x', form)).body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
    expect((await ask('POST', '/token', 'grant_type=password', form))).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
    expect((await ask('GET', '/tokeninfo?access_token=t')).body.email).toBe('rehearsal@labtui.invalid');
    expect((await ask('GET', '/oauth2/v3/userinfo')).body.email).toBe('rehearsal@labtui.invalid');
    expect((await ask('GET', '/v1/projects/lab-project')).body).toMatchObject({ projectId: 'lab-project', lifecycleState: 'ACTIVE' });
    expect((await ask('GET', '/v3/projects/lab-project')).body).toMatchObject({ projectId: 'lab-project', state: 'ACTIVE' });
  });

  it('refuses with the wording of a login that is over', async () => {
    await world.arm([fault('credentials')], null);
    expect(await ask('POST', '/token', 'grant_type=refresh_token')).toMatchObject({ status: 400, body: { error: 'invalid_grant', error_subtype: 'invalid_rapt' } });
    expect(await ask('GET', base)).toMatchObject({ status: 401, body: { error: { errors: [{ reason: 'authError' }] } } });
  });
});
