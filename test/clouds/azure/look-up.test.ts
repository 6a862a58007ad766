import { afterEach, describe, expect, it } from 'vitest';
import { azureFacts } from '../../../src/clouds/azure/facts.ts';
import type { LookupAgain } from '../../../src/core/cloud.ts';
import type { StackPlan } from '../../../src/core/plan.ts';
import type { AzureSettings } from '../../../src/clouds/azure/settings.ts';
import { type Answers, type FakeSku, fedora, imageVersion, ok, type Opened, openFake, refuses, skus, usages } from './fake-arm.ts';
import { gallery, publicKey, stackPlan, subnetId, subscription, vnetId } from './stack-inputs.ts';

let opened: Opened | null = null;
afterEach(async () => {
  await opened?.close();
  opened = null;
});

async function lookUp(
  change: Partial<StackPlan> = {},
  answers: Answers = {},
  more: { readonly region?: string | null; readonly azure?: Partial<AzureSettings>; readonly spreadBy?: string; readonly cloudKeyName?: string; readonly again?: LookupAgain } = {},
) {
  await opened?.close();
  opened = await openFake(answers, more);
  const plan = stackPlan({ region: 'westeurope', ...change }, { subscriptionId: subscription, ...more.azure });
  return opened.api.lookup(plan, more.spreadBy ?? 'kernel-lab-x7k2p9', opened.emit, { cloudKeyName: more.cloudKeyName ?? null, again: more.again });
}

const refused = (change: Partial<StackPlan>, answers: Answers = {}, more = {}) => expect(lookUp(change, answers, more)).rejects;
const sizesOf = (...all: readonly FakeSku[]): Answers => ({ 'GET /providers/Microsoft.Compute/skus': () => skus(...all) });
const named = (type: string): Partial<StackPlan> => ({
  typeNamedByUser: true,
  instanceTypes: [{ ...azureFacts.instanceTypes[0]!, type, vcpu: null, memoryGb: null, hourlyPrice: null }],
});
const communityQuery = { cloud: 'azure', communityGallery: `${gallery}/versions/latest`, generation: 'V2' } as const;
const plan = { name: '9-gen2', product: 'almalinux-x86_64', publisher: 'almalinux' };
const sold = { 'GET /providers/Microsoft.Compute/locations/westeurope/publishers/Debian/artifacttypes/vmimage/offers/debian-12/skus/12-gen2/versions/0.20261110.2298': () => imageVersion({ plan }) };
const agreement = 'GET /providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine/publishers/almalinux/offers/almalinux-x86_64/plans/9-gen2/agreements/current';

describe('what a plan leaves open on Azure', () => {
  it('is pinned: subscription, zone, the newest exact version, the cheapest type', async () => {
    expect(await lookUp()).toEqual({
      account: subscription,
      region: 'westeurope',
      zone: expect.stringMatching(/^westeurope-[123]$/) as string,
      image: {
        id: 'Debian:debian-12:12-gen2:0.20261110.2298',
        name: null,
        owner: 'Debian',
        minDiskGb: 30,
        createdAt: null,
        features: ['V2', 'TrustedLaunch'],
      },
      instanceType: 'Standard_B2als_v2',
      vcpu: 2,
      memoryGb: 4,
      hourlyPrice: 0.0376,
      currency: 'USD',
      priceRegion: 'eastus',
      priceDate: '2026-06-18',
      networkIds: null,
      cloudKeyText: null,
    });
    expect(opened?.events).toEqual([]);
    expect(opened?.arm.asked).toContain("GET /providers/Microsoft.Compute/skus?$filter=location+eq+'westeurope'");
    expect(new Set(opened?.arm.authorizations)).toHaveProperty('size', 1);
  });

  it('is the same for the same session, and spread over the zones for many', async () => {
    const zones = new Set<string>();
    for (let index = 0; index < 12; index += 1) zones.add((await lookUp({}, {}, { spreadBy: `lab-${index}` })).zone);
    expect(zones.size).toBe(3);
    expect((await lookUp({}, {}, { spreadBy: 'lab-1' })).zone).toBe((await lookUp({}, {}, { spreadBy: 'lab-1' })).zone);
  });

  it('takes the nearest region where none is named, and says so', async () => {
    expect((await lookUp({ region: 'auto' }, {}, { region: null })).region).toBe('westeurope');
    expect(opened?.events).toEqual([{ type: 'fallback', from: 'auto', to: 'westeurope', reason: 'no location is configured for the Azure CLI; nearest of 3 measured: 12 ms' }]);
  });

  it('is looked for elsewhere the second time: not where it was sold out, first where Azure said, whatever addresses are in use by now', async () => {
    const full: Answers = { 'GET /providers/Microsoft.Network/locations/westeurope/usages': () => usages({ IPv4StandardSkuPublicIpAddresses: [20, 20] }) };
    const again = (soldOut: readonly string[], preferredZones: readonly string[] = [], answers: Answers = {}) =>
      lookUp({}, { ...full, ...answers }, { again: { soldOut: soldOut.map((zone) => ({ instanceType: 'Standard_B2als_v2', zone })), preferredZones } });
    // Azure's refusals count zones by number.
    expect(await again([], ['3'])).toMatchObject({ zone: 'westeurope-3', instanceType: 'Standard_B2als_v2' });
    expect(await again(['westeurope-1', 'westeurope-3'], ['3'])).toMatchObject({ zone: 'westeurope-2', instanceType: 'Standard_B2als_v2' });
    expect(await again(['westeurope-1', 'westeurope-2', 'westeurope-3'])).toMatchObject({ instanceType: 'Standard_B2ls_v2' });
    const zoneless = sizesOf({ name: 'Standard_B2als_v2', zones: [] }, { name: 'Standard_B2ls_v2', zones: [], family: 'standardBsv2Family' });
    expect(await again(['westeurope'], [], zoneless)).toMatchObject({ zone: 'westeurope', instanceType: 'Standard_B2ls_v2' });
  });

  it('takes no zone that is closed to the subscription', async () => {
    const closed = sizesOf({ name: 'Standard_B2als_v2', restrictions: [{ type: 'Zone', reasonCode: 'NotAvailableForSubscription', restrictionInfo: { zones: ['1', '3'] } }] });
    for (const spreadBy of ['lab-1', 'lab-2', 'lab-3', 'lab-4']) expect(await lookUp({}, closed, { spreadBy })).toMatchObject({ zone: 'westeurope-2' });
  });

  it('names no zone where the region has none', async () => {
    expect((await lookUp({}, sizesOf({ name: 'Standard_B2als_v2', zones: [] }))).zone).toBe('westeurope');
  });

  it("takes a zone by the region's number or in labtui's words, if the type is there", async () => {
    const offered = sizesOf({ name: 'Standard_D2_v3' }, { name: 'Standard_B2als_v2', restrictions: [{ type: 'Zone', reasonCode: 'NotAvailableForSubscription', restrictionInfo: { locations: ['westeurope'], zones: ['1'] } }] });
    expect((await lookUp({ zone: '3' }, offered)).zone).toBe('westeurope-3');
    expect((await lookUp({ zone: 'westeurope-2' }, offered)).zone).toBe('westeurope-2');
    await refused({ zone: '1' }, offered).toMatchObject({
      problem: { kind: 'capacity', hint: 'leave out --zone, or name one of these', detail: 'offered: Standard_B2als_v2 in westeurope-2, Standard_B2als_v2 in westeurope-3' },
    });
    await refused({ zone: '9' }, offered).toMatchObject({ problem: { kind: 'invalid-input', summary: 'westeurope has no zone "9" that the subscription may use', detail: 'zones: 1, 2, 3' } });
    await refused({ zone: '1' }, sizesOf({ name: 'Standard_B2als_v2', zones: [] })).toMatchObject({ problem: { kind: 'invalid-input', hint: 'leave out --zone' } });
  });
});

describe('the type', () => {
  it('is the next one where the first is not to be had, with the reason', async () => {
    const reasonFor = async (answers: Answers, change: Partial<StackPlan> = {}) => {
      expect((await lookUp(change, answers)).instanceType).toBe('Standard_B2ls_v2');
      return opened?.events.map((event) => ('reason' in event ? event.reason : event.type));
    };
    const second = { name: 'Standard_B2ls_v2', family: 'standardBsv2Family' };
    expect(await reasonFor(sizesOf(second))).toEqual(['Standard_B2als_v2 is not offered in westeurope']);
    const closed = [{ type: 'Location', reasonCode: 'NotAvailableForSubscription', restrictionInfo: { locations: ['westeurope'] } }];
    expect(await reasonFor(sizesOf({ name: 'Standard_B2als_v2', restrictions: closed }, second))).toEqual(['Standard_B2als_v2 may not be used by the subscription in westeurope (NotAvailableForSubscription)']);
    expect(await reasonFor(sizesOf({ name: 'Standard_B2als_v2', has: { HyperVGenerations: 'V1' } }, second))).toEqual(['Standard_B2als_v2 does not start images of generation V2']);
    const cores: Answers = { 'GET /providers/Microsoft.Compute/locations/westeurope/usages': () => usages({ cores: [4, 100], standardBasv2Family: [9, 10] }) };
    expect(await reasonFor(cores)).toEqual(['Standard_B2als_v2 does not fit the quota "standardBasv2Family" (1 of 10 left)']);
    expect(await reasonFor(sizesOf({ name: 'Standard_B2als_v2', has: { LowPriorityCapable: 'False' } }, second), { spot: { enabled: true, maxPrice: null, fallback: 'fail', timeoutMs: 1 } })).toEqual([
      'Standard_B2als_v2 is never a spot machine',
    ]);
  });

  it('that starts from NVMe alone is for images that say they can, or for who names it', async () => {
    const nvme = sizesOf({ name: 'Standard_B2als_v2', has: { DiskControllerTypes: 'NVMe' } });
    expect((await lookUp({}, nvme)).instanceType).toBe('Standard_B2als_v2');
    const silent = { ...nvme, 'GET /providers/Microsoft.Compute/locations/westeurope/publishers/Debian/artifacttypes/vmimage/offers/debian-12/skus/12-gen2/versions/0.20261110.2298': () => imageVersion({ features: [] }) };
    await refused({}, silent).toMatchObject({ problem: { kind: 'capacity' } });
    expect((await lookUp(named('Standard_B2als_v2'), silent)).instanceType).toBe('Standard_B2als_v2');
  });

  it('has trusted launch only where the size can do it, too', async () => {
    const found = await lookUp({}, sizesOf({ name: 'Standard_B2als_v2', has: { TrustedLaunchDisabled: 'True' } }));
    expect(found.image.features).toEqual(['V2']);
  });

  it('that the user named is filled in, or refused with what is wrong', async () => {
    expect(await lookUp(named('Standard_F8s_v2'), sizesOf({ name: 'Standard_F8s_v2', has: { vCPUs: '8', MemoryGB: '16' } }))).toMatchObject({ instanceType: 'Standard_F8s_v2', vcpu: 8, memoryGb: 16, hourlyPrice: null });
    await refused(named('Standard_B2alz_v2')).toMatchObject({
      problem: { kind: 'invalid-input', summary: 'Standard_B2alz_v2 is not offered in westeurope, did you mean "Standard_B2als_v2"?' },
    });
    await refused(named('Standard_D2pls_v6'), sizesOf({ name: 'Standard_D2pls_v6', has: { CpuArchitectureType: 'Arm64' } })).toMatchObject({ problem: { summary: 'Standard_D2pls_v6 is arm64, not amd64' } });
    await refused({ ...named('Standard_B2als_v2'), spot: { enabled: true, maxPrice: null, fallback: 'fail', timeoutMs: 1 } }, sizesOf({ name: 'Standard_B2als_v2', has: { LowPriorityCapable: 'False' } })).toMatchObject({
      problem: { kind: 'invalid-input', summary: 'Standard_B2als_v2 is never a spot machine', hint: '--no-spot, or another type (--instance-type)' },
    });
  });

  it('is nowhere in a region that the subscription does not know', async () => {
    await refused({}, { 'GET /providers/Microsoft.Compute/skus': () => ok({ value: [] }) }).toMatchObject({ problem: { kind: 'invalid-input', summary: 'the subscription cannot use the region westeurope', holdsFor: 'region' } });
  });
});

describe('the quota', () => {
  const compute = (limits: Parameters<typeof usages>[0]): Answers => ({ 'GET /providers/Microsoft.Compute/locations/westeurope/usages': () => usages(limits) });

  it('refuses what cannot fit: vCPUs of family and region, spot, addresses', async () => {
    await refused({ count: 3 }, compute({ cores: [97, 100] })).toMatchObject({
      problem: { kind: 'quota', summary: `the subscription's quota "Total Regional vCPUs" has 3 of 100 left in westeurope, the lab needs 6`, hint: expect.stringContaining('--size small') as string },
    });
    await refused({ ...named('Standard_B2als_v2'), count: 5 }, compute({ cores: [0, 100], STANDARDBASV2FAMILY: [2, 10] })).toMatchObject({
      problem: { kind: 'quota', hint: expect.stringContaining('another type (--instance-type)') as string },
    });
    await refused({ count: 2, spot: { enabled: true, maxPrice: null, fallback: 'fail', timeoutMs: 1 } }).toMatchObject({
      problem: { kind: 'quota', holdsFor: 'spot', summary: expect.stringContaining('"lowPriorityCores" has 3 of 3 left') as string, hint: expect.stringContaining('--no-spot') as string },
    });
    await refused({ count: 2 }, { 'GET /providers/Microsoft.Network/locations/westeurope/usages': () => usages({ PublicIPAddresses: [0, 50], IPv4StandardSkuPublicIpAddresses: [19, 20] }) }).toMatchObject({
      problem: { kind: 'quota', summary: expect.stringContaining('1 of 20 left') as string },
    });
  });

  it('stops nobody who may not read it', async () => {
    const unreadable = () => refuses(403, 'AuthorizationFailed', "The client 'x' does not have authorization to perform action 'Microsoft.Compute/locations/usages/read' over scope '/x'");
    expect(
      await lookUp({ count: 50 }, {
        'GET /providers/Microsoft.Compute/locations/westeurope/usages': unreadable,
        'GET /providers/Microsoft.Network/locations/westeurope/usages': unreadable,
      }),
    ).toMatchObject({ instanceType: 'Standard_B2als_v2' });
  });
});

describe('the image', () => {
  it("of a community's gallery is pinned to its newest version that counts as such", async () => {
    expect((await lookUp({ imageQuery: communityQuery })).image).toEqual({
      id: `${gallery}/versions/44.1.10`,
      name: null,
      owner: 'Fedora-5e266ba4-2250-406d-adad-5d73860d958f',
      minDiskGb: 5,
      createdAt: '2026-11-01T00:00:00Z',
      features: ['V2'],
    });
  });

  it('is missing in a region to which it was not replicated', async () => {
    await refused({ imageQuery: communityQuery }, { [`GET ${fedora}`]: () => refuses(404, 'GalleryImageNotFound') }).toMatchObject({
      problem: { kind: 'image', summary: 'no image of Debian 12 (amd64) was found in westeurope', detail: `asked: ${gallery}/versions/latest` },
    });
    await refused({ imagePin: 'Debian:debian-12:13-gen2:latest' }, { 'GET /providers/Microsoft.Compute/locations/westeurope/publishers/Debian/artifacttypes/vmimage/offers/debian-12/skus/13-gen2/versions': () => refuses(404, 'NotFound', 'Artifact: VMImage was not found.') }).toMatchObject({
      problem: { kind: 'image', summary: 'the image Debian:debian-12:13-gen2:latest was not found in westeurope' },
    });
  });

  it('of one\'s own comes by URN, from a gallery or as an image resource', async () => {
    expect((await lookUp({ imagePin: 'Debian:debian-12:12-gen2:0.20261110.2298' })).image.id).toBe('Debian:debian-12:12-gen2:0.20261110.2298');
    const own = '/resourceGroups/mine/providers/Microsoft.Compute/galleries/mine/images/arch';
    const inGallery: Answers = {
      [`GET ${own}`]: () => ok({ properties: { hyperVGeneration: 'V2', architecture: 'x64', features: [{ name: 'SecurityType', value: 'TrustedLaunch' }] } }),
      [`GET ${own}/versions`]: () =>
        ok({
          value: [
            { name: '1.0.9', properties: { publishingProfile: { targetRegions: [{ name: 'West Europe' }] } } },
            { name: '1.0.10', properties: { publishingProfile: { targetRegions: [{ name: 'East US' }] } } },
          ],
        }),
      [`GET ${own}/versions/1.0.9`]: () => ok({ name: '1.0.9', properties: { publishingProfile: { publishedDate: '2026-10-01T00:00:00Z' }, storageProfile: { osDiskImage: { sizeInGB: 10 } } } }),
    };
    expect((await lookUp({ imagePin: `subscriptions/${subscription}${own}` }, inGallery)).image).toMatchObject({ id: `/subscriptions/${subscription}${own}/versions/1.0.9`, minDiskGb: 10, features: ['V2', 'TrustedLaunch'] });
    const resource = '/resourceGroups/mine/providers/Microsoft.Compute/images/arch';
    const image = (location: string): Answers => ({ [`GET ${resource}`]: () => ok({ location, properties: { hyperVGeneration: 'V2', storageProfile: { osDisk: { diskSizeGB: 8 } } } }) });
    expect((await lookUp({ imagePin: `subscriptions/${subscription}${resource}` }, image('westeurope'))).image).toMatchObject({ id: `/subscriptions/${subscription}${resource}`, minDiskGb: 8, features: ['V2'] });
    await refused({ imagePin: `subscriptions/${subscription}${resource}` }, image('eastus')).toMatchObject({ problem: { kind: 'image', hint: '--region eastus' } });
    await refused({ imagePin: 'debian-12' }).toMatchObject({ problem: { kind: 'invalid-input', summary: `"debian-12" is no image of Azure's` } });
  });

  it('is refused for another architecture, and where the distro has none', async () => {
    await refused({ arch: 'arm64' }).toMatchObject({ problem: { kind: 'invalid-input', summary: 'the image Debian:debian-12:12-gen2:0.20261110.2298 is for amd64, not arm64' } });
    await refused({ imageQuery: null }).toMatchObject({ problem: { kind: 'image', hint: expect.stringContaining('bring your own') as string } });
  });

  it('that is sold needs its terms accepted, with the command; where nobody can tell it goes on', async () => {
    await refused({}, { ...sold, [agreement]: () => ok({ properties: { accepted: false, licenseTextLink: 'https://example.com/terms.txt' } }) }).toMatchObject({
      problem: { kind: 'terms', hint: 'az vm image terms accept --urn Debian:debian-12:12-gen2:0.20261110.2298', detail: 'they are at https://example.com/terms.txt' },
    });
    expect((await lookUp({}, { ...sold, [agreement]: () => ok({ properties: { accepted: true } }) })).image).toMatchObject({ purchasePlan: plan, notes: expect.stringContaining('Marketplace') as string });
    expect((await lookUp({}, { ...sold, [agreement]: () => refuses(403, 'AuthorizationFailed') })).image.purchasePlan).toEqual(plan);
  });

  it('that is going out of support is warned of', async () => {
    const version = 'GET /providers/Microsoft.Compute/locations/westeurope/publishers/Debian/artifacttypes/vmimage/offers/debian-12/skus/12-gen2/versions/0.20261110.2298';
    await lookUp({}, { [version]: () => imageVersion({ imageDeprecationStatus: { imageState: 'ScheduledForDeprecation', scheduledDeprecationTime: '2027-01-31T00:00:00Z' } }) });
    expect(opened?.events).toEqual([{ type: 'log', level: 'warn', message: 'the image Debian:debian-12:12-gen2:0.20261110.2298 is to be deprecated on 2027-01-31' }]);
  });
});

describe('network, key and login user', () => {
  it("takes the user's subnet and its region", async () => {
    const azure = { subnetId };
    expect(await lookUp({ region: 'auto' }, {}, { region: null, azure })).toMatchObject({ region: 'westeurope', networkIds: { vpcId: vnetId, subnetId } });
    await refused({ region: 'eastus' }, {}, { azure }).toMatchObject({ problem: { kind: 'invalid-input', summary: 'azure.subnetId is in westeurope, not in eastus' } });
    await refused({}, {}, { azure: { subnetId: vnetId } }).toMatchObject({ problem: { kind: 'invalid-input', hint: expect.stringContaining('/subnets/SUBNET') as string } });
    await refused({}, {}, { azure: { subnetId: subnetId.replace(subscription, '99999999-2222-4333-8444-555555555555') } }).toMatchObject({ problem: { hint: 'azure.subscriptionId: 99999999-2222-4333-8444-555555555555' } });
    await refused({}, { [`GET ${subnetId.slice(`/subscriptions/${subscription}`.length)}`]: () => refuses(404, 'NotFound') }, { azure }).toMatchObject({ problem: { kind: 'invalid-input', summary: expect.stringContaining('no such subnet') as string } });
  });

  it('reads a key that Azure keeps, by its name', async () => {
    const keys = (...all: readonly object[]): Answers => ({ 'GET /providers/Microsoft.Compute/sshPublicKeys': () => ok({ value: all }) });
    const key = (group: string) => ({ id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/sshPublicKeys/Team`, name: 'Team', properties: { publicKey: `${publicKey}\r\n` } });
    expect((await lookUp({}, keys(key('a')), { cloudKeyName: 'team' })).cloudKeyText).toBe(publicKey);
    await refused({}, keys(key('a'), key('b')), { cloudKeyName: 'team' }).toMatchObject({ problem: { kind: 'invalid-input', summary: 'ssh.key: there are 2 SSH keys "team", in the groups a, b' } });
    await refused({}, keys(), { cloudKeyName: 'team' }).toMatchObject({ problem: { kind: 'invalid-input', hint: 'az sshkey list --output table   or ssh.key: generate' } });
  });

  it('reads a key that Azure keeps by its id, and lists none for it', async () => {
    const id = `/subscriptions/${subscription}/resourceGroups/a/providers/Microsoft.Compute/sshPublicKeys/Team`;
    const one = { 'GET /resourceGroups/a/providers/Microsoft.Compute/sshPublicKeys/Team': () => ok({ id, name: 'Team', properties: { publicKey } }) };
    expect((await lookUp({}, one, { cloudKeyName: id.toLowerCase().replace('/team', '/Team').replace('microsoft.compute/sshpublickeys', 'Microsoft.Compute/sshPublicKeys') })).cloudKeyText).toBe(publicKey);
    expect(opened?.arm.asked.filter((asked) => asked.includes('sshPublicKeys'))).toHaveLength(1);
    const gone = { 'GET /resourceGroups/a/providers/Microsoft.Compute/sshPublicKeys/Team': () => refuses(404, 'ResourceNotFound') };
    await refused({}, gone, { cloudKeyName: id }).toMatchObject({ problem: { kind: 'invalid-input', summary: expect.stringContaining('there is no such SSH key') as string } });
    await refused({}, {}, { cloudKeyName: vnetId }).toMatchObject({ problem: { kind: 'invalid-input', summary: expect.stringContaining("is no SSH key's id") as string } });
  });

  it('refuses a reserved login user before it asks anybody anything', async () => {
    await refused({ user: 'admin' }).toMatchObject({ problem: { kind: 'invalid-input', hint: '--set ssh.user=lab' } });
    expect(opened?.arm.asked).toEqual([]);
  });
});

describe('the subscription', () => {
  it('must be registered for what a lab needs; the commands are named', async () => {
    const not = () => ok({ registrationState: 'NotRegistered' });
    await refused({}, { 'GET /providers/Microsoft.Network': not, 'GET /providers/Microsoft.Storage': not }).toMatchObject({
      problem: {
        kind: 'prerequisite',
        summary: 'the subscription is not registered for Microsoft.Network and Microsoft.Storage yet',
        hint: 'az provider register --namespace Microsoft.Network --wait && az provider register --namespace Microsoft.Storage --wait',
      },
    });
    for (const namespace of ['Compute', 'Network', 'Storage']) {
      await refused({}, { [`GET /providers/Microsoft.${namespace}`]: not }).toMatchObject({ problem: { kind: 'prerequisite', hint: `az provider register --namespace Microsoft.${namespace} --wait` } });
    }
    await lookUp({}, { 'GET /providers/Microsoft.Network': () => refuses(403, 'AuthorizationFailed') });
  });

  it('must be one that can be written to', async () => {
    await refused({}, { 'GET /': () => ok({ subscriptionId: subscription, displayName: 'Trial', state: 'Disabled' }) }).toMatchObject({ problem: { kind: 'permission', summary: 'the subscription Trial is disabled: it can only be read' } });
    await refused({}, { 'GET /': () => refuses(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`) }).toMatchObject({ problem: { kind: 'credentials', code: 'SubscriptionNotFound' } });
  });
});
