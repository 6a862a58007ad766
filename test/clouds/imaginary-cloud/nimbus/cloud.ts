import type { Cloud } from '../../../../src/core/cloud.ts';
import { classify } from './errors.ts';
import { nimbusFacts } from './facts.ts';
import { hostsOf } from './hosts.ts';

/** A cloud that exists in this test only. */
export const nimbusCloud: Cloud = {
  id: 'nimbus',
  facts: nimbusFacts,
  environment: ['NIMBUS_*'],
  classify,
  hostsOf,
  loadSettings: () => import('./settings.ts'),
  loadStack: () => import('./stack.ts'),
  loadApi: async (target) => (await import('./api.ts')).openNimbusApi(target),
};
