import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { descriptionOf } from '../../../src/clouds/gcp/description.ts';
import { labelsOf, tagsText } from '../../../src/clouds/gcp/labels.ts';
import { type FakeCompute, fakeCompute, refusal } from './fake-compute.ts';

let compute: FakeCompute;

beforeEach(async () => {
  compute = await fakeCompute();
});
afterEach(() => compute.close());

describe("what carries labtui's marker", () => {
  const link = (path: string) => `https://www.googleapis.com/compute/v1/projects/my-labs/${path}`;
  const at = (path: string, more: object = {}) => ({ name: path.slice(path.lastIndexOf('/') + 1), selfLink: link(path), ...more });
  const tags = (session: string, expiresAt: string, owner = 'ada@desk') => ({ labtui: 'true', 'labtui-session-id': session, 'labtui-timestamp': '2026-11-20T10:00:00.000Z', 'labtui-expires': expiresAt, 'labtui-owner': owner });
  const [noon, night] = ['2026-11-20T12:00:00.000Z', '2026-11-20T23:00:00.000Z'];
  const labels = (session: string, expiresAt: string) => ({ labels: labelsOf(tags(session, expiresAt)) });
  const described = (session: string, expiresAt: string) => ({ description: descriptionOf(tags(session, expiresAt)) });
  const onDisk = { labels: labelsOf({ labtui: 'true', 'labtui-session-id': 'one-aaaaaa' }) };
  const network = (name: string, region: string, more: object) => at(`global/networks/${name}`, { subnetworks: [link(`regions/${region}/subnetworks/${name}`)], ...more });

  /** `one` has been given until the night, and has a machine; of `two` in Iowa nothing but its network is left; the rest is not labtui's. */
  const twoLabs = (): void => {
    const items = (kind: string, scopes: Readonly<Record<string, readonly object[]>>) =>
      compute.routes.set(`GET projects/my-labs/aggregated/${kind}`, () => ({ items: { 'zones/asia-east1-a': { warning: { code: 'NO_RESULTS_ON_PAGE' } }, ...Object.fromEntries(Object.entries(scopes).map(([scope, of]) => [scope, { [kind]: of }])) } }));
    items('instances', { 'zones/europe-west1-b': [at('zones/europe-west1-b/instances/one-aaaaaa-gcp', labels('one-aaaaaa', night)), at('zones/europe-west1-b/instances/stranger', { labels: { team: 'x' } })] });
    items('disks', { 'zones/europe-west1-b': [at('zones/europe-west1-b/disks/one-aaaaaa-gcp', onDisk)] });
    items('subnetworks', {
      'regions/europe-west1': [at('regions/europe-west1/subnetworks/one-aaaaaa-gcp', { ...described('one-aaaaaa', noon), network: link('global/networks/one-aaaaaa-gcp') })],
      'regions/us-central1': [
        at('regions/us-central1/subnetworks/two-bbbbbb-gcp', { ...described('two-bbbbbb', noon), network: link('global/networks/two-bbbbbb-gcp') }),
        at('regions/us-central1/subnetworks/by-hand', { network: link('global/networks/two-bbbbbb-gcp') }),
      ],
    });
    compute.routes.set('GET projects/my-labs/global/firewalls', () => ({
      items: [at('global/firewalls/two-bbbbbb-gcp', { ...described('two-bbbbbb', noon), network: link('global/networks/two-bbbbbb-gcp') }), at('global/firewalls/one-aaaaaa-gcp', { description: 'mine', network: link('global/networks/default') })],
    }));
    compute.routes.set('GET projects/my-labs/global/networks', () => ({
      items: [network('one-aaaaaa-gcp', 'europe-west1', described('one-aaaaaa', noon)), network('two-bbbbbb-gcp', 'us-central1', described('two-bbbbbb', noon)), at('global/networks/default', { description: 'Default network for the project' })],
    }));
  };
  const short = ({ type, id }: { readonly type: string; readonly id: string }) => `${type.replace('google_compute_', '')} ${id.replace('projects/my-labs/', '')}`;
  const listed = async (regions: readonly string[] | 'everywhere' = 'everywhere') => (await (await compute.open()).listMarked?.(regions))!;

  it('is known by label, or by description where there can be none; what a disk does not tell, its session does', async () => {
    twoLabs();
    const { found, regions, unanswered } = await listed();
    expect([regions, unanswered]).toEqual([[null], []]);
    expect(found.map((one) => [short(one), one.sessionId, one.owner, one.expiresAt])).toEqual([
      ['instance zones/europe-west1-b/instances/one-aaaaaa-gcp', 'one-aaaaaa', 'ada@desk', night],
      ['disk zones/europe-west1-b/disks/one-aaaaaa-gcp', 'one-aaaaaa', 'ada@desk', night],
      ['firewall global/firewalls/two-bbbbbb-gcp', 'two-bbbbbb', 'ada@desk', noon],
      ['subnetwork regions/europe-west1/subnetworks/one-aaaaaa-gcp', 'one-aaaaaa', 'ada@desk', night],
      ['subnetwork regions/us-central1/subnetworks/two-bbbbbb-gcp', 'two-bbbbbb', 'ada@desk', noon],
      ['network global/networks/one-aaaaaa-gcp', 'one-aaaaaa', 'ada@desk', night],
      ['network global/networks/two-bbbbbb-gcp', 'two-bbbbbb', 'ada@desk', noon],
    ]);
    const asked = compute.asked.find(({ path }) => path.endsWith('aggregated/instances'))?.query;
    expect(asked).toMatchObject({ filter: 'labels.labtui = "true"', returnPartialSuccess: 'true' });
  });

  it('in one region is not the network of another, though networks are in none', async () => {
    twoLabs();
    const { found, regions } = await listed(['us-central1']);
    expect(regions).toEqual(['us-central1']);
    expect(found.map(short)).toEqual(['firewall global/firewalls/two-bbbbbb-gcp', 'subnetwork regions/us-central1/subnetworks/two-bbbbbb-gcp', 'network global/networks/two-bbbbbb-gcp']);
  });

  it('has no deadline from a description while a machine that says another may be out of sight', async () => {
    twoLabs();
    compute.routes.set('GET projects/my-labs/aggregated/disks', () => ({ items: { 'zones/asia-east1-a': { warning: { code: 'UNREACHABLE' } } } }));
    compute.routes.set('GET projects/my-labs/aggregated/addresses', () => ({ unreachables: ['projects/my-labs/regions/us-east1'] }));
    const everywhere = await listed();
    expect(everywhere.unanswered.map(({ region, problem }) => [region, problem.kind])).toEqual([['asia-east1', 'network'], ['us-east1', 'network']]);
    expect(new Set(everywhere.found.map(({ sessionId, owner, expiresAt }) => `${sessionId ?? ''} ${owner ?? ''} ${expiresAt ?? '-'}`))).toEqual(new Set([`one-aaaaaa ada@desk ${night}`, 'two-bbbbbb ada@desk -']));
    const some = await listed(['europe-west1', 'us-east1']);
    expect([some.regions, some.unanswered.map(({ region }) => region)]).toEqual([['europe-west1'], ['us-east1']]);
    // A session's own listing is none where its region is not whole.
    await expect((await compute.open({ region: 'asia-east1' })).listBySession('one-aaaaaa')).rejects.toMatchObject({ problem: { kind: 'network', summary: expect.stringContaining('asia-east1') as string } });
  });

  it('of a network from before descriptions told it is its name, beside what else its session has', async () => {
    const older = network('one-aaaaaa-gcp', 'europe-west1', { description: 'labtui session' });
    const subnet = at('regions/europe-west1/subnetworks/one-aaaaaa-gcp', { network: link('global/networks/one-aaaaaa-gcp') });
    const byHand = at('regions/europe-west1/subnetworks/one-aaaaaa-gcp-mine', { network: link('global/networks/one-aaaaaa-gcp') });
    compute.routes.set('GET projects/my-labs/global/networks', () => ({ items: [older, network('three-cccccc-gcp', 'europe-west1', { description: 'labtui session' })] }));
    compute.routes.set('GET projects/my-labs/aggregated/subnetworks', () => ({ items: { 'regions/europe-west1': { subnetworks: [subnet, byHand] } } }));
    compute.routes.set('GET projects/my-labs/global/firewalls', () => ({ items: [at('global/firewalls/one-aaaaaa-gcp', { description: 'SSH to a labtui session', network: link('global/networks/one-aaaaaa-gcp') })] }));
    expect((await listed()).found).toEqual([]);
    compute.routes.set('GET projects/my-labs/aggregated/instances', () => ({ items: { 'zones/europe-west1-b': { instances: [at('zones/europe-west1-b/instances/one-aaaaaa-gcp', labels('one-aaaaaa', noon))] } } }));
    const { found } = await listed();
    expect(found.map(short)).toEqual([
      'instance zones/europe-west1-b/instances/one-aaaaaa-gcp',
      'firewall global/firewalls/one-aaaaaa-gcp',
      'subnetwork regions/europe-west1/subnetworks/one-aaaaaa-gcp',
      'network global/networks/one-aaaaaa-gcp',
    ]);
    expect(new Set(found.map(({ expiresAt, owner }) => `${expiresAt ?? ''} ${owner ?? ''}`))).toEqual(new Set([`${noon} ada@desk`]));
  });

  it('is told exactly by the metadata where a label had to be cut', async () => {
    const owner = `Team ${'Kernel '.repeat(20)}`;
    const long = tags('one-aaaaaa', 'never', owner);
    const machine = at('zones/europe-west1-b/instances/one-aaaaaa-gcp', { labels: labelsOf(long), metadata: { items: [{ key: 'labtui-tags', value: tagsText(long) }, { key: 'empty' }] } });
    compute.routes.set('GET projects/my-labs/aggregated/instances', () => ({ items: { 'zones/europe-west1-b': { instances: [machine] } } }));
    expect((await listed()).found).toMatchObject([{ owner, expiresAt: 'never', createdAt: '2026-11-20T10:00:00.000Z' }]);
  });

  it('is not known at all where the project does not answer', async () => {
    compute.routes.set('GET projects/my-labs/global/firewalls', () => refusal(403, 'forbidden', "Required 'compute.firewalls.list' permission for 'projects/my-labs'"));
    await expect(listed()).rejects.toMatchObject({ problem: { kind: 'permission' } });
  });
});
