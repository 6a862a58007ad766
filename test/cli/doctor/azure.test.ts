import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { azureFace } from '../../../src/rehearsal/azure/face/azure-face.ts';
import { setRegistered } from '../../../src/rehearsal/azure/model/registrations.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { createTlsIdentity } from '../../../src/plugin/tls-identity.ts';
import { type AzureWorld, azureWorld, caller, fault, subscription } from '../../rehearsal/azure/azure-world.ts';
import { diagnose } from '../../support/doctor.ts';
import { createWorkplace, type Workplace } from '../../support/labtui.ts';
import { type Script, scriptedFace } from '../../support/scripted-face.ts';

const tenant = '33333333-4444-4555-8666-777777777777';
const client = '22222222-3333-4444-8555-666666666666';
const script: Script = new Map();
let place: Workplace;
let world: AzureWorld;
let server: FaceServer;

beforeAll(async () => {
  place = createWorkplace();
  world = azureWorld();
  const { privateKeyPem: key, certificatePem: cert } = createTlsIdentity();
  writeFileSync(join(place.home, 'ca.pem'), cert);
  server = await serveFaces({ world, faces: [scriptedFace('azure', script), azureFace], caller, tls: { key, cert } });
});
afterEach(async () => {
  script.clear();
  await world.disarm(null);
});
afterAll(async () => {
  await server.close();
  place.remove();
});

/** The cloud that answers here, as the provider finds it, too. */
const here = () => ({ ARM_METADATA_HOSTNAME: new URL(server.origin).host, NODE_EXTRA_CA_CERTS: join(place.home, 'ca.pem') });
const principal = () => ({ ...here(), ARM_CLIENT_ID: client, ARM_TENANT_ID: tenant, ARM_CLIENT_SECRET: 'secret', ARM_SUBSCRIPTION_ID: subscription });

/** An Azure CLI on PATH that does only this. */
function cli(name: string, does: string) {
  const directory = join(place.home, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'az'), `#!/bin/sh\n${does}\n`);
  chmodSync(join(directory, 'az'), 0o755);
  return { PATH: `${directory}:/usr/bin:/bin` };
}
const refuses = (name: string, text: string) => cli(name, `cat >&2 <<'END'\n${text}\nEND\nexit 1`);

describe('labtui doctor --cloud azure', () => {
  it('says who it is, in which subscription, and that the resource providers are there', async () => {
    expect((await diagnose(place, 'azure', principal())).cloud).toEqual([
      { name: 'azure credentials', ok: true, found: `service principal ${client} (account Simulated subscription (${subscription}))`, fix: null },
      { name: 'azure account', ok: true, found: 'registered for Microsoft.Compute, Microsoft.Network, Microsoft.Storage', fix: null },
    ]);
  });

  it('takes the sign-in of the Azure CLI, and the only subscription that it sees', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const accessToken = [part({ typ: 'JWT' }), part({ upn: 'me@example.com' }), 'x'].join('.');
    const said = JSON.stringify({ accessToken, expiresOn: '2099-01-01 00:00:00.000000', expires_on: 4_070_908_800, subscription, tenant, tokenType: 'Bearer' });
    const { cloud } = await diagnose(place, 'azure', { ...here(), ...cli('signed-in', `cat <<'END'\n${said}\nEND`) });
    expect(cloud[0]).toMatchObject({ name: 'azure credentials', ok: true, found: expect.stringMatching(/^me@example\.com \(account Simulated subscription/) as string });
  });

  it('without anything: the two ways to get credentials, exit 4', async () => {
    const nothing = { PATH: join(place.home, 'empty') };
    expect(await diagnose(place, 'azure', nothing)).toMatchObject({
      exitCode: 4,
      cloud: [{ name: 'azure credentials', ok: false, found: 'no Azure credentials were found: no service principal is set, and there is no Azure CLI', fix: expect.stringMatching(/ARM_CLIENT_ID.*az login/) as string }],
    });
    const { stdout, exitCode } = await place.run(['doctor', '--cloud', 'azure'], { env: nothing });
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/azure credentials {2}no Azure credentials were found: .*\n {4}ARM_CLIENT_ID/);
  });

  it('with a CLI that nobody is signed in to, or whose sign-in has ended: the login that the CLI itself asks for', async () => {
    expect(await diagnose(place, 'azure', refuses('signed-out', "ERROR: Please run 'az login' to setup account."))).toMatchObject({
      exitCode: 4,
      cloud: [{ name: 'azure credentials', ok: false, found: 'nobody is signed in to the Azure CLI', fix: 'az login' }],
    });
    const inactive =
      'ERROR: AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-05-01T10:00:00.0000000Z and was inactive for 90.00:00:00.\nInteractive authentication is needed. Please run:\naz login --scope https://management.core.windows.net//.default';
    expect(await diagnose(place, 'azure', refuses('inactive', inactive))).toMatchObject({
      exitCode: 4,
      cloud: [{ ok: false, found: 'the Azure sign-in has expired, or asks for more than it was made with', fix: 'az login --scope https://management.core.windows.net//.default' }],
    });
  });

  it('with a wrong secret, or one that has expired: which variables, or the command that makes a new one', async () => {
    const says = (code: string, text: string) =>
      script.set(`POST /${tenant}/oauth2/v2.0/token`, () => ({ status: 401, body: { error: 'invalid_client', error_description: `${code}: ${text}`, error_codes: [Number(code.slice(6))], timestamp: '2026-11-21 10:00:00Z', trace_id: client, correlation_id: client } }));
    says('AADSTS7000215', "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'x'.");
    expect(await diagnose(place, 'azure', principal())).toMatchObject({
      exitCode: 4,
      cloud: [{ name: 'azure credentials', ok: false, found: expect.stringContaining('Invalid client secret provided') as string, fix: 'check ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID' }],
    });
    says('AADSTS7000222', "The provided client secret keys for app 'x' are expired.");
    expect((await diagnose(place, 'azure', principal())).cloud).toMatchObject([{ ok: false, found: "the service principal's secret has expired", fix: expect.stringContaining('az ad sp credential reset') as string }]);
  });

  it('with a token that has ended, or of another tenant: the login command', async () => {
    await world.arm([fault('expired', { operation: 'Microsoft.Resources/subscriptions/read' })], null);
    expect(await diagnose(place, 'azure', principal())).toMatchObject({ exitCode: 4, cloud: [{ ok: false, found: 'the Azure credentials have expired', fix: expect.stringMatching(/^az login/) as string }] });
    script.set(`GET /subscriptions/${subscription}`, () => ({
      status: 401,
      body: { error: { code: 'InvalidAuthenticationTokenTenant', message: `The access token is from the wrong issuer 'https://sts.windows.net/${client}/'. It must match the tenant 'https://sts.windows.net/${tenant}/' associated with this subscription.` } },
    }));
    expect((await diagnose(place, 'azure', principal())).cloud).toMatchObject([{ ok: false, found: 'the credentials belong to another tenant than the subscription', fix: `az login --tenant ${tenant}` }]);
  });

  it('with a subscription that nobody sees, that is disabled, or that is none: what to do about the account', async () => {
    script.set(`GET /subscriptions/${subscription}`, () => ({ status: 404, body: { error: { code: 'SubscriptionNotFound', message: `The subscription '${subscription}' could not be found.` } } }));
    expect(await diagnose(place, 'azure', principal())).toMatchObject({ exitCode: 4, cloud: [{ ok: false, found: `these credentials see no subscription ${subscription}`, fix: expect.stringContaining('az account list') as string }] });
    script.set(`GET /subscriptions/${subscription}`, () => ({ body: { subscriptionId: subscription, displayName: 'Old', state: 'Disabled' } }));
    expect((await diagnose(place, 'azure', principal())).cloud).toMatchObject([{ name: 'azure account', ok: false, found: 'the subscription Old is disabled: it can only be read' }]);
    expect(await diagnose(place, 'azure', { ...principal(), ARM_SUBSCRIPTION_ID: 'mine' })).toMatchObject({
      exitCode: 4,
      cloud: [{ name: 'azure account', ok: false, found: 'ARM_SUBSCRIPTION_ID is no subscription id: "mine"', fix: expect.stringContaining('az account list') as string }],
    });
  });

  it('with resource providers that the subscription is not registered for: the commands that register it', async () => {
    for (const namespace of ['Microsoft.Network', 'Microsoft.Storage']) await world.work((tx) => setRegistered(tx, subscription, namespace, false));
    try {
      const { exitCode, cloud } = await diagnose(place, 'azure', principal());
      expect([exitCode, cloud]).toMatchObject([
        4,
        [
          { name: 'azure credentials', ok: true },
          { name: 'azure account', ok: false, found: 'the subscription is not registered for Microsoft.Network and Microsoft.Storage yet', fix: 'az provider register --namespace Microsoft.Network --wait && az provider register --namespace Microsoft.Storage --wait' },
        ],
      ]);
    } finally {
      for (const namespace of ['Microsoft.Network', 'Microsoft.Storage']) await world.work((tx) => setRegistered(tx, subscription, namespace, true));
    }
  });

  it('where ARM_METADATA_HOSTNAME leads nowhere: that', async () => {
    const gone = await serveFaces({ world, faces: [], caller });
    await gone.close();
    const { host } = new URL(gone.origin);
    const { exitCode, cloud } = await diagnose(place, 'azure', { ...principal(), ARM_METADATA_HOSTNAME: host });
    expect([exitCode, cloud]).toMatchObject([4, [{ name: 'azure account', ok: false, found: `${host} cannot be reached` }]]);
    script.set('GET /metadata/endpoints', () => ({ status: 404, body: 'nothing here' }));
    expect((await diagnose(place, 'azure', principal())).cloud).toMatchObject([{ ok: false, found: expect.stringMatching(/does not describe a cloud of Azure's \(HTTP 404\)/) as string }]);
  });
});
