import type { Clouds } from '../core/open-clouds.ts';

/** The clouds of the registry. */
export async function loadClouds(): Promise<Clouds> {
  return (await import('../clouds/registry.ts')).clouds;
}
