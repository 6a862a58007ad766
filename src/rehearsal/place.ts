import { join } from 'node:path';

/** Where a sessions directory keeps its simulated world. */
export function worldDirectory(sessionsRoot: string): string {
  return join(sessionsRoot, '.rehearsal');
}

/** The simulated providers, as a filesystem mirror of Terraform's. */
export function providersDirectory(world: string): string {
  return join(world, 'providers');
}

/** Starts a provider or a guest of the world; the one file that knows where labtui is installed. */
export function launcherFile(world: string): string {
  return join(world, 'launch');
}

/** Prices fetched from the simulated clouds: none of the real ones. */
export function pricesDirectory(world: string): string {
  return join(world, 'prices');
}

/** Who the world's HTTPS port is, and what its clients trust. */
export function tlsDirectory(world: string): string {
  return join(world, 'tls');
}
