import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { overrideFlags } from '../../src/input/override-flags.ts';
import { applyOverrides, overrides, overridesFromEnvironment } from '../../src/input/overrides.ts';
import { profileClouds } from '../support/profile-schema.ts';
import { problemOf } from './temporary-places.ts';

const places = { cwd: '/lab', home: '/home/ada', environment: {}, clouds: profileClouds };
const flags = (values: Readonly<Record<string, unknown>>): unknown => applyOverrides(values, places).value;
const variables = (environment: Readonly<Record<string, string>>): unknown => overridesFromEnvironment({ ...places, environment }).value;

/** One row for each form of each flag: name, what the command line or the variable holds, the part of the profile it makes. */
const forms: readonly (readonly [flag: string, given: string | readonly string[], profile: unknown])[] = [
  ['--distro', 'fedora@44', { distro: 'fedora@44' }],
  ['--distro', ['fedora', 'debian@12,arch'], { distro: ['fedora', 'debian@12', 'arch'] }],
  ['--cloud', 'aws:eu-west-1, gcp', { cloud: ['aws:eu-west-1', 'gcp'] }],
  ['--size', 'large', { size: 'large' }],
  ['--instance-type', 't3.large', { instanceType: 't3.large' }],
  ['--instance-type', ['aws=t3.large,gcp=e2-medium'], { instanceType: { aws: 't3.large', gcp: 'e2-medium' } }],
  ['--arch', 'arm64,amd64', { arch: ['arm64', 'amd64'] }],
  ['--image', 'Canonical:ubuntu-24_04-lts:server:latest', { image: 'Canonical:ubuntu-24_04-lts:server:latest' }],
  ['--image', 'aws=ami-0123456789abcdef0', { image: { aws: 'ami-0123456789abcdef0' } }],
  ['--region', ['aws=eu-west-1', 'gcp=europe-west3'], { region: { aws: 'eu-west-1', gcp: 'europe-west3' } }],
  ['--zone', 'eu-west-1a', { zone: 'eu-west-1a' }],
  ['--count', '3', { count: 3 }],
  ['--disk', '40', { disk: { sizeGb: 40 } }],
  ['--disk', '40g', { disk: { sizeGb: 40 } }],
  ['--disk', '40GB', { disk: { sizeGb: 40 } }],
  ['--max-price', '.05', { spot: { maxPrice: 0.05 } }],
  ['--ttl', '2h', { ttl: '2h' }],
  ['--ttl', 'none', { ttl: null }],
  ['--name', 'kernel-lab', { name: 'kernel-lab' }],
  ['--name', '007', { name: '007' }],
  ['--tag', ['team=kernel,cost=a=b', 'empty='], { tags: { team: 'kernel', cost: 'a=b', empty: '' } }],
  ['--user-data', './init.sh', { userData: { file: '/lab/init.sh' } }],
  ['--user-data', '~/init.sh', { userData: { file: '/home/ada/init.sh' } }],
  ['--allow-from', '198.51.100.7,203.0.113.0/24', { ssh: { allowFrom: ['198.51.100.7', '203.0.113.0/24'] } }],
  ['--allow-from', 'auto', { ssh: { allowFrom: 'auto' } }],
  ['--ssh-key', 'keys/id.pub', { ssh: { key: '/lab/keys/id.pub' } }],
  ['--ssh-key', 'my-cloud-key', { ssh: { key: 'my-cloud-key' } }],
  ['--network', 'default', { network: 'default' }],
  ['--set', 'ssh.port=2222', { ssh: { port: 2222 } }],
  ['--set', ['ssh.allowFrom=[198.51.100.7, 203.0.113.0/24],ttl=2h', 'tags.cost.center=24.10'], { ssh: { allowFrom: ['198.51.100.7', '203.0.113.0/24'] }, ttl: '2h', tags: { 'cost.center': '24.10' } }],
  ['--set', 'ssh={port: 2222, user: ada}', { ssh: { port: 2222, user: 'ada' } }],
  ['--set', 'ssh.proxyCommand=nc -X 5, %h %p', { ssh: { proxyCommand: 'nc -X 5, %h %p' } }],
  ['--set', 'region.aws=eu-west-1', { region: { aws: 'eu-west-1' } }],
  ['--set', 'image=null', { image: null }],
];

describe('the flags that override a profile', () => {
  it('are those of the contract, each with a twin', () => {
    expect(overrides.map(({ flag }) => flag).join(' ')).toBe(
      '--distro --cloud --size --instance-type --arch --image --region --zone --count --disk --spot --max-price --ttl --name --tag --user-data --allow-from --ssh-key --network --set',
    );
    expect(overrideFlags.get('instance-type')).toMatchObject({ key: 'instanceType', env: 'LABTUI_INSTANCE_TYPE', argument: 'TYPE', list: true });
    expect(overrideFlags.get('spot')).toMatchObject({ key: 'spot', env: 'LABTUI_SPOT', argument: null, list: false });
    expect(overrides.filter(({ flag }) => flag !== '--spot' && !forms.some(([form]) => form === flag))).toEqual([]);
  });

  it.each(forms)('%s %j', (flag, given, profile) => {
    const row = overrides.find((override) => override.flag === flag)!;
    expect(flags({ [row.key]: given })).toEqual(profile);
    expect(variables({ [row.env]: [given].flat().join(',') })).toEqual(profile);
  });

  it('--spot and --no-spot are a switch, its variable says yes or no', () => {
    expect([flags({ spot: true }), flags({ spot: false }), flags({ spot: undefined })]).toEqual([{ spot: { enabled: true } }, { spot: { enabled: false } }, {}]);
    expect(['1', 'true', '0', 'false', ''].map((text) => variables({ LABTUI_SPOT: text }))).toEqual([
      { spot: { enabled: true } },
      { spot: { enabled: true } },
      { spot: { enabled: false } },
      { spot: { enabled: false } },
      {},
    ]);
  });

  it('work together on one mapping, and --set wins', () => {
    const layer = applyOverrides({ sshKey: 'mine', allowFrom: '10.0.0.0/8', set: ['ssh={port: 2222}', 'ttl=2h'], ttl: '1h' }, places);
    expect(layer.value).toEqual({ ssh: { key: 'mine', allowFrom: '10.0.0.0/8', port: 2222 }, ttl: '2h' });
    expect([['ssh', 'key'], ['ssh', 'port'], ['ttl']].map((path) => layer.sourceOf(path).name)).toEqual(['--ssh-key', '--set', '--set']);
  });
});

describe('a bad value', () => {
  const bad: readonly (readonly [values: Readonly<Record<string, unknown>>, summary: string, detail?: string])[] = [
    [{ ttl: '5x' }, '--ttl 5x: expected a duration such as 15m, 4h or 2d, from 15m to 30d, or none'],
    [{ count: 'many' }, '--count many: expected a whole number'],
    [{ count: '1000' }, '--count 1000: expected at most 100, got 1000'],
    [{ disk: '40TB' }, '--disk 40TB: expected a size in GB such as 40'],
    [{ maxPrice: 'cheap' }, '--max-price cheap: expected a price per hour such as 0.05'],
    [{ distro: '' }, '--distro: must not be empty'],
    [{ cloud: ['aws', 'asw'] }, '--cloud aws,asw: unknown cloud "asw", did you mean "aws"? (known: aws, azure, gcp, digitalocean, hetzner, linode, libvirt, local)'],
    [{ arch: 'arm46' }, '--arch arm46: unknown value "arm46", did you mean "arm64"?', 'allowed here: amd64, arm64'],
    [{ network: 'isloated' }, '--network isloated: unknown value "isloated", did you mean "isolated"?', 'allowed here: isolated, default'],
    [{ region: 'asw=eu-west-1' }, '--region asw=eu-west-1: unknown cloud "asw", did you mean "aws"?', 'allowed here: aws, azure, gcp, digitalocean, hetzner, linode, libvirt, local'],
    [{ region: 'eu-west-1,us-east-1' }, '--region eu-west-1,us-east-1: expected one value, or one for each cloud such as aws=...'],
    [{ region: 'aws=eu-west-1,us-east-1' }, '--region us-east-1: expected one for each cloud, such as aws=..., as with the others'],
    [{ region: 'EU West' }, '--region EU West: a region is auto or an id such as eu-west-1'],
    [{ allowFrom: '10.0.0.1/8' }, '--allow-from 10.0.0.1/8: expected auto, an IPv4 address or a range such as 198.51.100.0/24'],
    [{ name: '../x' }, '--name ../x: a name has only a-z, 0-9 and -, at most 40 characters, and starts and ends with a letter or digit'],
    [{ name: '\u001b[31m' }, '--name ?[31m: a name has only a-z, 0-9 and -, at most 40 characters, and starts and ends with a letter or digit'],
    [{ size: 'a b' }, '--size a b: expected small, lab, medium, large, or an instance type such as t3.large'],
    [{ tag: 'team' }, '--tag team: expected key=value'],
    [{ tag: '1x=a' }, '--tag 1x=a: key "1x": a tag starts with a letter and has at most 63 characters'],
    [{ tag: '__proto__=a' }, '--tag __proto__=a: expected key=value'],
    [{ set: 'ssh.prot=1' }, '--set ssh.prot=1: unknown key "prot", did you mean "port"?', 'allowed here: user, key, keyType, allowFrom, port, proxyCommand, timeout'],
    [{ set: 'shs.port=1' }, '--set shs.port=1: unknown key "shs", did you mean "ssh"?', 'allowed here: name, distro, image, cloud, arch, size, instanceType, region, zone, count, ttl, disk, spot, ssh, network, userData, onReady, tags, aws, azure, gcp, libvirt, local, onFailure'],
    [{ set: 'ssh.port=99999' }, '--set ssh.port=99999: expected at most 65535, got 99999'],
    [{ set: 'name="x' }, '--set name="x: not valid YAML: missing closing "quote'],
    [{ set: 'ssh.port' }, '--set ssh.port: expected path=value, such as ssh.port=2222'],
    [{ set: '__proto__.x=1' }, '--set __proto__.x=1: expected path=value, such as ssh.port=2222'],
  ];
  it.each(bad.map(([values, summary, detail]) => ({ values, summary, detail })))('$summary', async ({ values, summary, detail }) => {
    const problem = await problemOf(() => flags(values));
    expect(problem).toEqual({ kind: 'invalid-input', summary, detail, hint: undefined });
  });

  it.each([
    [{ LABTUI_TTL: '5x' }, 'LABTUI_TTL=5x: expected a duration such as 15m, 4h or 2d, from 15m to 30d, or none'],
    [{ LABTUI_SPOT: 'maybe' }, 'LABTUI_SPOT=maybe: expected 1 or 0, true or false'],
    [{ LABTUI_SET: 'ttl=2h,ssh.port=0' }, 'LABTUI_SET=ssh.port=0: expected at least 1, got 0'],
  ])('%j names its variable', async (environment, summary) => {
    expect((await problemOf(() => variables(environment))).summary).toBe(summary);
  });

  it('leaves files to those that read them: only the path is made absolute', () => {
    expect(applyOverrides({ userData: 'no/such' }, { ...places, cwd: join('/', 'x') }).value).toEqual({ userData: { file: '/x/no/such' } });
  });
});
