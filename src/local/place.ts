import { join } from 'node:path';

/** Where a sessions directory keeps what Terraform needs to find the provider of local machines. */
export function localDirectory(sessionsRoot: string): string {
  return join(sessionsRoot, '.local');
}

/** The provider, as a filesystem mirror of Terraform's. */
export function localProvidersDirectory(local: string): string {
  return join(local, 'providers');
}

/** Starts the provider; the one file that knows where labtui is installed. */
export function localLauncherFile(local: string): string {
  return join(local, 'launch');
}
