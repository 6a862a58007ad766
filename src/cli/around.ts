import type { CallOptions } from '../library/options.ts';
import type { CliContext } from './context.ts';

/** The world of this command line, as the library takes it. */
export function around({ settings, environment, cwd, signal, loadClouds }: CliContext): CallOptions {
  const { sessionsDir, config, terraformBin } = settings;
  return { sessionsDir: sessionsDir ?? undefined, configFile: config ?? undefined, terraformBin: terraformBin ?? undefined, environment, cwd, signal, loadClouds };
}
