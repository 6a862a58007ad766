import { isAbsolute, join } from 'node:path';

interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** `$XDG_STATE_HOME`, by default ~/.local/state. */
export function stateHome({ environment, home }: Surroundings): string {
  return xdg(environment.XDG_STATE_HOME) ?? join(home, '.local', 'state');
}

/** `$XDG_CACHE_HOME`, by default ~/.cache. */
export function cacheHome({ environment, home }: Surroundings): string {
  return xdg(environment.XDG_CACHE_HOME) ?? join(home, '.cache');
}

/** Where fetched prices are kept. */
export function pricesDirectory(surroundings: Surroundings): string {
  return join(cacheHome(surroundings), 'labtui', 'prices');
}

/** Where labtui remembers what outlives a sessions directory: the places that it has used, receipts of sweeps. */
export function stateDirectory(surroundings: Surroundings): string {
  return join(stateHome(surroundings), 'labtui');
}

/** `$XDG_CONFIG_HOME`, by default ~/.config. */
export function configHome({ environment, home }: Surroundings): string {
  return xdg(environment.XDG_CONFIG_HOME) ?? join(home, '.config');
}

/** The specification has relative paths ignored. */
function xdg(value: string | undefined): string | null {
  return value !== undefined && isAbsolute(value) ? value : null;
}
