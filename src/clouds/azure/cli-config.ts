import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { type Environment, valueOf } from './endpoints.ts';
import { locationName } from './names.ts';

/** What the Azure CLI is set to; null where nothing is. */
export interface CliConfig {
  readonly subscription: string | null;
  readonly location: string | null;
}

export const noCliConfig: CliConfig = { subscription: null, location: null };

const profileSchema = z.object({
  subscriptions: z.array(z.object({ id: z.string(), isDefault: z.boolean().optional() })).default([]),
});

/**
 * The default subscription and location of the Azure CLI, without starting it: azureProfile.json and `config` in AZURE_CONFIG_DIR,
 * else in ~/.azure; AZURE_DEFAULTS_LOCATION before the file, as the CLI does. What cannot be read counts as not set.
 */
export async function cliConfig(env: Environment): Promise<CliConfig> {
  const directory = valueOf(env, 'AZURE_CONFIG_DIR') ?? join(env.HOME ?? homedir(), '.azure');
  const [profile, config] = await Promise.all([textOf(join(directory, 'azureProfile.json')), textOf(join(directory, 'config'))]);
  const location = valueOf(env, 'AZURE_DEFAULTS_LOCATION') ?? valueIn(config, 'defaults', 'location');
  return { subscription: defaultSubscription(profile), location: location === null ? null : locationName(location) };
}

function defaultSubscription(text: string): string | null {
  try {
    // The CLI begins the file with a byte order mark.
    const { subscriptions } = profileSchema.parse(JSON.parse(text.replace(/^\uFEFF/, '')));
    return subscriptions.find(({ isDefault }) => isDefault === true)?.id ?? null;
  } catch {
    return null;
  }
}

/** Of an ini file. */
function valueIn(text: string, wantedSection: string, wantedKey: string): string | null {
  let section = '';
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    section = /^\[(.+)\]$/.exec(line)?.[1]?.trim() ?? section;
    const [, key, value] = /^(\w+)\s*=\s*(.+)$/.exec(line) ?? [];
    if (section === wantedSection && key === wantedKey) return value ?? null;
  }
  return null;
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
