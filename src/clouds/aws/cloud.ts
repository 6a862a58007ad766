import type { Cloud } from '../../core/cloud.ts';
import { billedItems } from './billing.ts';
import { classify } from './errors.ts';
import { awsFacts } from './facts.ts';
import { hostsOf } from './hosts.ts';

/** Amazon EC2, through Terraform's hashicorp/aws and the SDK for JavaScript. */
export const awsCloud: Cloud = {
  id: 'aws',
  facts: awsFacts,
  environment: ['AWS_*'],
  classify,
  hostsOf,
  billedItems,
  loadSettings: () => import('./settings.ts'),
  loadStack: () => import('./stack.ts'),
  loadDeadline: () => import('./move-deadline.ts'),
  loadApi: async (target) => {
    const { openAwsApi } = await import('./api.ts');
    return openAwsApi(target, process.env);
  },
  fetchPrices: async (request) => {
    const { fetchPrices } = await import('./price-list.ts');
    return fetchPrices(request, process.env);
  },
};
