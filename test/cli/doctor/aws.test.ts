import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { awsFace } from '../../../src/rehearsal/aws/face/aws-face.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { type AwsWorld, awsWorld, caller, fault } from '../../rehearsal/aws/aws-world.ts';
import { diagnose } from '../../support/doctor.ts';
import { createWorkplace, type Workplace } from '../../support/labtui.ts';

let place: Workplace;
let world: AwsWorld;
let server: FaceServer;
/** Keys that the simulated STS is asked about. */
const keys = () => ({ AWS_ENDPOINT_URL: server.origin, AWS_REGION: 'eu-north-1', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' });

beforeAll(async () => {
  place = createWorkplace();
  world = awsWorld();
  server = await serveFaces({ world, faces: [awsFace], caller });
});
afterEach(() => world.disarm(null));
afterAll(async () => {
  await server.close();
  place.remove();
});

describe('labtui doctor --cloud aws', () => {
  it('says whose account it is', async () => {
    const { cloud } = await diagnose(place, 'aws', keys());
    expect(cloud).toEqual([{ name: 'aws credentials', ok: true, found: 'arn:aws:iam::000000000000:user/rehearsal (account 000000000000)', fix: null }]);
  });

  it('without credentials: how to get some, exit 4, on two lines for people', async () => {
    expect(await diagnose(place, 'aws', {})).toEqual({
      exitCode: 4,
      cloud: [{ name: 'aws credentials', ok: false, found: 'no AWS credentials were found', fix: 'aws configure, aws sso login, or AWS_PROFILE; in a profile: aws.profile' }],
    });
    const { stdout, exitCode } = await place.run(['doctor', '--cloud', 'aws']);
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/aws credentials {4}no AWS credentials were found\n {4}aws configure, aws sso login/);
  });

  it('with wrong credentials: where to look', async () => {
    await world.arm([fault('credentials')], null);
    expect(await diagnose(place, 'aws', keys())).toMatchObject({
      exitCode: 4,
      cloud: [{ name: 'aws credentials', ok: false, found: 'AWS does not know these credentials', fix: expect.stringContaining('aws sts get-caller-identity') as string }],
    });
  });

  it('with expired credentials: the command that renews them, with the profile', async () => {
    await world.arm([fault('expired', { operation: 'GetCallerIdentity' })], null);
    expect(await diagnose(place, 'aws', { ...keys(), AWS_SESSION_TOKEN: 'old' })).toMatchObject({
      exitCode: 4,
      cloud: [{ ok: false, found: 'the AWS credentials have expired', fix: expect.stringContaining('aws sso login') as string }],
    });
  });

  it('with a sign-in that was never made, or has ended: the login of that profile', async () => {
    const config = join(place.home, 'config');
    mkdirSync(join(place.home, '.aws'), { recursive: true });
    writeFileSync(config, '[profile work]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = dev\nregion = eu-north-1\n[sso-session corp]\nsso_region = eu-north-1\nsso_start_url = https://corp.awsapps.com/start\n');
    const { exitCode, cloud } = await diagnose(place, 'aws', { AWS_CONFIG_FILE: config, AWS_PROFILE: 'work' });
    expect([exitCode, cloud]).toMatchObject([4, [{ ok: false, found: expect.stringContaining('the AWS sign-in') as string, fix: 'aws sso login --profile work' }]]);
    const unknown = await diagnose(place, 'aws', { AWS_CONFIG_FILE: config, AWS_PROFILE: 'nope' });
    expect(unknown).toMatchObject({ exitCode: 4, cloud: [{ ok: false, found: expect.stringContaining('"nope"') as string, fix: expect.stringContaining('aws configure list-profiles') as string }] });
  });

  it('where nobody answers: that, and not that the credentials are wrong', async () => {
    const { exitCode, cloud } = await diagnose(place, 'aws', { ...keys(), AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
    expect([exitCode, cloud]).toMatchObject([4, [{ name: 'aws account', ok: false, found: '127.0.0.1:9 cannot be reached' }]]);
  });
});
