import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Distro, DistroCatalogue } from '../../core/distro.ts';
import { LabError } from '../../core/errors.ts';
import { distroNamesIn } from '../../input/distro-folders.ts';
import { simulations } from '../../rehearsal/clouds.ts';
import { buildCatalogue } from '../../rehearsal/engine/build-catalogue.ts';
import type { World } from '../../rehearsal/engine/world.ts';
import { bundledFile } from '../bundled-file.ts';
import { distrosAround, openDistros } from '../catalogue.ts';
import type { LabContext } from '../context.ts';

/**
 * Makes the simulated clouds offer the distros as this command line sees them; one that cannot be read is not offered. Reading them
 * all takes half a second, so it is done only where one of their files, or labtui, has changed since.
 */
export async function offerDistros(world: World, context: LabContext): Promise<void> {
  const madeFrom = fingerprint(context);
  if ((await world.read(({ catalogue }) => catalogue.madeFrom)) === madeFrom) return;
  const clouds = await context.loadClouds();
  const distros = readable(openDistros(context, clouds));
  const offered = simulations.map(({ id, offer }) => ({ facts: clouds.factsOf(id), offer }));
  await world.setCatalogue({ ...buildCatalogue({ clouds: offered, distros }), madeFrom });
}

function readable(distros: DistroCatalogue): DistroCatalogue {
  const found = new Map<string, Distro>();
  for (const name of distros.names) {
    try {
      const distro = distros.find(name);
      if (distro !== null) found.set(name, distro);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
    }
  }
  return { names: [...found.keys()], find: (name) => found.get(name) ?? null };
}

/** Of everything that a catalogue is made from, by file, size and time. */
function fingerprint(context: LabContext): string {
  const files = distrosAround(context).flatMap((folder) => distroNamesIn(folder).map((name) => join(folder, `${name}.yaml`)));
  const hash = createHash('sha256').update(context.version);
  for (const file of [bundledFile('rehearsal.js'), ...files]) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`\n${file} ${size} ${mtimeMs}`);
  }
  return hash.digest('hex');
}
