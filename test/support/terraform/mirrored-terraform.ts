import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa, type ResultPromise } from 'execa';
import { bundleOptions } from '../../../esbuild.config.mjs';
import { terraformPlatform } from '../../../src/plugin/terraform-platform.ts';

export interface StateFile {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly status?: string; readonly attributes: Readonly<Record<string, unknown>> }[];
  }[];
}

export interface Ran {
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** A provider that is a program of ours, as Terraform finds it. */
export interface MirroredProvider {
  /** Its name in configurations, and the bundle's. */
  readonly name: string;
  /** `hashicorp/aws` */
  readonly source: string;
  readonly version: string;
  /** The TypeScript file that serves it. */
  readonly program: string;
}

/** The real terraform in a directory of its own, with one provider in a mirror. */
export interface MirroredTerraform {
  readonly home: string;
  readonly directory: string;
  /** The provider's own. */
  readonly executable: string;
  /** A whole configuration. */
  readonly write: (configuration: string | object) => void;
  readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ran>;
  /** Without waiting. */
  readonly start: (args: readonly string[], env?: Readonly<Record<string, string>>) => ResultPromise;
  readonly stateFile: () => StateFile;
  readonly remove: () => void;
}

/** Bundles a provider's program as labtui itself is bundled; the folder it is in. */
export async function bundleProvider({ name, program }: MirroredProvider): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `labtui-${name}-`));
  await build({ ...bundleOptions({ [name]: program }, folder), metafile: false });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

/** `programArguments` of the home: what the provider's program is started with. */
export function mirroredTerraform({ name, source, version }: MirroredProvider, bundle: string, programArguments: (home: string) => readonly string[]): MirroredTerraform {
  const home = mkdtempSync(join(tmpdir(), `labtui-${name}-stack-`));
  const directory = join(home, 'stack');
  const packageFolder = join(home, 'mirror/registry.terraform.io', source, version, terraformPlatform());
  for (const folder of [directory, packageFolder]) mkdirSync(folder, { recursive: true });
  const executable = join(packageFolder, `terraform-provider-${name}_v${version}_x5`);
  const command = [process.execPath, join(bundle, `${name}.js`), ...programArguments(home)].map((word) => `'${word}'`).join(' ');
  writeFileSync(executable, `#!/bin/sh\nexec ${command}\n`);
  chmodSync(executable, 0o700);
  writeFileSync(join(home, 'config.tfrc'), `provider_installation {\n  filesystem_mirror {\n    path = "${home}/mirror"\n  }\n}\n`);
  const base = { PATH: process.env.PATH, HOME: home, TF_CLI_CONFIG_FILE: join(home, 'config.tfrc'), TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
  const start: MirroredTerraform['start'] = (args, env = {}) =>
    execa('terraform', [...args, '-no-color'], { cwd: directory, env: { ...base, ...env }, extendEnv: false, reject: false, all: true, stdin: 'ignore' });
  return {
    home,
    directory,
    executable,
    start,
    write: (configuration) => writeFileSync(join(directory, 'main.tf.json'), typeof configuration === 'string' ? configuration : JSON.stringify(configuration)),
    run: async (args, env) => {
      const { exitCode, all } = await start(args, env);
      return { exitCode, output: String(all) };
    },
    stateFile: () => JSON.parse(readFileSync(join(directory, 'terraform.tfstate'), 'utf8')) as StateFile,
    remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 3 }),
  };
}
