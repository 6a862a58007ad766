import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { durableWrite } from '../platform/durable-write.ts';
import { hashOfPackage, launchedProgram, type MirroredPackage, registryHosts, writeMirror } from '../plugin/mirror.ts';
import { writeLaunchFile } from '../plugin/launcher.ts';
import { localLauncherFile, localProvidersDirectory } from './place.ts';

/** As in `labtui/local`. The version is that of its schema: it stays where labtui's changes. */
export const localProviderSource = { namespace: 'labtui', name: 'local', version: '1.0.0' } as const;

const localPackage: MirroredPackage = {
  ...localProviderSource,
  fileName: `terraform-provider-local_v${localProviderSource.version}`,
  program: launchedProgram({
    about: `labtui's provider labtui/local ${localProviderSource.version}: virtual machines on this computer.`,
    gone: "labtui's provider for local machines is not here any more: $launch is missing. Any labtui command with --cloud local writes it again.",
    call: 'provider local',
  }),
};

/** The package's hash as `.terraform.lock.hcl` has it. */
export const localPackageHash: string = hashOfPackage(localPackage);

export interface LocalProviderPlace {
  /** localDirectory(sessionsRoot). */
  readonly directory: string;
  /** This Node. */
  readonly node: string;
  /** The entry point of the provider: `local.js` of the bundle. */
  readonly script: string;
}

/**
 * Writes the provider where Terraform finds it, and resolves with the CLI configuration that says where. What is right already is left
 * alone, so any number of processes may do it at once.
 */
export async function writeLocalProvider({ directory, node, script }: LocalProviderPlace): Promise<string> {
  await writeMirror(localProvidersDirectory(directory), [localPackage]);
  await writeLaunchFile({ file: localLauncherFile(directory), about: "Starts labtui's provider for local machines.", node, script, after: [] });
  const config = join(directory, 'terraform.tfrc');
  const text = localInstallation(directory);
  if ((await readFile(config, 'utf8').catch(() => null)) !== text) await durableWrite(config, text);
  return config;
}

/** The part of Terraform's CLI configuration that takes this provider from there, and every other one as usual. */
export function localInstallation(directory: string): string {
  const path = JSON.stringify(localProvidersDirectory(directory)).replaceAll('${', '$${');
  const own = JSON.stringify(registryHosts.map((host) => `${host}/labtui/*`));
  return ['provider_installation {', '  filesystem_mirror {', `    path    = ${path}`, `    include = ${own}`, '  }', '  direct {', `    exclude = ${own}`, '  }', '}', ''].join('\n');
}
