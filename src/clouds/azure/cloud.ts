import type { Cloud } from '../../core/cloud.ts';
import { billedItems } from './billing.ts';
import { classify } from './errors.ts';
import { azureFacts } from './facts.ts';
import { hostsOf } from './hosts.ts';

/** Microsoft Azure, through Terraform's hashicorp/azurerm and the Resource Manager REST API. */
export const azureCloud: Cloud = {
  id: 'azure',
  facts: azureFacts,
  environment: [
    // The provider's own, and the Azure CLI's, which it starts.
    ...['ARM_*', 'AZURE_*', 'GO_AZURE_SDK_*', 'REQUESTS_CA_BUNDLE'],
    // Where a pipeline or a machine of Azure's says who is asking.
    ...['ACTIONS_ID_TOKEN_REQUEST_*', 'SYSTEM_OIDCREQUESTURI', 'SYSTEM_ACCESSTOKEN', 'IDENTITY_*', 'MSI_*'],
  ],
  classify,
  hostsOf,
  billedItems,
  loadSettings: () => import('./settings.ts'),
  loadStack: () => import('./stack.ts'),
  loadDeadline: () => import('./move-deadline.ts'),
  loadApi: async (target) => {
    const { openAzureApi } = await import('./api.ts');
    return openAzureApi(target, process.env);
  },
  fetchPrices: async (request) => {
    const { fetchPrices } = await import('./price-list.ts');
    return fetchPrices(request, process.env);
  },
};
