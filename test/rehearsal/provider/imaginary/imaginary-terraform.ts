import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { execa, type ResultPromise } from 'execa';
import { terraformPlatform } from '../../../../src/rehearsal/provider/terraform-platform.ts';
import { bundleOptions } from '../../../../esbuild.config.mjs';
import type { ImaginaryCloud } from './imaginary-provider.ts';

/** The real terraform in a directory of its own, with the imaginary provider in a mirror. */
export interface ImaginaryTerraform {
  readonly directory: string;
  readonly executable: string;
  write(configuration: object): void;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<{ readonly exitCode: number | undefined; readonly output: string }>;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): ResultPromise;
  cloud(): ImaginaryCloud;
  setCloud(change: Partial<ImaginaryCloud>): void;
  state(): { readonly resources: readonly { readonly type: string; readonly instances: readonly { readonly status?: string; readonly attributes: Readonly<Record<string, unknown>> }[] }[] };
  remove(): void;
}

/** Bundles the imaginary provider as labtui itself is bundled; the folder it is in. */
export async function bundleImaginary(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'labtui-imaginary-'));
  await build({ ...bundleOptions({ imaginary: join(import.meta.dirname, 'serve-imaginary.ts') }, folder), metafile: false });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

export function imaginaryTerraform(bundle: string): ImaginaryTerraform {
  const home = mkdtempSync(join(tmpdir(), 'labtui-imaginary-stack-'));
  const directory = join(home, 'stack');
  const cloudFile = join(home, 'cloud.json');
  const packageFolder = join(home, 'mirror/registry.terraform.io/labtui/imaginary/1.0.0', terraformPlatform());
  for (const folder of [directory, packageFolder]) mkdirSync(folder, { recursive: true });
  const executable = join(packageFolder, 'terraform-provider-imaginary_v1.0.0');
  const schemaFile = resolve(import.meta.dirname, 'schema.json');
  writeFileSync(executable, `#!/bin/sh\nexec '${process.execPath}' '${bundle}/imaginary.js' '${schemaFile}' '${cloudFile}'\n`);
  chmodSync(executable, 0o700);
  writeFileSync(join(home, 'config.tfrc'), `provider_installation {\n  filesystem_mirror {\n    path = "${home}/mirror"\n  }\n}\n`);
  writeFileSync(cloudFile, '{"made":0,"things":{}}');
  const base = { PATH: process.env.PATH, HOME: home, TF_CLI_CONFIG_FILE: join(home, 'config.tfrc'), TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
  const start: ImaginaryTerraform['start'] = (args, env = {}) =>
    execa('terraform', [...args], { cwd: directory, env: { ...base, ...env }, extendEnv: false, reject: false, all: true, stdin: 'ignore' });
  const cloud = (): ImaginaryCloud => JSON.parse(readFileSync(cloudFile, 'utf8')) as ImaginaryCloud;
  return {
    directory,
    executable,
    start,
    cloud,
    write: (configuration) =>
      writeFileSync(
        join(directory, 'main.tf.json'),
        JSON.stringify({ terraform: { required_providers: { imaginary: { source: 'labtui/imaginary', version: '~> 1.0' } } }, ...configuration }),
      ),
    async run(args, env) {
      const { exitCode, all } = await start(args, env);
      return { exitCode, output: String(all) };
    },
    setCloud: (change) => writeFileSync(cloudFile, JSON.stringify({ ...cloud(), ...change })),
    state: () => JSON.parse(readFileSync(join(directory, 'terraform.tfstate'), 'utf8')) as ReturnType<ImaginaryTerraform['state']>,
    remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 3 }),
  };
}
