import { afterEach, describe, expect, it } from 'vitest';
import { gcpFacts } from '../../../src/clouds/gcp/facts.ts';
import type { InstanceType } from '../../../src/core/clouds.ts';
import type { LabEventBody } from '../../../src/core/events.ts';
import type { StackPlan } from '../../../src/core/plan.ts';
import { type FakeCompute, fakeCompute, image, project, quota, refusal, region, type Routes, types, zones } from './fake-compute.ts';
import { stackPlan } from './stack-inputs.ts';

let compute: FakeCompute | null = null;
afterEach(() => compute?.close());

async function lookUp(change: Partial<StackPlan> = {}, routes: Routes = {}, { spreadBy = 'lab-aaaaaa', cloudKeyName = null as string | null, gcp = {} } = {}) {
  compute?.close();
  compute = await fakeCompute(routes);
  const events: LabEventBody[] = [];
  const api = await compute.open();
  const found = api.lookup(stackPlan(change, gcp), spreadBy, (body) => events.push(body), { cloudKeyName });
  found.catch(() => undefined);
  return { found, events, asked: compute.asked };
}

const home = 'projects/my-labs';
const named = (type: string): Partial<StackPlan> => ({
  typeNamedByUser: true,
  instanceTypes: [{ type, arch: 'amd64', vcpu: null, memoryGb: null, hourlyPrice: null, currency: 'USD', priceRegion: null, priceDate: null, rank: 1, tiers: [], confidence: 'low' } satisfies InstanceType],
});
const machineTypes = (offered: (zone: string) => readonly object[]): Routes =>
  Object.fromEntries(zones.map((zone) => [`GET ${home}/zones/${zone}/machineTypes`, () => ({ items: offered(zone) })]));
const family = 'GET projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64';

describe('looking a stack up on Google Cloud', () => {
  it('pins everything, with the price of the catalogue and its region', async () => {
    const medium = gcpFacts.instanceTypes.find(({ type }) => type === 'e2-medium');
    const { found, events, asked } = await lookUp();
    expect(await found).toEqual({
      account: 'my-labs',
      region: 'europe-west1',
      zone: expect.stringMatching(/^europe-west1-[bcd]$/) as string,
      image: {
        id: 'projects/ubuntu-os-cloud/global/images/ubuntu-2404-noble-amd64-v20261105',
        name: 'ubuntu-2404-noble-amd64-v20261105',
        owner: 'ubuntu-os-cloud',
        minDiskGb: 10,
        createdAt: '2026-11-05T03:00:00.000-08:00',
        features: ['UEFI_COMPATIBLE', 'GVNIC'],
      },
      instanceType: 'e2-medium',
      vcpu: 2,
      memoryGb: 4,
      hourlyPrice: medium?.hourlyPrice,
      currency: 'USD',
      priceRegion: 'us-central1',
      priceDate: '2026-07-01',
      networkIds: null,
    });
    expect(events).toEqual([]);
    expect(asked.find(({ path }) => path.endsWith('machineTypes'))?.query.filter).toContain('(name = "e2-medium") OR (name = "e2-standard-2")');
    expect(asked.every(({ authorization }) => authorization === 'Bearer token')).toBe(true);
  });

  it('spreads sessions over the zones, the same session always into the same one', async () => {
    const zoneOf = async (spreadBy: string) => (await (await lookUp({}, {}, { spreadBy })).found).zone;
    const chosen: string[] = [];
    for (let index = 0; index < 24; index += 1) chosen.push(await zoneOf(`lab-${index}`));
    expect([...new Set(chosen)].sort()).toEqual(zones);
    expect(await zoneOf('lab-7')).toBe(chosen[7]);
  });

  it('takes no zone that is down, asks nothing of a region that is, and goes on where zones may not be listed', async () => {
    const upIn = (up: readonly string[]): Routes => ({ [`GET ${home}/zones`]: () => ({ items: zones.map((name) => ({ name, status: up.includes(name) ? 'UP' : 'DOWN' })) }) });
    for (const spreadBy of ['lab-1', 'lab-2', 'lab-3', 'lab-4']) expect((await (await lookUp({}, upIn(['europe-west1-c']), { spreadBy })).found).zone).toBe('europe-west1-c');
    await expect((await lookUp({}, upIn([]))).found).rejects.toMatchObject({ problem: { kind: 'capacity', holdsFor: 'region' } });
    await expect((await lookUp({ zone: 'b' }, upIn(['europe-west1-c']))).found).rejects.toMatchObject({ problem: { kind: 'invalid-input', hint: '--zone europe-west1-c' } });
    const down = { [`GET ${home}/regions/europe-west1`]: () => ({ ...region(), status: 'DOWN' }) };
    await expect((await lookUp({}, down)).found).rejects.toMatchObject({ problem: { kind: 'capacity', summary: "Google Cloud's region europe-west1 is down", holdsFor: 'region' } });
    expect(zones).toContain((await (await lookUp({}, { [`GET ${home}/zones`]: () => refusal(403, 'forbidden', "Required 'compute.zones.list' permission") })).found).zone);
  });

  it('looks elsewhere the second time: not where it was sold out, first where the cloud said, whatever quotas say by now', async () => {
    compute?.close();
    compute = await fakeCompute({ [`GET ${home}`]: () => project([quota('NETWORKS', 5, 5)]) });
    const api = await compute.open();
    const again = (soldOut: readonly string[], preferredZones: readonly string[] = []) =>
      api.lookup(stackPlan(), 'lab-aaaaaa', () => undefined, { again: { soldOut: soldOut.map((zone) => ({ instanceType: 'e2-medium', zone })), preferredZones } });
    expect(await again([], ['europe-west1-d'])).toMatchObject({ zone: 'europe-west1-d', instanceType: 'e2-medium' });
    expect(await again(['europe-west1-b', 'europe-west1-d'], ['europe-west1-d'])).toMatchObject({ zone: 'europe-west1-c', instanceType: 'e2-medium' });
    expect(await again(zones)).toMatchObject({ instanceType: 'e2-standard-2' });
  });

  it('takes the next type of the tier where the first is not offered, and says so', async () => {
    const { found, events } = await lookUp({}, machineTypes(() => [types.e2Standard]));
    expect(await found).toMatchObject({ instanceType: 'e2-standard-2', memoryGb: 8 });
    expect(events).toEqual([{ type: 'fallback', from: 'e2-medium', to: 'e2-standard-2', reason: 'e2-medium is not offered in europe-west1' }]);
  });

  it('takes a type that goes with the disk, and one whose network card the image knows', async () => {
    const disk = { sizeGb: null, type: 'provisioned-iops', iops: null, throughput: null, encrypted: true } as const;
    const fast = await lookUp({ disk });
    expect(await fast.found).toMatchObject({ instanceType: 'n4-highcpu-2' });
    expect(fast.events).toMatchObject([{ type: 'fallback', from: 'e2-medium', to: 'n4-highcpu-2', reason: 'e2-medium takes no such disk' }]);

    const arm: Partial<StackPlan> = { arch: 'arm64', imageQuery: { cloud: 'gcp', project: 'ubuntu-os-cloud', family: 'old-arm64', name: null } };
    const old = { 'GET projects/ubuntu-os-cloud/global/images/family/old-arm64': () => image('ubuntu-os-cloud', 'old-arm64-v1', { architecture: 'ARM64', guestOsFeatures: [{ type: 'UEFI_COMPATIBLE' }] }) };
    const altra = await lookUp(arm, { ...old, ...machineTypes(() => [types.c4a, types.t2a]) });
    expect(await altra.found).toMatchObject({ instanceType: 't2a-standard-2' });
    const axionOnly = await lookUp(arm, { ...old, ...machineTypes(() => [types.c4a]) });
    await expect(axionOnly.found).rejects.toMatchObject({ problem: { kind: 'invalid-input', summary: 'c4a-highcpu-2 has a gVNIC only, for which old-arm64-v1 has no driver' } });
    const nowhere = await lookUp({}, machineTypes(() => []));
    await expect(nowhere.found).rejects.toMatchObject({ problem: { kind: 'capacity', hint: 'another region (--region) or type (--instance-type)' } });
    expect(await (await lookUp({ ...arm, imageQuery: { cloud: 'gcp', project: 'p', family: 'f', name: null } }, { 'GET projects/p/global/images/family/f': () => image('p', 'f-v1', { architecture: 'ARM64' }) })).found).toMatchObject({ instanceType: 'c4a-highcpu-2' });
  });

  it('never swaps a type that the user named: it says where it is offered', async () => {
    const onlyInD: Routes = { [`GET ${home}/zones/europe-west1-d/machineTypes/n2d-standard-96`]: () => ({ name: 'n2d-standard-96', guestCpus: 96, memoryMb: 393_216, architecture: 'X86_64' }) };
    const roomy = { [`GET ${home}/regions/europe-west1`]: () => region([]) };
    const plan = named('n2d-standard-96');
    await expect((await lookUp({ ...plan, zone: 'europe-west1-b' }, onlyInD)).found).rejects.toMatchObject({
      problem: { kind: 'invalid-input', summary: 'Google Cloud does not offer n2d-standard-96 in europe-west1-b', detail: 'offered: n2d-standard-96 in europe-west1-d' },
    });
    await expect((await lookUp(named('e2-meduim'))).found).rejects.toMatchObject({
      problem: { kind: 'invalid-input', summary: 'Google Cloud does not offer e2-meduim in europe-west1, did you mean "e2-medium"?' },
    });
    expect(await (await lookUp(plan, { ...onlyInD, ...roomy })).found).toMatchObject({ zone: 'europe-west1-d', vcpu: 96, memoryGb: 384, hourlyPrice: null });
  });

  it('takes custom types, which no list has, and refuses those that cannot be', async () => {
    const custom: Routes = Object.fromEntries(zones.map((zone) => [`GET ${home}/zones/${zone}/machineTypes/custom-4-8192`, () => ({ name: 'custom-4-8192', guestCpus: 4, memoryMb: 8192, isSharedCpu: false })]));
    expect(await (await lookUp(named('custom-4-8192'), custom)).found).toMatchObject({ instanceType: 'custom-4-8192', vcpu: 4, memoryGb: 8 });
    const odd: Routes = Object.fromEntries(zones.map((zone) => [`GET ${home}/zones/${zone}/machineTypes/custom-3-8192`, () => refusal(400, 'invalid', "Invalid value for field 'machineType': 'custom-3-8192'. The number of vCPUs must be even.")]));
    await expect((await lookUp(named('custom-3-8192'), odd)).found).rejects.toMatchObject({ problem: { kind: 'invalid-input', summary: expect.stringContaining('custom-3-8192') as string } });
  });

  it('refuses a named type of another architecture, a disk it does not take, a zone of another region', async () => {
    await expect((await lookUp(named('t2a-standard-2'))).found).rejects.toMatchObject({ problem: { kind: 'invalid-input', hint: '--arch arm64, or another --instance-type' } });
    const disk = { sizeGb: null, type: 'provisioned-iops', iops: null, throughput: null, encrypted: true } as const;
    await expect((await lookUp({ ...named('e2-medium'), disk })).found).rejects.toMatchObject({ problem: { kind: 'invalid-input', summary: 'e2-medium takes no such disk' } });
    await expect((await lookUp({ zone: 'us-central1-a' })).found).rejects.toMatchObject({ problem: { kind: 'invalid-input', detail: `zones: ${zones.join(', ')}` } });
    expect(await (await lookUp({ zone: 'd' })).found).toMatchObject({ zone: 'europe-west1-d' });
  });

  it('refuses a name of a key: Google Cloud keeps none', async () => {
    await expect((await lookUp({}, {}, { cloudKeyName: 'team' })).found).rejects.toMatchObject({ problem: { kind: 'invalid-input', hint: 'ssh.key: generate, or a .pub file' } });
  });

  it('says that a price ceiling for spot is not heeded', async () => {
    const { found, events } = await lookUp({ spot: { enabled: true, maxPrice: 0.01, fallback: 'fail', timeoutMs: 1 } });
    await found;
    expect(events).toMatchObject([{ type: 'log', level: 'warn', message: expect.stringContaining('spot.maxPrice') as string }]);
  });
});

describe('the image of a Google Cloud stack', () => {
  const image2 = { 'GET projects/my-labs/global/images/golden': () => image('my-labs', 'golden', { diskSizeGb: '50' }) };

  it.each(['golden', 'my-labs/golden', 'global/images/golden', 'projects/my-labs/global/images/golden', 'https://www.googleapis.com/compute/v1/projects/my-labs/global/images/golden'])('can be pinned as %s', async (pin) => {
    const { found } = await lookUp({ imagePin: pin, imageQuery: null }, image2);
    expect(await found).toMatchObject({ image: { id: 'projects/my-labs/global/images/golden', owner: 'my-labs', minDiskGb: 50 } });
  });

  it("can be a family, of the project or of the distro's", async () => {
    const byFamily = await lookUp({ imagePin: 'ubuntu-2404-lts-amd64' });
    expect(await byFamily.found).toMatchObject({ image: { name: 'ubuntu-2404-noble-amd64-v20261105' } });
    const pinned = await lookUp({ imagePin: 'family/mine', imageQuery: null }, { 'GET projects/my-labs/global/images/family/mine': () => image('my-labs', 'mine-v3') });
    expect(await pinned.found).toMatchObject({ image: { name: 'mine-v3' } });
    const byName = await lookUp({ imageQuery: { cloud: 'gcp', project: 'bsd', family: null, name: 'bsd-15' } }, { 'GET projects/bsd/global/images/bsd-15': () => image('bsd', 'bsd-15', { architecture: undefined, guestOsFeatures: undefined }) });
    expect(await byName.found).toMatchObject({ image: { id: 'projects/bsd/global/images/bsd-15' } });
  });

  it('is refused where it is missing, gone, not ready or for another architecture', async () => {
    const problem = async (change: Partial<StackPlan>, routes: Routes = {}) => {
      const { found } = await lookUp(change, routes);
      return found.then(
        () => null,
        (error: unknown) => (error as { problem: object }).problem,
      );
    };
    expect(await problem({}, { [family]: () => refusal(404, 'notFound', "The resource 'projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64' was not found") })).toMatchObject({ kind: 'image', detail: 'asked for ubuntu-os-cloud: ubuntu-2404-lts-amd64' });
    expect(await problem({ imageQuery: null })).toMatchObject({ kind: 'image', hint: 'bring your own: --image PROJECT/NAME' });
    expect(await problem({ imagePin: 'gone' })).toMatchObject({ kind: 'image', summary: 'the image gone does not exist, or these credentials may not see it' });
    expect(await problem({ imagePin: 'foreign/secret' }, { 'GET projects/foreign/global/images/secret': () => refusal(403, 'forbidden', "Required 'compute.images.get' permission for 'projects/foreign/global/images/secret'") })).toMatchObject({ kind: 'image' });
    expect(await problem({ imagePin: 'a/b/c' })).toMatchObject({ kind: 'invalid-input' });
    expect(await problem({}, { [family]: () => image('ubuntu-os-cloud', 'u', { architecture: 'ARM64' }) })).toMatchObject({ kind: 'invalid-input', hint: '--arch arm64, or another --image' });
    expect(await problem({}, { [family]: () => image('ubuntu-os-cloud', 'u', { status: 'PENDING' }) })).toMatchObject({ kind: 'image', summary: 'the image u is not ready (pending)' });
    const obsolete = { 'GET projects/my-labs/global/images/old': () => image('my-labs', 'old', { deprecated: { state: 'OBSOLETE', replacement: 'https://www.googleapis.com/compute/v1/projects/my-labs/global/images/new' } }) };
    expect(await problem({ imagePin: 'old' }, obsolete)).toMatchObject({ kind: 'image', hint: '--image projects/my-labs/global/images/new' });
  });

  it('is used with a warning where it is deprecated', async () => {
    const { found, events } = await lookUp({ imagePin: 'old' }, { 'GET projects/my-labs/global/images/old': () => image('my-labs', 'old', { deprecated: { state: 'DEPRECATED' } }) });
    expect(await found).toMatchObject({ image: { name: 'old' } });
    expect(events).toMatchObject([{ type: 'log', level: 'warn', message: expect.stringContaining('deprecated') as string }]);
  });
});

describe('the network of a Google Cloud stack', () => {
  it('is the default one of the project, with its subnet in the region', async () => {
    const { found, events } = await lookUp({ network: 'default' });
    expect(await found).toMatchObject({ networkIds: { vpcId: 'projects/my-labs/global/networks/default', subnetId: 'projects/my-labs/regions/europe-west1/subnetworks/default' } });
    expect(events).toEqual([]);
  });

  it('comes with a warning where everybody may reach SSH in it', async () => {
    const open = { [`GET ${home}/global/firewalls/default-allow-ssh`]: () => ({ network: 'default', sourceRanges: ['0.0.0.0/0'] }) };
    const { found, events } = await lookUp({ network: 'default' }, open);
    await found;
    expect(events).toMatchObject([{ level: 'warn', message: expect.stringContaining('default-allow-ssh') as string }]);
  });

  it.each(['labs', 'regions/europe-west1/subnetworks/labs', 'projects/my-labs/regions/europe-west1/subnetworks/labs'])('is that of the subnetwork named as %s', async (subnetwork) => {
    const routes = { [`GET ${home}/regions/europe-west1/subnetworks/labs`]: () => ({ selfLink: `https://www.googleapis.com/compute/v1/${home}/regions/europe-west1/subnetworks/labs`, network: 'https://www.googleapis.com/compute/v1/projects/host/global/networks/shared' }) };
    const { found } = await lookUp({}, routes, { gcp: { subnetwork } });
    expect(await found).toMatchObject({ networkIds: { vpcId: 'projects/host/global/networks/shared', subnetId: 'projects/my-labs/regions/europe-west1/subnetworks/labs' } });
  });

  it('is refused where it is missing or elsewhere', async () => {
    const gone = { [`GET ${home}/global/networks/default`]: () => refusal(404, 'notFound', "The resource 'projects/my-labs/global/networks/default' was not found") };
    await expect((await lookUp({ network: 'default' }, gone)).found).rejects.toMatchObject({ problem: { kind: 'invalid-input', hint: expect.stringContaining('--network isolated') as string } });
    const elsewhere = { [`GET ${home}/global/networks/default`]: () => ({ selfLink: `x/${home}/global/networks/default`, subnetworks: [] }) };
    await expect((await lookUp({ network: 'default' }, elsewhere)).found).rejects.toMatchObject({ problem: { summary: expect.stringContaining('no subnet in europe-west1') as string } });
    for (const subnetwork of ['labs', 'projects/my-labs/regions/us-central1/subnetworks/labs', 'a/b']) {
      await expect((await lookUp({}, {}, { gcp: { subnetwork } })).found, subnetwork).rejects.toMatchObject({ problem: { kind: 'invalid-input', summary: expect.stringContaining('gcp.subnetwork') as string } });
    }
  });
});

describe('quotas of Google Cloud', () => {
  const withQuotas = (regional: readonly object[], global: readonly object[] = []): Routes => ({ [`GET ${home}/regions/europe-west1`]: () => region(regional), [`GET ${home}`]: () => project(global) });
  const refused = async (routes: Routes, change: Partial<StackPlan> = {}) => {
    const { found } = await lookUp(change, routes);
    return found.then(
      () => null,
      (error: unknown) => (error as { problem: { code: string } }).problem,
    );
  };
  const custom = named('custom-4-8192');
  const customType: Routes = Object.fromEntries(zones.map((zone) => [`GET ${home}/zones/${zone}/machineTypes/custom-4-8192`, () => ({ name: 'custom-4-8192', guestCpus: 4, memoryMb: 8192 })]));

  it('refuse a lab that cannot fit, before anything is made', async () => {
    expect(await refused({ ...withQuotas([quota('CPUS', 24, 22)]), ...customType }, custom)).toEqual({
      kind: 'quota',
      code: 'CPUS',
      summary: "the project's quota CPUS has 2 of 24 left in europe-west1, the lab needs 4",
      hint: 'another region (--region), or a smaller size (--size small); more: https://console.cloud.google.com/iam-admin/quotas?project=my-labs',
      retryable: false,
      holdsFor: 'region',
    });
    expect(await refused(withQuotas([quota('IN_USE_ADDRESSES', 4, 2)]), { count: 3 })).toMatchObject({ code: 'IN_USE_ADDRESSES' });
    expect(await refused(withQuotas([quota('CPUS', 24), quota('E2_CPUS', 8, 8)]))).toMatchObject({ code: 'E2_CPUS' });
    expect(await refused(withQuotas([], [quota('NETWORKS', 5, 5)]))).toMatchObject({ code: 'NETWORKS', hint: expect.stringContaining('--network default') as string });
    expect(await refused({ ...withQuotas([], [quota('CPUS_ALL_REGIONS', 12, 10)]), ...customType }, custom)).toMatchObject({ code: 'CPUS_ALL_REGIONS' });
    expect(await refused(withQuotas([quota('PREEMPTIBLE_CPUS', 1, 1)]), { spot: { enabled: true, maxPrice: null, fallback: 'fail', timeoutMs: 1 } })).toMatchObject({ code: 'PREEMPTIBLE_CPUS', holdsFor: 'spot', hint: expect.stringContaining('--no-spot') as string });
  });

  it('say nothing where they fit, are not listed, or are those of other machines', async () => {
    expect(await refused(withQuotas([quota('CPUS', 24, 20)]), { count: 4 })).toBeNull();
    expect(await refused(withQuotas([]))).toBeNull();
    expect(await refused(withQuotas([quota('CPUS', 0)]), { disk: { sizeGb: null, type: 'provisioned-iops', iops: null, throughput: null, encrypted: true } })).toBeNull();
    expect(await refused(withQuotas([quota('N4_CPUS', 1)]), { disk: { sizeGb: null, type: 'provisioned-iops', iops: null, throughput: null, encrypted: true } })).toMatchObject({ code: 'N4_CPUS' });
    expect(await refused(withQuotas([], [quota('NETWORKS', 5, 5)]), { network: 'default' })).toBeNull();
  });

  it('stop nothing where they cannot be read', async () => {
    expect(await refused({ [`GET ${home}`]: () => refusal(403, 'forbidden', "Required 'compute.projects.get' permission for 'projects/my-labs'") })).toBeNull();
  });

  it('come with a region that exists', async () => {
    const gone = { [`GET ${home}/regions/europe-west1`]: () => refusal(404, 'notFound', "The resource 'projects/my-labs/regions/europe-west1' was not found") };
    expect(await refused(gone)).toMatchObject({ kind: 'invalid-input', hint: 'gcloud compute regions list' });
  });
});
