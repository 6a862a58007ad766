import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { execa } from 'execa';
import { openWorld } from '../../../src/rehearsal/engine/disk-world.ts';
import type { World } from '../../../src/rehearsal/engine/world.ts';
import { gcpModel } from '../../../src/rehearsal/gcp/model/gcp-model.ts';
import { terraformPlatform } from '../../../src/rehearsal/provider/terraform-platform.ts';
import { catalogue } from './gcp-world.ts';

/** The real terraform in a directory of its own, with the simulated google provider and its world. */
export interface GoogleTerraform {
  readonly world: World;
  write(resources: object, provider?: object): void;
  run(...args: readonly string[]): Promise<{ readonly exitCode: number | undefined; readonly output: string }>;
  /** The attributes of a resource in the state; null: it is not there. */
  state(type: string, name: string): Readonly<Record<string, unknown>> | null;
  remove(): void;
}

/** Bundles the provider as labtui itself is bundled; the folder it is in. */
export async function bundleGoogle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'labtui-google-'));
  const config = resolve(import.meta.dirname, '../../../esbuild.config.mjs');
  const { bundleOptions } = (await import(config)) as { readonly bundleOptions: (entries: object, folder: string) => BuildOptions };
  await build({ ...bundleOptions({ google: join(import.meta.dirname, 'serve-google.ts') }, folder), metafile: false });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

export async function googleTerraform(bundle: string): Promise<GoogleTerraform> {
  const home = mkdtempSync(join(tmpdir(), 'labtui-google-stack-'));
  const directory = join(home, 'stack');
  const worldDirectory = join(home, 'world');
  const packageFolder = join(home, 'mirror/registry.terraform.io/hashicorp/google/6.50.0', terraformPlatform());
  for (const folder of [directory, worldDirectory, packageFolder]) mkdirSync(folder, { recursive: true });
  const executable = join(packageFolder, 'terraform-provider-google_v6.50.0_x5');
  writeFileSync(executable, `#!/bin/sh\nexec '${process.execPath}' '${bundle}/google.js' '${worldDirectory}'\n`);
  chmodSync(executable, 0o700);
  writeFileSync(join(home, 'config.tfrc'), `provider_installation {\n  filesystem_mirror {\n    path = "${home}/mirror"\n  }\n}\n`);
  const world = await openWorld(worldDirectory, { models: [gcpModel] });
  await world.setCatalogue(catalogue);
  await world.setClock({ speed: 500 });
  const env = { PATH: process.env.PATH, HOME: home, TF_CLI_CONFIG_FILE: join(home, 'config.tfrc'), TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
  return {
    world,
    write: (resource, provider = { project: 'lab-project', region: 'us-central1', zone: 'us-central1-a' }) =>
      writeFileSync(
        join(directory, 'main.tf.json'),
        JSON.stringify({ terraform: { required_providers: { google: { source: 'hashicorp/google', version: '>= 6.0.0, < 8.0.0' } } }, provider: { google: [provider] }, resource }),
      ),
    async run(...args) {
      const { exitCode, all } = await execa('terraform', [...args, '-no-color'], { cwd: directory, env, extendEnv: false, reject: false, all: true, stdin: 'ignore' });
      return { exitCode, output: all };
    },
    state(type, name) {
      const { resources } = JSON.parse(readFileSync(join(directory, 'terraform.tfstate'), 'utf8')) as {
        readonly resources: readonly { readonly type: string; readonly name: string; readonly instances: readonly { readonly attributes: Readonly<Record<string, unknown>> }[] }[];
      };
      return resources.find((resource) => resource.type === type && resource.name === name)?.instances[0]?.attributes ?? null;
    },
    remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 3 }),
  };
}
