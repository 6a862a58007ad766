import { createHash } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { durableWrite, ensurePrivateDirectory } from '../platform/durable-write.ts';
import { textOf } from '../platform/text-of.ts';
import { terraformPlatform } from './terraform-platform.ts';

/** A provider's package of one file, a program. */
export interface MirroredPackage {
  /** `hashicorp` in `hashicorp/aws`. */
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly fileName: string;
  readonly program: string;
}

/** Terraform and OpenTofu take the same providers from registries of their own. */
export const registryHosts = ['registry.terraform.io', 'registry.opentofu.org'] as const;

/**
 * The program of a package: the same on every computer, because its hash is in lock files. Terraform starts it through a
 * link, and it finds `launch` from where it really is: ROOT/providers/<host>/<namespace>/<name>/<version>/<platform>.
 */
export function launchedProgram({ about, gone, call }: { readonly about: string; readonly gone: string; readonly call: string }): string {
  return [
    '#!/bin/sh',
    `# ${about}`,
    'here=$(cd -P -- "${0%/*}" && pwd -P) || exit 1',
    'launch=$here/../../../../../../launch',
    'if [ ! -x "$launch" ]; then',
    `  echo "${gone}" >&2`,
    '  exit 1',
    'fi',
    `exec "$launch" ${call}`,
    '',
  ].join('\n');
}

/**
 * The package's hash as `.terraform.lock.hcl` has it: Go's dirhash.Hash1, the SHA-256 of the list of the files' SHA-256.
 * It tells one provider from another of its name, on any platform.
 */
export function hashOfPackage({ fileName, program }: Pick<MirroredPackage, 'fileName' | 'program'>): string {
  const list = `${sha256(program).toString('hex')}  ${fileName}\n`;
  return `h1:${sha256(list).toString('base64')}`;
}

const sha256 = (content: string): Buffer => createHash('sha256').update(content).digest();

/**
 * Writes providers as an unpacked filesystem mirror of Terraform's. What is right already is left alone, so any number of
 * processes may do it at once.
 */
export async function writeMirror(root: string, packages: readonly MirroredPackage[], platform: string = terraformPlatform()): Promise<void> {
  const copies = registryHosts.flatMap((host) => packages.map((mirrored) => ({ host, ...mirrored })));
  await Promise.all(
    copies.map(async ({ host, namespace, name, version, fileName, program }) => {
      const folder = join(root, host, namespace, name, version, platform);
      const file = join(folder, fileName);
      if ((await textOf(file)) === program) return chmod(file, 0o700);
      await ensurePrivateDirectory(folder);
      return durableWrite(file, program, 0o700);
    }),
  );
}
