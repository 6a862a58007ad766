import { join } from 'node:path';
import { gcpModel } from '../../../src/rehearsal/gcp/model/gcp-model.ts';
import type { SimulatedProvider } from '../../support/terraform/simulated-terraform.ts';
import { catalogue } from './gcp-world.ts';

/** The simulated google provider, under the version whose schema it has. */
export const simulatedGoogle: SimulatedProvider = {
  name: 'google',
  source: 'hashicorp/google',
  version: '6.50.0',
  program: join(import.meta.dirname, 'serve-google.ts'),
  model: gcpModel,
  catalogue,
};

/** A configuration of these resources, for the small catalogue's first region. */
export function googleConfiguration(resource: object, provider: object = { project: 'lab-project', region: 'us-central1', zone: 'us-central1-a' }): object {
  return { terraform: { required_providers: { google: { source: 'hashicorp/google', version: '>= 6.0.0, < 8.0.0' } } }, provider: { google: [provider] }, resource };
}
