import { join } from 'node:path';
import { awsModel } from '../../../src/rehearsal/aws/model/aws-model.ts';
import type { SimulatedProvider } from '../../support/terraform/simulated-terraform.ts';
import { catalogue } from './aws-world.ts';

/** The simulated aws provider, under the version whose schema it has. */
export const simulatedAws: SimulatedProvider = {
  name: 'aws',
  source: 'hashicorp/aws',
  version: '5.100.0',
  program: join(import.meta.dirname, 'serve-aws.ts'),
  model: awsModel,
  catalogue,
};
