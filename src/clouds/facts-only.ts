import type { Cloud } from '../core/cloud.ts';
import type { CloudFacts } from '../core/clouds.ts';
import { classifyTerraform } from './terraform-errors.ts';

/** A cloud that labtui knows, but cannot create machines on yet. */
export function factsOnly(facts: CloudFacts, more: Pick<Cloud, 'loadSettings'> = {}): Cloud {
  return { id: facts.id, facts, environment: [], classify: classifyTerraform, hostsOf: () => [], ...more };
}
