import type { Clouds } from '../core/open-clouds.ts';
import { createDistroCatalogue, distroFolders, type InstalledDistros } from '../input/distros.ts';
import type { LabContext } from './context.ts';
import { configHome } from './directories.ts';

/** The folders of distro files: ./distros, the user's own, the packaged one. */
export function distrosAround(context: LabContext): readonly string[] {
  return distroFolders({ cwd: context.cwd, configHome: configHome(context) });
}

/** The distro catalogue of those folders, as far as it speaks of these clouds. */
export function openDistros(context: LabContext, clouds: Clouds): InstalledDistros {
  return createDistroCatalogue(distrosAround(context), clouds.all.map(({ facts }) => facts));
}
