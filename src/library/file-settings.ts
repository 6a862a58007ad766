import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../input/settings-schema.ts';
import type { LabContext } from './context.ts';
import { configHome } from './directories.ts';

type Surroundings = Pick<LabContext, 'cwd' | 'home' | 'environment' | 'loadClouds'>;

type Options = Readonly<Record<string, unknown>>;

/** Where a setting may come from. */
type Place = 'environment' | 'labtui.yaml' | 'config';

/**
 * The options of a command line with what `labtui.yaml` and the user's configuration say about those not given.
 * Costs nothing where there is no such file: then neither YAML nor zod is loaded.
 */
export async function withFileSettings(surroundings: Surroundings, options: Options): Promise<Options> {
  const { timeoutMs, ...settings } = await settingsAround(surroundings, textOf(options.config), ['labtui.yaml', 'config']);
  const written = { ...settings, timeout: timeoutMs == null ? null : `${Math.ceil(timeoutMs / 1_000)}s` };
  const fromFiles = Object.entries(written).filter(([key, entry]) => options[key] === undefined && entry !== null);
  return { ...Object.fromEntries(fromFiles), ...options };
}

/** The settings that these places say; another is absent. Costs nothing where no place can say any. */
export async function settingsAround(surroundings: Surroundings, configFile: string | null, places: readonly Place[]): Promise<Partial<Settings>> {
  const { environment, cwd } = surroundings;
  const files = [join(cwd, 'labtui.yaml'), join(configHome(surroundings), 'labtui', 'config.yaml')];
  const variables = places.includes('environment') && Object.keys(environment).some((name) => name.startsWith('LABTUI_'));
  if (configFile === null && !environment.LABTUI_CONFIG && !variables && !files.some((file) => existsSync(file))) return {};
  const [{ resolveSettings }, { surroundingsOf }] = await Promise.all([import('../input/settings.ts'), import('./surroundings.ts')]);
  const { value, sources } = await resolveSettings(await surroundingsOf(surroundings), { configFile });
  const said = (key: string): boolean => places.some((place) => place === sources[key === 'timeoutMs' ? 'timeout' : key]?.from);
  return Object.fromEntries(Object.entries(value).filter(([key]) => said(key)));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
