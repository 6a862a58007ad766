import { isAbsolute, join, relative, resolve } from 'node:path';
import type { ProfileCloud } from '../core/profile.ts';
import { printable } from './excerpt.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the input layer sees of the world around the process. */
export interface Surroundings {
  /** Absolute. */
  readonly cwd: string;
  /** The user's home directory, absolute. */
  readonly home: string;
  readonly environment: Environment;
  /** Those that may be named. */
  readonly clouds: readonly ProfileCloud[];
}

/** labtui's own folder in `$XDG_CONFIG_HOME` (by default ~/.config); a relative one is ignored, as the specification has it. */
export function configDirectory({ environment, home }: Pick<Surroundings, 'environment' | 'home'>): string {
  const base = environment.XDG_CONFIG_HOME;
  return join(base !== undefined && isAbsolute(base) ? base : join(home, '.config'), 'labtui');
}

/** Where profiles are looked for by name, first match wins (contract §2). */
export function profileDirectories(surroundings: Surroundings): readonly string[] {
  return [surroundings.cwd, join(surroundings.cwd, 'profiles'), join(configDirectory(surroundings), 'profiles')];
}

/** A path as people would type it: relative beneath the working directory, `~/...` beneath home, else absolute. */
export function displayPath(file: string, { cwd, home }: Pick<Surroundings, 'cwd' | 'home'>): string {
  for (const [base, prefix] of [[cwd, ''], [home, '~/']] as const) {
    const below = relative(base, file);
    if (below !== '' && !isAbsolute(below) && below !== '..' && !below.startsWith('../')) return printable(`${prefix}${below}`);
  }
  return printable(file);
}

/** The absolute path of what was written relative to a directory; `~/` is the home directory. */
export function resolvePath(written: string, directory: string, home: string): string {
  return written === '~' || written.startsWith('~/') ? join(home, written.slice(1)) : resolve(directory, written);
}
