import { simulatedClient, simulatedSubscription, simulatedTenant } from '../model/subscription.ts';

/**
 * What hashicorp/azurerm reads to talk to the simulated Azure: it asks `https://<metadata host>` and nothing else, so the port must
 * speak TLS (go-azure-sdk, environments.FromEndpoint). Go reads SSL_CERT_FILE on Linux; on macOS it trusts the key chain only.
 */
export function azureToolEnvironment(options: { readonly httpsOrigin: string; readonly bundleFile: string }): Readonly<Record<string, string>> {
  return {
    ARM_METADATA_HOSTNAME: new URL(options.httpsOrigin).host,
    ARM_TENANT_ID: simulatedTenant,
    ARM_CLIENT_ID: simulatedClient,
    ARM_CLIENT_SECRET: 'simulated',
    ARM_SUBSCRIPTION_ID: simulatedSubscription,
    SSL_CERT_FILE: options.bundleFile,
    // Without it the provider waits ten seconds at least for each resource it makes or deletes (azurerm 4.67 and later know it).
    GO_AZURE_SDK_SKIP_POLLING_DELAY: 'true',
  };
}
