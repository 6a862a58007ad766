import { providerMessage, resourceMessage } from '../schema/schema-message.ts';
import type { ResponseOf } from '../wire/messages.ts';
import type { Serving } from './serving.ts';

const serverCapabilities = { planDestroy: true, getProviderSchemaOptional: true } as const;

export async function getProviderSchema(serving: Serving): Promise<ResponseOf<'GetProviderSchema'>> {
  const { provider, resources } = await serving.schema();
  return {
    provider: providerMessage(provider),
    resourceSchemas: Object.fromEntries(Object.entries(resources).map(([type, resource]) => [type, resourceMessage(resource)])),
    serverCapabilities,
  };
}

export async function getMetadata(serving: Serving): Promise<ResponseOf<'GetMetadata'>> {
  const { resources } = await serving.schema();
  return { resources: Object.keys(resources).map((typeName) => ({ typeName })), serverCapabilities };
}
