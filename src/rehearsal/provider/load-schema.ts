import { readFile } from 'node:fs/promises';
import { servedProviders } from '../clouds.ts';
import { parseProviderSchema, type ProviderSchema } from '../../plugin/schema/block-schema.ts';

/** A provider's schema: from that file, else the one that comes with labtui. Rejects where there is none. */
export async function loadSchema(provider: string, file?: string): Promise<ProviderSchema> {
  if (file !== undefined) return parseProviderSchema(JSON.parse(await readFile(file, 'utf8')));
  const served = servedProviders.find(({ name }) => name === provider);
  if (served === undefined) throw new Error(`there is no schema file of a provider ${provider}`);
  return parseProviderSchema(await served.loadSchema());
}
