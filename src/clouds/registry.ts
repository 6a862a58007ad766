import type { Cloud } from '../core/cloud.ts';
import type { CloudId } from '../core/clouds.ts';
import { factsOf } from './all-facts.ts';
import { awsCloud } from './aws/cloud.ts';
import { azureCloud } from './azure/cloud.ts';
import { gcpCloud } from './gcp/cloud.ts';
import { classifyTerraform } from './terraform-errors.ts';

const clouds: Readonly<Partial<Record<CloudId, Cloud>>> = {
  aws: awsCloud,
  azure: azureCloud,
  gcp: gcpCloud,
};

/** A cloud by its id. One that labtui knows only as data has facts and nothing to load. */
export function cloudOf(id: CloudId): Cloud {
  return clouds[id] ?? { id, facts: factsOf(id), environment: [], classify: classifyTerraform, hostsOf: () => [] };
}
