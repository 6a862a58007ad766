import { existsSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** Which clouds a Terraform process may reach: real ones, or simulated ones whose providers are in that directory. */
export type TerraformWorld = { readonly kind: 'real' } | { readonly kind: 'rehearsal'; readonly providersDir: string };

/** The CLI configuration that makes a session a rehearsed one, beside its `stacks/`. */
export function rehearsalConfigOf(stackDirectory: string): string {
  return path.resolve(stackDirectory, '../../rehearsal.tfrc');
}

/**
 * Holds that a real and a rehearsed session never meet: throws where the directory is of the other kind, or where a
 * provider that is linked there comes from the other kind. A bug in labtui, or somebody moved files between sessions.
 */
export async function requireWorld(stackDirectory: string, world: TerraformWorld): Promise<void> {
  const rehearsed = existsSync(rehearsalConfigOf(stackDirectory));
  if (rehearsed !== (world.kind === 'rehearsal')) {
    throw new Error(
      rehearsed
        ? `${stackDirectory} is rehearsed, but Terraform was to be started for real clouds`
        : `${stackDirectory} is real, but Terraform was to be started for simulated clouds`,
    );
  }
  const simulated = world.kind === 'rehearsal' ? realPath(world.providersDir) : null;
  for (const provider of await linkedProviders(stackDirectory)) {
    const inRehearsal = simulated === null ? provider.includes('/.rehearsal/providers/') : provider.startsWith(`${simulated}${path.sep}`);
    if (inRehearsal !== (world.kind === 'rehearsal')) {
      throw new Error(`${stackDirectory} is ${world.kind === 'real' ? 'real' : 'rehearsed'}, but links the provider ${provider}`);
    }
  }
}

/** Where the installed providers really are: `.terraform/providers/HOST/NAMESPACE/TYPE/VERSION/PLATFORM`. */
async function linkedProviders(stackDirectory: string): Promise<readonly string[]> {
  let found = [path.join(stackDirectory, '.terraform', 'providers')];
  for (let level = 0; level < 5; level += 1) {
    const deeper = await Promise.all(found.map(async (folder) => (await entries(folder)).map((name) => path.join(folder, name))));
    found = deeper.flat();
  }
  return found.filter((folder) => existsSync(folder)).map(realPath);
}

async function entries(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

function realPath(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
}
