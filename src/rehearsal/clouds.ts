import type { CloudId } from '../core/clouds.ts';
import { awsModel } from './aws/model/aws-model.ts';
import { azureModel } from './azure/model/azure-model.ts';
import type { CloudModel } from './engine/world.ts';
import { gcpModel } from './gcp/model/gcp-model.ts';
import type { ProviderBehaviour } from './provider/behaviour.ts';

/** The rules of every simulated cloud. */
export const models: readonly CloudModel[] = [awsModel, gcpModel, azureModel];

export const simulatedClouds: readonly CloudId[] = models.map(({ cloud }) => cloud);

/** Terraform's providers that are stood in for, by the name of their schema file; each loads alone. */
export const providers: Readonly<Record<string, () => Promise<ProviderBehaviour>>> = {
  aws: async () => (await import('./aws/terraform/aws-provider.ts')).awsProvider,
  google: async () => (await import('./gcp/terraform/google-provider.ts')).googleProvider,
  azurerm: async () => (await import('./azure/terraform/azurerm-provider.ts')).azurermProvider,
};
