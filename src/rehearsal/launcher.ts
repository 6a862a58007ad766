import { writeLaunchFile } from '../plugin/launcher.ts';
import { launcherFile } from './place.ts';

export interface Launcher {
  readonly world: string;
  /** This Node. */
  readonly node: string;
  /** The entry point of the simulated providers and guests. */
  readonly script: string;
}

/** Writes the world's `launch`, which starts its simulated providers and guests. */
export async function writeLauncher({ world, node, script }: Launcher): Promise<void> {
  const about = 'Starts a simulated provider or guest of this world.';
  await writeLaunchFile({ file: launcherFile(world), about, node, script, after: ['--world', world] });
}
