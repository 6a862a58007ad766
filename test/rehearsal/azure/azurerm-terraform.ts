import { join } from 'node:path';
import { azureModel } from '../../../src/rehearsal/azure/model/azure-model.ts';
import type { SimulatedProvider } from '../../support/terraform/simulated-terraform.ts';
import { catalogue, subscription } from './azure-world.ts';

/** The simulated azurerm provider, under the version whose schema it has. */
export const simulatedAzurerm: SimulatedProvider = {
  name: 'azurerm',
  source: 'hashicorp/azurerm',
  version: '5.2.0',
  program: join(import.meta.dirname, 'serve-azurerm.ts'),
  model: azureModel,
  catalogue,
};

/** A configuration of these resources, with the features that labtui's stacks ask for. */
export function azurermConfiguration(resource: object): object {
  const features = { resource_group: { prevent_deletion_if_contains_resources: false }, persist_id_on_create_before_polling_for_completion: true };
  return {
    terraform: { required_providers: { azurerm: { source: 'hashicorp/azurerm', version: '>= 4.75.0, < 6.0.0' } } },
    provider: { azurerm: [{ subscription_id: subscription, resource_provider_registrations: 'none', features }] },
    resource,
  };
}
