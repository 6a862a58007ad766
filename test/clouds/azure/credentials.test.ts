import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { azureCloud } from '../../../src/clouds/azure/cloud.ts';
import { cliConfig } from '../../../src/clouds/azure/cli-config.ts';
import { credentialSource } from '../../../src/clouds/azure/credential-source.ts';
import { openCredentials } from '../../../src/clouds/azure/credentials.ts';
import { endpointsOf } from '../../../src/clouds/azure/endpoints.ts';
import { principalIn } from '../../../src/clouds/azure/principal.ts';
import { chosenSubscription } from '../../../src/clouds/azure/subscription.ts';
import { hasty } from './fake-arm.ts';
import { settings, subscription } from './stack-inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'labtui-azure-'));
afterAll(() => rmSync(folder, { recursive: true }));

const principal = { ARM_CLIENT_ID: 'client', ARM_TENANT_ID: 'tenant' };
const token = (claims: object) => ['{}', JSON.stringify(claims), ''].map((part) => Buffer.from(part).toString('base64url')).join('.');

describe('where the credentials come from', () => {
  const found: readonly (readonly [string, Readonly<Record<string, string>>, object])[] = [
    ['nothing set: the Azure CLI', {}, { kind: 'cli', tenantId: null }],
    ['a tenant for the Azure CLI', { ARM_TENANT_ID: 'tenant' }, { kind: 'cli', tenantId: 'tenant' }],
    ['a secret', { ...principal, ARM_CLIENT_SECRET: 's' }, { kind: 'secret', clientId: 'client', tenantId: 'tenant', secret: { text: 's' } }],
    ['a secret in a file', { ...principal, ARM_CLIENT_SECRET_FILE_PATH: '/s' }, { kind: 'secret', secret: { file: '/s' } }],
    ['a certificate before a secret', { ...principal, ARM_CLIENT_SECRET: 's', ARM_CLIENT_CERTIFICATE_PATH: '/c.pem' }, { kind: 'certificate', file: '/c.pem' }],
    ['a federated token', { ...principal, ARM_USE_OIDC: 'true', ARM_OIDC_TOKEN_FILE_PATH: '/t' }, { kind: 'assertion', token: { file: '/t' } }],
    ["a pipeline's token", { ...principal, ARM_USE_OIDC: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: 'https://p/t', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'b' }, { kind: 'assertion-request', url: 'https://p/t', bearer: 'b' }],
    ['a workload identity', { ARM_USE_AKS_WORKLOAD_IDENTITY: 'true', AZURE_CLIENT_ID: 'c', AZURE_TENANT_ID: 't', AZURE_FEDERATED_TOKEN_FILE: '/f' }, { kind: 'assertion', clientId: 'c', token: { file: '/f' } }],
    ['the machine itself, only where it is said', { ARM_USE_MSI: 'true' }, { kind: 'machine', clientId: null }],
    ['variables of other tools count for nothing, as for the provider', { AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 's', AZURE_TENANT_ID: 't' }, { kind: 'cli' }],
  ];
  it.each(found)('%s', (_what, env, source) => {
    expect(credentialSource(env)).toMatchObject(source);
  });

  it('is nowhere where the CLI is forbidden and nothing else is set', () => {
    expect(() => credentialSource({ ARM_USE_CLI: 'false' })).toThrow('ARM_USE_CLI forbids');
  });

  it('depends on the cloud that is named', () => {
    expect(endpointsOf({}).resourceManager).toBe('https://management.azure.com');
    expect(endpointsOf({ ARM_ENVIRONMENT: 'USGovernment' }).resourceManager).toBe('https://management.usgovcloudapi.net');
    expect(() => endpointsOf({ ARM_ENVIRONMENT: 'mars' })).toThrow('mars');
  });
});

describe('the settings of the Azure CLI', () => {
  it('are its default subscription, behind the byte order mark, and its location', async () => {
    const directory = join(folder, 'set');
    mkdirSync(directory);
    writeFileSync(join(directory, 'azureProfile.json'), `\uFEFF${JSON.stringify({ installationId: 'x', subscriptions: [{ id: 'a', isDefault: false, name: 'A' }, { id: 'b', isDefault: true, name: 'B' }] })}`);
    writeFileSync(join(directory, 'config'), '[core]\nlocation = nowhere\n[defaults]\nlocation = West Europe\n');
    expect(await cliConfig({ AZURE_CONFIG_DIR: directory })).toEqual({ subscription: 'b', location: 'westeurope' });
    expect((await cliConfig({ AZURE_CONFIG_DIR: directory, AZURE_DEFAULTS_LOCATION: 'eastus' })).location).toBe('eastus');
  });

  it('are none where there are none, or none that can be read', async () => {
    expect(await cliConfig({ AZURE_CONFIG_DIR: join(folder, 'missing') })).toEqual({ subscription: null, location: null });
    const directory = join(folder, 'broken');
    mkdirSync(directory);
    writeFileSync(join(directory, 'azureProfile.json'), '{"subscriptions": 7}');
    expect((await cliConfig({ HOME: '/nowhere', AZURE_CONFIG_DIR: directory })).subscription).toBeNull();
  });

  it('give way to the environment, that to the profile, that to what a stack was pinned to', () => {
    const cli = { subscription: 'of-cli', location: null };
    const other = '99999999-2222-4333-8444-555555555555';
    expect(chosenSubscription({ pinned: null, profile: null, env: {}, cli })).toBe('of-cli');
    expect(chosenSubscription({ pinned: null, profile: null, env: { AZURE_SUBSCRIPTION_ID: other }, cli })).toBe(other);
    expect(chosenSubscription({ pinned: null, profile: null, env: { ARM_SUBSCRIPTION_ID: subscription, AZURE_SUBSCRIPTION_ID: other }, cli })).toBe(subscription);
    expect(chosenSubscription({ pinned: null, profile: other, env: { ARM_SUBSCRIPTION_ID: subscription }, cli })).toBe(other);
    expect(chosenSubscription({ pinned: 'p', profile: other, env: {}, cli })).toBe('p');
    expect(() => chosenSubscription({ pinned: null, profile: null, env: { ARM_SUBSCRIPTION_ID: 'mine' }, cli })).toThrow('ARM_SUBSCRIPTION_ID is no subscription id');
  });
});

describe('whom a token belongs to', () => {
  it('is a user, an application, an object, or nobody who says', () => {
    expect(principalIn(token({ upn: 'me@example.com', appid: 'a' }))).toBe('me@example.com');
    expect(principalIn(token({ appid: 'a', oid: 'o' }))).toBe('service principal a');
    expect(principalIn(token({ oid: 'o' }))).toBe('o');
    expect(principalIn('no token')).toBe('unknown (the token names nobody)');
  });
});

describe('a token of the Azure CLI', () => {
  const bin = join(folder, 'bin');
  const { PATH } = process.env;
  const az = (script: string): void => {
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'az'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, 'az'), 0o755);
  };
  const fromCli = () => openCredentials({ kind: 'cli', tenantId: null }, { endpoints: endpointsOf({}), subscription, port: hasty, signal: new AbortController().signal });

  beforeEach(() => {
    process.env.PATH = `${bin}:/usr/bin:/bin`;
  });
  afterEach(() => {
    process.env.PATH = PATH;
  });

  it('is asked for once, for the chosen subscription', async () => {
    const asked = join(folder, 'asked');
    az(`echo "$@" >> ${asked}; echo '{"accessToken":"${token({ upn: 'me@example.com' })}","expires_on":${Math.floor(Date.now() / 1_000) + 3_600}}'`);
    const credentials = fromCli();
    expect(principalIn(await credentials.accessToken())).toBe('me@example.com');
    await credentials.accessToken();
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(asked, 'utf8').trim().split('\n')).toEqual([`account get-access-token --output json --resource https://management.azure.com --subscription ${subscription}`]);
  });

  it('is got anew before it ends', async () => {
    const count = join(folder, 'count');
    az(`echo x >> ${count}; echo '{"accessToken":"t","expires_on":${Math.floor(Date.now() / 1_000) + 60}}'`);
    const credentials = fromCli();
    await credentials.accessToken();
    await credentials.accessToken();
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(count, 'utf8')).toBe('x\nx\n');
  });

  it('is refused with what to do: not signed in, too old, another subscription', async () => {
    az(`echo "ERROR: Please run 'az login' to setup account." >&2; exit 1`);
    await expect(fromCli().accessToken()).rejects.toMatchObject({ problem: { kind: 'credentials', summary: 'nobody is signed in to the Azure CLI', hint: 'az login' } });
    az(`echo "ERROR: AADSTS700082: The refresh token has expired due to inactivity." >&2; echo "Interactive authentication is needed. Please run:" >&2; echo "az login --scope https://management.azure.com//.default" >&2; exit 1`);
    await expect(fromCli().accessToken()).rejects.toMatchObject({ problem: { kind: 'credentials', summary: expect.stringContaining('expired') as string, hint: 'az login --scope https://management.azure.com//.default' } });
    az(`echo "ERROR: The subscription of '${subscription}' doesn't exist in cloud 'AzureCloud'." >&2; exit 1`);
    await expect(fromCli().accessToken()).rejects.toMatchObject({ problem: { kind: 'credentials', summary: `these credentials see no subscription ${subscription}` } });
  });

  it('is not to be had without the CLI', async () => {
    rmSync(join(bin, 'az'), { force: true });
    process.env.PATH = bin;
    await expect(fromCli().accessToken()).rejects.toMatchObject({ problem: { kind: 'credentials', summary: expect.stringContaining('no Azure credentials were found') as string } });
  });
});

describe('the cloud as labtui loads it', () => {
  it('finds neither credentials nor settings in a rehearsal, and loads its API on demand', async () => {
    const api = await azureCloud.loadApi?.({ region: 'westeurope', settings: settings(), simulatedAt: 'http://127.0.0.1:1' });
    await expect(api?.whoAmI()).rejects.toMatchObject({ problem: { kind: 'network' } });
    api?.close();
  });
});
