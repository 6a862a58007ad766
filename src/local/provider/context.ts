import { join, resolve } from 'node:path';
import { text } from '../../plugin/attributes.ts';
import type { ProviderContext, ResourceBehaviour } from '../../plugin/behaviour.ts';
import { cacheDirectoryOf } from '../cache-directory.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the resources of this computer work with. */
export interface LocalContext extends ProviderContext {
  /** Terraform's working directory, the stack's: relative paths of a configuration are against it. */
  readonly workingDirectory: string;
  readonly environment: Environment;
}

export type LocalResource = ResourceBehaviour<LocalContext>;

/** A path of the configuration as an absolute one. */
export function absolute(path: string, { workingDirectory }: LocalContext): string {
  return resolve(workingDirectory, path);
}

/** labtui's cache: of the provider block, else `$XDG_CACHE_HOME/labtui`. */
export function cacheDirectory(context: LocalContext): string {
  const given = text(context.config, 'cache_directory');
  if (given !== null) return absolute(given, context);
  return cacheDirectoryOf(context.environment);
}

/** Where a machine's files are, as the state has it: relative to the stack unless the provider block says otherwise. */
export function machineDirectory(name: string, { config }: LocalContext): string {
  return join(text(config, 'directory') ?? 'machines', name);
}
