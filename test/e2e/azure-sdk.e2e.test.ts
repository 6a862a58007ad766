import { readFileSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLoginKey } from '../../src/ssh/keys.ts';
import { createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';
import { pythonClients } from '../support/python-clients.ts';
import { type ServedRehearsal, serveRehearsal } from '../support/serve-rehearsal.ts';

// The versions in whose form the bodies of sdk_life.py are written.
const sdk = await pythonClients(['azure-identity>=1.20,<2', 'azure-mgmt-resource~=26.0', 'azure-mgmt-network~=33.1', 'azure-mgmt-compute~=39.0']);
const skip = skipLoudly("the simulated Azure under Microsoft's own SDK", sdk.missing);

describe('labtui rehearsal serve, for tools that speak TLS only', () => {
  let place: Workplace;
  let served: ServedRehearsal;
  let azure: Readonly<Record<string, string>>;
  let httpsOrigin: string;
  let tls: string;
  beforeAll(async () => {
    place = createWorkplace({ LABTUI_REHEARSAL_SPEED: '60' });
    served = await serveRehearsal(place);
    azure = served.environment.azure ?? {};
    httpsOrigin = `https://${azure.ARM_METADATA_HOSTNAME ?? ''}`;
    tls = dirname(azure.SSL_CERT_FILE ?? '');
  });
  afterAll(async () => {
    await served.stop();
    place.remove();
    sdk.remove();
  });

  it('has a certificate of its own, and says in what variables hashicorp/azurerm finds it all', async () => {
    expect(Object.keys(azure).sort()).toEqual(['ARM_CLIENT_ID', 'ARM_CLIENT_SECRET', 'ARM_METADATA_HOSTNAME', 'ARM_SUBSCRIPTION_ID', 'ARM_TENANT_ID', 'GO_AZURE_SDK_SKIP_POLLING_DELAY', 'SSL_CERT_FILE']);
    expect(Number(new URL(httpsOrigin).port)).toBe(Number(new URL(served.origin).port) + 1);
    expect(tls).toBe(join(place.sessions, '.rehearsal/tls'));
    expect(statSync(join(tls, 'identity.pem')).mode & 0o777).toBe(0o600);
    const bundle = readFileSync(azure.SSL_CERT_FILE ?? '', 'utf8');
    expect(bundle).toContain(readFileSync(join(tls, 'ca.pem'), 'utf8').trim());
    expect(bundle.split('-----BEGIN CERTIFICATE-----').length).toBeGreaterThan(50);
    expect(bundle).not.toContain('PRIVATE KEY');
    const metadata = await getJson(`${httpsOrigin}/metadata/endpoints?api-version=2022-09-01`, bundle);
    expect(metadata).toMatchObject({ resourceManager: httpsOrigin, authentication: { loginEndpoint: httpsOrigin } });
  });

  it('is who it was when it is served again', async () => {
    const before = readFileSync(join(tls, 'identity.pem'), 'utf8');
    const again = await serveRehearsal(place);
    const bundle = readFileSync(again.environment.azure?.SSL_CERT_FILE ?? '', 'utf8');
    expect(await getJson(`https://${again.environment.azure?.ARM_METADATA_HOSTNAME ?? ''}/metadata/endpoints?api-version=2022-09-01`, bundle)).toMatchObject({ name: 'AzureCloud' });
    await again.stop();
    expect(readFileSync(join(tls, 'identity.pem'), 'utf8')).toBe(before);
  });

  it.skipIf(skip)("carries a lab's whole life under Microsoft's own SDK", async () => {
    const { stdout } = await execa(sdk.python, [join(import.meta.dirname, '../support/azure/sdk_life.py'), 'Debian:debian-12:12-gen2', makeLoginKey('ed25519', 'lab').publicKey], {
      env: { ...azure, AZURE_CA: join(tls, 'ca.pem'), NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' },
    });
    const running = ['ProvisioningState/succeeded', 'PowerState/running'];
    expect(JSON.parse(stdout)).toEqual({
      existedBefore: false,
      providers: expect.arrayContaining(['Microsoft.Compute', 'Microsoft.Network', 'Microsoft.Storage']) as string[],
      subnet: { guard: true, defaultOutbound: false, etag: true },
      rules: ['ssh-in'],
      address: { ip: expect.stringMatching(/^198\.19\./) as string, zones: ['2'], sku: 'Standard' },
      versions: [expect.any(String), expect.any(String)] as string[],
      sizeZones: ['1', '2', '3'],
      cores: true,
      machine: { state: 'Succeeded', id: true, zones: ['2'], size: 'Standard_B2als_v2', exactVersion: expect.any(String) as string, password: null, trusted: 'TrustedLaunch' },
      running,
      disk: { size: 32, sku: 'Premium_LRS', managedBy: true, state: 'Attached' },
      macAddress: true,
      tags: { 'labtui-session-id': 'sdk-life-abc234', changed: 'yes' },
      console: true,
      deallocated: ['ProvisioningState/succeeded', 'PowerState/deallocated'],
      startedAgain: running,
      listed: ['Microsoft.Compute/disks', 'Microsoft.Compute/virtualMachines', 'Microsoft.Network/networkInterfaces', 'Microsoft.Network/networkSecurityGroups', 'Microsoft.Network/publicIPAddresses', 'Microsoft.Network/virtualNetworks'],
      refusals: { address: [400, 'PublicIPAddressCannotBeDeleted'], missing: [404, 'ResourceNotFound'], image: [404, 'NotFound'] },
      machineGone: true,
      diskStays: 'Unattached',
      existsAfter: false,
    });
  });
});

function getJson(url: string, ca: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request(url, { ca, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve(JSON.parse(text)));
    })
      .on('error', reject)
      .end();
  });
}
