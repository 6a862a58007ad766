import type { Cloud } from '../../core/cloud.ts';
import { billedItems } from './billing.ts';
import { classify } from './errors.ts';
import { gcpFacts } from './facts.ts';
import { hostsOf } from './hosts.ts';

/** Google Compute Engine, through Terraform's hashicorp/google and the Compute REST API. */
export const gcpCloud: Cloud = {
  id: 'gcp',
  facts: gcpFacts,
  // The provider's own, and gcloud's where its configuration and application default credentials are.
  environment: ['GOOGLE_*', 'GCLOUD_*', 'CLOUDSDK_*', 'GCE_METADATA_HOST', 'USER_PROJECT_OVERRIDE', 'APPDATA'],
  classify,
  hostsOf,
  billedItems,
  loadSettings: () => import('./settings.ts'),
  loadStack: () => import('./stack.ts'),
  loadDeadline: () => import('./move-deadline.ts'),
  loadApi: async (target) => {
    const { openGcpApi } = await import('./api.ts');
    return openGcpApi(target, process.env);
  },
  fetchPrices: async (request) => {
    const { fetchPrices } = await import('./price-list.ts');
    return fetchPrices(request, process.env);
  },
};
