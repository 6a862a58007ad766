import { describe, expect, it } from 'vitest';
import { awsFacts } from '../../../src/clouds/aws/facts.ts';
import { listMarked, type MarkedSearch } from '../../../src/clouds/aws/list-marked.ts';
import { awsError, type Ec2Answers, fakeEc2, filterOf } from './fake-ec2.ts';

const kinds = ['Instances', 'Volumes', 'Snapshots', 'SecurityGroups', 'Vpcs', 'Subnets', 'InternetGateways', 'RouteTables', 'NetworkInterfaces', 'SpotInstanceRequests', 'KeyPairs', 'Addresses'];
const nothing: Ec2Answers = Object.fromEntries(kinds.map((what) => [`Describe${what}`, () => ({})]));
const tagsOf = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const mine = tagsOf({ labtui: 'true', Name: 'lab', 'labtui-session-id': 'lab-a2b3c4', 'labtui-owner': 'ada@desk', 'labtui-timestamp': '2026-11-20T10:00:00.000Z', 'labtui-expires': '2026-11-20T14:00:00.000Z' });
const refuses = (code: string) => () => {
  throw awsError(code, 'You are not authorized to perform this operation.');
};
const regionsAre = (statuses: Readonly<Record<string, string>>) => () => ({ Regions: Object.entries(statuses).map(([RegionName, OptInStatus]) => ({ RegionName, OptInStatus })) });

/** An account, by what each region answers. */
function account(regions: Readonly<Record<string, Ec2Answers>>) {
  const asked: { region: string; command: string; marker: readonly string[] }[] = [];
  let [open, most] = [0, 0];
  const during: MarkedSearch['during'] = async (region, work) => {
    most = Math.max(most, (open += 1));
    const { ec2, asked: here } = fakeEc2(regions[region] ?? { ...nothing, DescribeRegions: refuses('AuthFailure') });
    try {
      return await work(ec2);
    } finally {
      open -= 1;
      asked.push(...here.map(({ command, input }) => ({ region, command, marker: filterOf(input, 'tag:labtui') })));
    }
  };
  return { during, asked, most: () => most };
}
const search = (during: MarkedSearch['during'], askFirst = ['eu-west-1', 'us-east-1']): MarkedSearch => ({ during, askFirst });

describe("the listing of what carries labtui's marker", () => {
  it('asks every service of every region that is enabled, some at a time, and no other', async () => {
    const open = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`xx-west-${n}`, n % 2 === 0 ? 'opt-in-not-required' : 'opted-in']));
    const all = { ...nothing, DescribeRegions: regionsAre({ ...open, 'me-south-1': 'not-opted-in' }) };
    const { during, asked, most } = account(Object.fromEntries(['eu-west-1', ...Object.keys(open)].map((region) => [region, all])));
    const listing = await listMarked('everywhere', search(during));
    expect(listing).toEqual({ found: [], regions: Object.keys(open), unanswered: [] });
    for (const region of Object.keys(open)) expect(asked.filter((call) => call.region === region).map(({ command }) => command).sort()).toEqual(Object.keys(nothing).sort());
    expect(asked.filter(({ command }) => command !== 'DescribeRegions').every(({ marker }) => marker[0] === 'true')).toBe(true);
    expect(asked.some(({ region }) => region === 'me-south-1')).toBe(false);
    expect(most()).toBe(6);
  });

  it('tells of each what its tags say, and passes nothing on that lacks the marker, whatever EC2 made of the filter', async () => {
    const region = {
      ...nothing,
      DescribeRegions: regionsAre({ 'eu-west-1': 'opt-in-not-required' }),
      DescribeInstances: () => ({ Reservations: [{ Instances: [{ InstanceId: 'i-1', Tags: mine }, { InstanceId: 'i-2', Tags: tagsOf({ labtui: 'false' }) }, { InstanceId: 'i-3' }] }] }),
      DescribeVpcs: () => ({ Vpcs: [{ VpcId: 'vpc-1', Tags: tagsOf({ labtui: 'true' }) }] }),
    };
    const { found } = await listMarked(['eu-west-1'], search(account({ 'eu-west-1': region }).during));
    const common = { region: 'eu-west-1', seenBy: 'listing' };
    expect(found).toEqual([
      { type: 'aws_instance', id: 'i-1', name: 'lab', ...common, sessionId: 'lab-a2b3c4', owner: 'ada@desk', createdAt: '2026-11-20T10:00:00.000Z', expiresAt: '2026-11-20T14:00:00.000Z' },
      { type: 'aws_vpc', id: 'vpc-1', name: null, ...common, sessionId: null, owner: null, createdAt: null, expiresAt: null },
    ]);
  });

  it('names regions that are closed, forbidden or out of reach, shows nothing of half a region, and all of the others', async () => {
    const has = { ...nothing, DescribeVpcs: () => ({ Vpcs: [{ VpcId: 'vpc-1', Tags: mine }] }) };
    const unreachable = () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND ec2.eu-north-1.amazonaws.com'), { code: 'ENOTFOUND' });
    };
    const { during, asked } = account({
      'eu-west-1': { ...has, DescribeRegions: regionsAre({ 'eu-west-1': 'opt-in-not-required', 'me-south-1': 'not-opted-in' }) },
      'us-west-2': { ...has, DescribeVolumes: refuses('UnauthorizedOperation') },
      'eu-north-1': { ...has, DescribeInstances: unreachable },
    });
    const listing = await listMarked(['me-south-1', 'us-west-2', 'eu-west-1', 'eu-north-1', 'eu-west-1'], search(during));
    expect(listing.regions).toEqual(['eu-west-1']);
    expect(listing.found.map(({ id, region }) => [id, region])).toEqual([['vpc-1', 'eu-west-1']]);
    expect(listing.unanswered.map(({ region, problem: { kind } }) => [region, kind])).toEqual([
      ['me-south-1', 'permission'],
      ['us-west-2', 'permission'],
      ['eu-north-1', 'network'],
    ]);
    expect(listing.unanswered[0]?.problem.hint).toContain('aws account enable-region --region-name me-south-1');
    expect(asked.some(({ region }) => region === 'me-south-1')).toBe(false);
  });

  it('without knowing what is enabled looks where nothing has to be, and says so', async () => {
    const usual = awsFacts.regions.filter(({ usable, optIn }) => usable && !optIn).map(({ id }) => id);
    const { during } = account(Object.fromEntries(usual.map((region) => [region, { ...nothing, DescribeRegions: refuses('UnauthorizedOperation') }])));
    const listing = await listMarked('everywhere', search(during));
    expect(listing.regions).toEqual(usual);
    expect(listing.unanswered).toEqual([{ region: null, problem: expect.objectContaining({ kind: 'permission', summary: expect.stringContaining('ec2:DescribeRegions') as string }) as unknown }]);
    // Whoever named the regions did not ask which there are.
    expect((await listMarked([usual[0] ?? ''], search(during))).unanswered).toEqual([]);
  });

  it('asks the next region which there are where the first is closed or forbidden', async () => {
    const east = { ...nothing, DescribeRegions: regionsAre({ 'us-east-1': 'opt-in-not-required' }) };
    expect((await listMarked('everywhere', search(account({ 'us-east-1': east }).during))).regions).toEqual(['us-east-1']);
    const forbidden = { 'eu-west-1': { DescribeRegions: refuses('UnauthorizedOperation') }, 'us-east-1': east };
    expect((await listMarked('everywhere', search(account(forbidden).during))).regions).toEqual(['us-east-1']);
  });

  it('is none where nobody is known anywhere: the credentials are bad', async () => {
    const unknown = Object.fromEntries([...kinds.map((what) => `Describe${what}`), 'DescribeRegions'].map((command) => [command, refuses('AuthFailure')]));
    const { during } = account({ 'eu-west-1': unknown, 'us-east-1': unknown });
    await expect(listMarked('everywhere', search(during))).rejects.toMatchObject({ problem: { kind: 'credentials' } });
    await expect(listMarked(['eu-west-1'], search(during))).rejects.toMatchObject({ problem: { kind: 'credentials' } });
  });

  it("lets a bug of labtui's own through", async () => {
    const broken = { ...nothing, DescribeRegions: regionsAre({}), DescribeVpcs: () => ({ Vpcs: 42 }) };
    await expect(listMarked(['eu-west-1'], search(account({ 'eu-west-1': broken }).during))).rejects.toBeInstanceOf(TypeError);
  });
});
