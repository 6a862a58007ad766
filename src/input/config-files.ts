import { dirname, join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { fileLayer, type Layer } from './layer.ts';
import { profileSchemas } from './layer-schema.ts';
import { configDirectory, displayPath, resolvePath, type Surroundings } from './places.ts';
import { readYamlFile } from './yaml-file.ts';

/**
 * The layers of `labtui.yaml` in the working directory and of the user's config, as far as these exist.
 * `configFile` (`--config`, LABTUI_CONFIG) stands in for the latter and has to exist: else kind not-found.
 */
export async function readConfigLayers(surroundings: Surroundings, configFile: string | null): Promise<readonly Layer[]> {
  const { cwd, home, environment } = surroundings;
  const named = configFile ?? (environment.LABTUI_CONFIG?.trim() === '' ? null : (environment.LABTUI_CONFIG ?? null));
  const project = await configLayer(join(cwd, 'labtui.yaml'), 'labtui.yaml', surroundings);
  const file = named === null ? join(configDirectory(surroundings), 'config.yaml') : resolvePath(named, cwd, home);
  const user = await configLayer(file, 'config', surroundings);
  if (user === null && named !== null) {
    const name = configFile === null ? `LABTUI_CONFIG=${named}` : `--config ${named}`;
    throw new LabError({ kind: 'not-found', summary: `${name}: ${displayPath(file, surroundings)} does not exist` });
  }
  return [project, user].filter((layer) => layer !== null);
}

async function configLayer(file: string, from: 'labtui.yaml' | 'config', surroundings: Surroundings): Promise<Layer | null> {
  try {
    const yaml = await readYamlFile(file, profileSchemas(surroundings.clouds).configFile, { label: displayPath(file, surroundings), mayBeEmpty: true });
    return fileLayer(yaml, from, dirname(file), surroundings);
  } catch (error) {
    if (error instanceof LabError && error.problem.kind === 'not-found') return null;
    throw error;
  }
}
