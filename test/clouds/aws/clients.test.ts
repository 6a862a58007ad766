import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAwsApi } from '../../../src/clouds/aws/api.ts';
import { awsCloud } from '../../../src/clouds/aws/cloud.ts';
import type { ApiTarget } from '../../../src/core/cloud.ts';
import { settings, stackPlan } from './stack-inputs.ts';

let directory: string;
let server: Server;
let endpoint: string;
/** `key id/region` of each call. */
let signedBy: string[];
/** What DescribeRegions knows. */
let regionInfo: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'labtui-aws-clients-'));
  const files = { config: '[profile work]\nregion = eu-central-1\n', credentials: '[work]\naws_access_key_id = WORKKEY\naws_secret_access_key = x\n' };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  for (const name of ['AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CA_BUNDLE']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', join(directory, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(directory, 'credentials'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  signedBy = [];
  regionInfo = '';
  server = createServer((request, response) => {
    const [, key = '', , region = ''] = /Credential=([^/]+)\/(\d+)\/([^/]+)/.exec(request.headers.authorization ?? '') ?? [];
    signedBy.push(`${key}/${region}`);
    response.end(`<Answer><regionInfo>${regionInfo}</regionInfo><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/me</Arn><Account>1</Account></GetCallerIdentityResult></Answer>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true, force: true });
});

const asked = async (region: string | null, profile: string | null = null) => {
  const api = await openAwsApi({ region, settings: settings({ endpoint, profile }) }, process.env);
  expect(await api.whoAmI()).toEqual({ account: '1', principal: 'arn:aws:iam::1:user/me' });
  api.close();
  return signedBy.at(-1);
};

describe('who labtui is for AWS', () => {
  it('is the profile of the lab, before the environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'ENVKEY');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x');
    expect(await asked('eu-west-1', 'work')).toBe('WORKKEY/eu-west-1');
  });

  it('is the keys of the environment before AWS_PROFILE, as for the AWS CLI and Terraform', async () => {
    vi.stubEnv('AWS_PROFILE', 'work');
    expect(await asked('eu-west-1')).toBe('WORKKEY/eu-west-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'ENVKEY');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x');
    expect(await asked('eu-west-1')).toBe('ENVKEY/eu-west-1');
  });

  it('is in the region that was named, else in that of environment or profile', async () => {
    expect(await asked(null, 'work')).toBe('WORKKEY/eu-central-1');
    vi.stubEnv('AWS_DEFAULT_REGION', 'eu-west-2');
    expect(await asked(null, 'work')).toBe('WORKKEY/eu-west-2');
    vi.stubEnv('AWS_REGION', 'eu-west-3');
    expect(await asked(null, 'work')).toBe('WORKKEY/eu-west-3');
    expect(await asked('eu-south-1', 'work')).toBe('WORKKEY/eu-south-1');
  });

  it('is asked for in the nearest region that the account has enabled, where none is configured', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x');
    let asks = 0;
    const near = (...regions: readonly string[]) => () => Promise.resolve(regions.map((region) => ({ region, by: 'measured', reason: 'near' }) as const));
    const regionsAsked = async (target: Partial<ApiTarget>) => {
      // A key for each: what an earlier client had under way may still arrive.
      const key = `ENVKEY${(asks += 1)}`;
      vi.stubEnv('AWS_ACCESS_KEY_ID', key);
      signedBy = [];
      const api = await openAwsApi({ region: null, settings: settings({ endpoint }), ...target }, process.env);
      // The server knows nothing of images: that the look-up fails is no matter here.
      await api.lookup(stackPlan(), 's', () => undefined).catch(() => undefined);
      api.close();
      return [...new Set(signedBy.filter((by) => by.split('/')[0] === key).map((by) => by.split('/')[1]))];
    };
    regionInfo = ['eu-south-1 not-opted-in', 'eu-south-2 opted-in'].map((each) => `<item><regionName>${each.split(' ')[0]}</regionName><optInStatus>${each.split(' ')[1]}</optInStatus></item>`).join('');
    // Who is asking and what is enabled is asked of a region that every account has.
    expect((await regionsAsked({ nearestRegions: near('eu-south-1', 'eu-south-2') })).toSorted()).toEqual(['eu-south-2', 'us-east-1']);
    expect((await regionsAsked({ nearestRegions: near('eu-south-1', 'ap-east-1', 'eu-north-1') })).toSorted()).toEqual(['eu-north-1', 'us-east-1']);
    expect(await regionsAsked({})).toEqual(['us-east-1']);
  });

  it('is refused with the command that helps when there are no credentials, or no such profile', async () => {
    await expect(asked('eu-west-1')).rejects.toMatchObject({ problem: { kind: 'credentials', hint: expect.stringContaining('aws configure') as string } });
    await expect(asked('eu-west-1', 'nobody')).rejects.toMatchObject({
      problem: {
        kind: 'credentials',
        summary: 'no AWS credentials were found for the profile "nobody"',
        hint: 'aws sso login --profile nobody   or, if that is not its name: aws configure list-profiles',
      },
    });
  });
});

describe('the cloud', () => {
  it('loads its heavy parts only when asked', async () => {
    expect(awsCloud.id).toBe('aws');
    const stack = await awsCloud.loadStack?.();
    expect(typeof stack?.synthesize).toBe('function');
    const api = await awsCloud.loadApi?.({ region: 'eu-west-1', settings: settings({ endpoint, profile: 'work' }) });
    expect((await api?.whoAmI())?.account).toBe('1');
    api?.close();
  });
});
