import { createDistroCatalogue, distroFolders, type InstalledDistros } from '../input/distros.ts';
import type { CliContext } from './context.ts';
import { configHome } from './directories.ts';

/** The distro catalogue: ./distros, the user's own, the packaged ones. */
export function openDistros(context: CliContext): InstalledDistros {
  return createDistroCatalogue(distroFolders({ cwd: context.cwd, configHome: configHome(context) }));
}
