import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { gcpFace } from '../../../src/rehearsal/gcp/face/gcp-face.ts';
import { caller, gcpWorld } from '../../rehearsal/gcp/gcp-world.ts';
import { diagnose } from '../../support/doctor.ts';
import { createWorkplace, type Workplace } from '../../support/labtui.ts';
import { type Script, scriptedFace } from '../../support/scripted-face.ts';

const robot = 'robot@my-labs.iam.gserviceaccount.com';
const script: Script = new Map();
let place: Workplace;
let server: FaceServer;

beforeAll(async () => {
  place = createWorkplace();
  server = await serveFaces({ world: gcpWorld(), faces: [scriptedFace('gcp', script), gcpFace], caller });
  writeFileSync(join(place.home, 'subject'), 'from-the-pipeline');
});
afterEach(() => script.clear());
afterAll(async () => {
  await server.close();
  place.remove();
});

/** A pipeline's federated identity: of Google's sign-ins the one whose addresses are in its own file. */
function federated(env: Readonly<Record<string, string>> = { GOOGLE_CLOUD_PROJECT: 'my-labs' }) {
  const file = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/ci',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${server.origin}/sts/token`,
    service_account_impersonation_url: `${server.origin}/v1/projects/-/serviceAccounts/${robot}:generateAccessToken`,
    credential_source: { file: join(place.home, 'subject') },
  };
  return { GOOGLE_CREDENTIALS: JSON.stringify(file), GOOGLE_COMPUTE_CUSTOM_ENDPOINT: `${server.origin}/compute/v1/`, ...env };
}

function signsIn(): void {
  const expireTime = new Date(Date.now() + 3_600_000).toISOString();
  script.set('POST /sts/token', () => ({ body: { access_token: 'exchanged', expires_in: 3600, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token', token_type: 'Bearer' } }));
  script.set(`POST /v1/projects/-/serviceAccounts/${robot}:generateAccessToken`, () => ({ body: { accessToken: 'impersonated', expireTime } }));
}

const refusal = (code: number, reason: string, message: string) => ({ status: code, body: { error: { code, message, errors: [{ message, domain: 'global', reason }] } } });

describe('labtui doctor --cloud gcp', () => {
  it('says who it is, and in which project', async () => {
    signsIn();
    const { cloud } = await diagnose(place, 'gcp', federated());
    expect(cloud).toEqual([{ name: 'gcp credentials', ok: true, found: `${robot} (account my-labs)`, fix: null }]);
  });

  it('knows itself on a Google Cloud machine', async () => {
    const account = '/computeMetadata/v1/instance/service-accounts/default';
    script.set('GET /computeMetadata/v1/instance', () => ({ body: {} }));
    script.set(`GET ${account}/token`, () => ({ body: { access_token: 'of-the-machine', expires_in: 3599, token_type: 'Bearer' } }));
    script.set(`GET ${account}/email`, () => ({ body: `${robot}\n` }));
    const env = { GCE_METADATA_HOST: new URL(server.origin).host, GOOGLE_COMPUTE_CUSTOM_ENDPOINT: `${server.origin}/compute/v1/`, GOOGLE_CLOUD_PROJECT: 'my-labs' };
    expect((await diagnose(place, 'gcp', env)).cloud).toEqual([{ name: 'gcp credentials', ok: true, found: `${robot} (account my-labs)`, fix: null }]);
  });

  it('without credentials, or with a key file that is not there: how to sign in, exit 4', async () => {
    // Where these tests run may itself be a machine with credentials of its own.
    const nowhere = { GOOGLE_APPLICATION_CREDENTIALS: join(place.home, 'none.json') };
    expect(await diagnose(place, 'gcp', nowhere)).toMatchObject({
      exitCode: 4,
      cloud: [{ name: 'gcp credentials', ok: false, found: expect.stringContaining('none.json') as string, fix: 'gcloud auth application-default login' }],
    });
    const { stdout, exitCode } = await place.run(['doctor', '--cloud', 'gcp'], { env: { GOOGLE_CREDENTIALS: '{"type":"unknown","private_key":"SECRET"}' } });
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/gcp credentials {4}GOOGLE_CREDENTIALS holds no Google credentials that labtui can read\n {4}gcloud auth application-default login\n/);
    expect(stdout).not.toContain('SECRET');
  });

  it('with a sign-in that has ended: the login command', async () => {
    script.set('POST /sts/token', () => ({ status: 400, body: { error: 'invalid_grant', error_description: 'reauth related error (invalid_rapt)' } }));
    expect(await diagnose(place, 'gcp', federated())).toEqual({
      exitCode: 4,
      cloud: [{ name: 'gcp credentials', ok: false, found: 'the Google sign-in has expired', fix: 'gcloud auth application-default login' }],
    });
  });

  it('with a token that Compute Engine does not take: the same', async () => {
    signsIn();
    script.set('GET /compute/v1/projects/my-labs', () => refusal(401, 'authError', 'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.'));
    expect(await diagnose(place, 'gcp', federated())).toMatchObject({
      exitCode: 4,
      cloud: [{ name: 'gcp credentials', ok: false, found: 'Google does not accept these credentials', fix: expect.stringMatching(/^gcloud auth application-default login/) as string }],
    });
  });

  it('with good credentials and no project, none that exists, or one without Compute Engine: what to do about the account', async () => {
    signsIn();
    expect(await diagnose(place, 'gcp', federated({}))).toMatchObject({
      exitCode: 4,
      cloud: [{ name: 'gcp account', ok: false, found: 'no Google Cloud project is set', fix: expect.stringContaining('gcloud config set project') as string }],
    });
    script.set('GET /compute/v1/projects/my-labs', () => refusal(404, 'notFound', "The resource 'projects/my-labs' was not found"));
    expect(await diagnose(place, 'gcp', federated())).toMatchObject({
      exitCode: 4,
      cloud: [{ name: 'gcp account', ok: false, found: 'there is no project my-labs, or these credentials may not see it', fix: expect.stringContaining('gcloud projects list') as string }],
    });
    const disabled = 'Compute Engine API has not been used in project my-labs before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=my-labs then retry.';
    script.set('GET /compute/v1/projects/my-labs', () => refusal(403, 'accessNotConfigured', disabled));
    expect(await diagnose(place, 'gcp', federated())).toMatchObject({
      exitCode: 4,
      cloud: [{ name: 'gcp account', ok: false, found: 'the Compute Engine API is not enabled in the project my-labs', fix: 'gcloud services enable compute.googleapis.com --project my-labs   then wait a minute' }],
    });
    script.set('GET /compute/v1/projects/my-labs', () => refusal(403, 'forbidden', "Required 'compute.projects.get' permission for 'projects/my-labs'"));
    expect(await diagnose(place, 'gcp', federated())).toMatchObject({
      exitCode: 4,
      cloud: [{ name: 'gcp account', ok: false, found: 'the credentials may not compute.projects.get', fix: expect.stringContaining('roles/compute.admin') as string }],
    });
  });
});
