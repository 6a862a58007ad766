import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CliContext } from './context.ts';
import { configHome } from './directories.ts';

type Surroundings = Pick<CliContext, 'cwd' | 'home' | 'environment' | 'loadClouds'>;

type Options = Readonly<Record<string, unknown>>;

/**
 * The options of a command line with what `labtui.yaml` and the user's configuration say about those not given.
 * Costs nothing where there is no such file: then neither YAML nor zod is loaded.
 */
export async function withFileSettings(surroundings: Surroundings, options: Options): Promise<Options> {
  const { environment, cwd } = surroundings;
  const configFile = typeof options.config === 'string' ? options.config : null;
  const files = [join(cwd, 'labtui.yaml'), join(configHome(surroundings), 'labtui', 'config.yaml')];
  if (configFile === null && !environment.LABTUI_CONFIG && !files.some((file) => existsSync(file))) return options;
  const [{ resolveSettings }, { surroundingsOf }] = await Promise.all([import('../input/settings.ts'), import('./surroundings.ts')]);
  const { value, sources } = await resolveSettings(await surroundingsOf(surroundings), { configFile });
  const { timeoutMs, ...settings } = value;
  const written = { ...settings, timeout: timeoutMs === null ? null : `${Math.ceil(timeoutMs / 1_000)}s` };
  const fromFiles = Object.entries(written).filter(
    ([key, entry]) => options[key] === undefined && entry !== null && ['labtui.yaml', 'config'].includes(sources[key]?.from ?? ''),
  );
  return { ...Object.fromEntries(fromFiles), ...options };
}
