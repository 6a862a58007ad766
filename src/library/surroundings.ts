import type { Surroundings } from '../input/places.ts';
import type { LabContext } from './context.ts';

/** What the input layer sees of the world around the process. */
export async function surroundingsOf({ cwd, home, environment, loadClouds }: Pick<LabContext, 'cwd' | 'home' | 'environment' | 'loadClouds'>): Promise<Surroundings> {
  return { cwd, home, environment, clouds: await (await loadClouds()).forProfiles() };
}
