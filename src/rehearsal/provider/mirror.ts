import { createHash } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { durableWrite, ensurePrivateDirectory } from '../../platform/durable-write.ts';
import { errnoOf } from '../../platform/errno.ts';
import { terraformPlatform } from './terraform-platform.ts';

/** A provider that is stood in for. */
export interface SimulatedProvider {
  /** `aws`: as in `hashicorp/aws`. */
  readonly name: string;
  /** Of its schema file. */
  readonly version: string;
}

/** Terraform and OpenTofu take the same providers from registries of their own. */
const hosts = ['registry.terraform.io', 'registry.opentofu.org'] as const;

/** The file name that the real package has. */
const executableName = ({ name, version }: SimulatedProvider): string => `terraform-provider-${name}_v${version}_x5`;

/**
 * The one file of a package: the same on every computer, because its hash is in lock files. Terraform starts it through a
 * link, and it finds its world from where it really is: <world>/providers/<host>/hashicorp/<name>/<version>/<platform>.
 */
function executable({ name, version }: SimulatedProvider): string {
  return [
    '#!/bin/sh',
    `# labtui's simulated provider hashicorp/${name} ${version}. This is not HashiCorp's provider: it reaches no cloud.`,
    'here=$(cd -P -- "${0%/*}" && pwd -P) || exit 1',
    'launch=$here/../../../../../../launch',
    'if [ ! -x "$launch" ]; then',
    `  echo "The simulated provider ${name} is not in a labtui rehearsal any more: $launch is missing. Run labtui with --rehearse again." >&2`,
    '  exit 1',
    'fi',
    `exec "$launch" provider ${name}`,
    '',
  ].join('\n');
}

/**
 * The package's hash as `.terraform.lock.hcl` has it: Go's dirhash.Hash1, the SHA-256 of the list of the files' SHA-256.
 * It tells a simulated provider from a real one, on any platform.
 */
export function packageHash(provider: SimulatedProvider): string {
  const list = `${sha256(executable(provider)).toString('hex')}  ${executableName(provider)}\n`;
  return `h1:${sha256(list).toString('base64')}`;
}

const sha256 = (content: string): Buffer => createHash('sha256').update(content).digest();

/**
 * Writes the simulated providers as an unpacked filesystem mirror of Terraform's: the directory `providers` of a world, which
 * has `launch` beside it. What is right already is left alone, so any number of processes may do it at once.
 */
export async function writeProviderMirror(root: string, providers: readonly SimulatedProvider[], platform: string = terraformPlatform()): Promise<void> {
  const packages = hosts.flatMap((host) => providers.map((provider) => ({ host, provider })));
  await Promise.all(
    packages.map(async ({ host, provider }) => {
      const folder = join(root, host, 'hashicorp', provider.name, provider.version, platform);
      const file = join(folder, executableName(provider));
      if ((await textOf(file)) === executable(provider)) return chmod(file, 0o700);
      await ensurePrivateDirectory(folder);
      return durableWrite(file, executable(provider), 0o700);
    }),
  );
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
