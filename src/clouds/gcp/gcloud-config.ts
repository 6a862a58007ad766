import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the gcloud command is configured for; null where nothing is. */
export interface GcloudConfig {
  readonly project: string | null;
  readonly region: string | null;
}

/** gcloud's own directory: its configurations and the application default credentials. */
export function gcloudDirectory(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (env.CLOUDSDK_CONFIG) return env.CLOUDSDK_CONFIG;
  if (platform === 'win32' && env.APPDATA) return join(env.APPDATA, 'gcloud');
  return join(env.HOME ?? homedir(), '.config', 'gcloud');
}

/**
 * Project and region of gcloud's active configuration, without starting gcloud: CLOUDSDK_ACTIVE_CONFIG_NAME or `active_config`
 * names a file in `configurations`. What cannot be read counts as not configured.
 */
export async function gcloudConfig(env: Environment): Promise<GcloudConfig> {
  const directory = gcloudDirectory(env);
  const active = env.CLOUDSDK_ACTIVE_CONFIG_NAME ?? (await textOf(join(directory, 'active_config'))).trim();
  const name = /^[a-z][-a-z0-9]*$/.test(active) ? active : 'default';
  const properties = propertiesIn(await textOf(join(directory, 'configurations', `config_${name}`)));
  const zone = properties.get('compute/zone') ?? null;
  return {
    project: properties.get('core/project') ?? null,
    region: properties.get('compute/region') ?? zone?.replace(/-[a-z0-9]+$/, '') ?? null,
  };
}

/** `section/key` of an ini file. */
function propertiesIn(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
    const [, key, value] = /^([a-z_]+)\s*=\s*(.+)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) properties.set(`${section}/${key}`, value);
  }
  return properties;
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
