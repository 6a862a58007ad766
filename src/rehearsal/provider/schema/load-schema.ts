import { readFile } from 'node:fs/promises';
import { parseProviderSchema, type ProviderSchema } from './block-schema.ts';

/** The schema files that come with labtui, by the name of the provider; each loads alone. */
const files: Readonly<Record<string, () => Promise<{ readonly default: unknown }>>> = {
  aws: () => import('../../schemas/aws.json', { with: { type: 'json' } }),
  azurerm: () => import('../../schemas/azurerm.json', { with: { type: 'json' } }),
  google: () => import('../../schemas/google.json', { with: { type: 'json' } }),
};

/** A provider's schema: from that file, else the one that comes with labtui. Rejects where there is none. */
export async function loadSchema(provider: string, file?: string): Promise<ProviderSchema> {
  if (file !== undefined) return parseProviderSchema(JSON.parse(await readFile(file, 'utf8')));
  const load = files[provider];
  if (load === undefined) throw new Error(`there is no schema file of a provider ${provider}`);
  return parseProviderSchema((await load()).default);
}
