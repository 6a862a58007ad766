import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa, type ResultPromise } from 'execa';
import { bundleOptions } from '../../../esbuild.config.mjs';
import { awsModel } from '../../../src/rehearsal/aws/model/aws-model.ts';
import { openWorld } from '../../../src/rehearsal/engine/disk-world.ts';
import type { World } from '../../../src/rehearsal/engine/world.ts';
import { terraformPlatform } from '../../../src/rehearsal/provider/terraform-platform.ts';
import { catalogue } from './aws-world.ts';

interface StateFile {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly status?: string; readonly attributes: Readonly<Record<string, unknown>> }[];
  }[];
}

/** The real terraform in a directory of its own, with the simulated aws provider and its world. */
export interface AwsTerraform {
  readonly world: World;
  /** A whole configuration, as JSON. */
  write(configuration: string | object): void;
  run(...args: readonly string[]): Promise<{ readonly exitCode: number | undefined; readonly output: string }>;
  /** Without waiting. */
  start(...args: readonly string[]): ResultPromise;
  /** Of all resources, by address. */
  state(): Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  tainted(): readonly string[];
  remove(): void;
}

/** Bundles the provider as labtui itself is bundled; the folder it is in. */
export async function bundleAws(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'labtui-aws-'));
  await build({ ...bundleOptions({ aws: join(import.meta.dirname, 'serve-aws.ts') }, folder), metafile: false });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

export async function awsTerraform(bundle: string, speed = 500): Promise<AwsTerraform> {
  const home = mkdtempSync(join(tmpdir(), 'labtui-aws-stack-'));
  const directory = join(home, 'stack');
  const worldDirectory = join(home, 'world');
  const packageFolder = join(home, 'mirror/registry.terraform.io/hashicorp/aws/5.100.0', terraformPlatform());
  for (const folder of [directory, worldDirectory, packageFolder]) mkdirSync(folder, { recursive: true });
  const executable = join(packageFolder, 'terraform-provider-aws_v5.100.0_x5');
  writeFileSync(executable, `#!/bin/sh\nexec '${process.execPath}' '${bundle}/aws.js' '${worldDirectory}'\n`);
  chmodSync(executable, 0o700);
  writeFileSync(join(home, 'config.tfrc'), `provider_installation {\n  filesystem_mirror {\n    path = "${home}/mirror"\n  }\n}\n`);
  const world = await openWorld(worldDirectory, { models: [awsModel] });
  await world.setCatalogue(catalogue);
  await world.setClock({ speed });
  const env = { PATH: process.env.PATH, HOME: home, TF_CLI_CONFIG_FILE: join(home, 'config.tfrc'), TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
  const start: AwsTerraform['start'] = (...args) =>
    execa('terraform', [...args, '-no-color'], { cwd: directory, env, extendEnv: false, reject: false, all: true, stdin: 'ignore' });
  const stateFile = (): StateFile => JSON.parse(readFileSync(join(directory, 'terraform.tfstate'), 'utf8')) as StateFile;
  return {
    world,
    start,
    write: (configuration) => writeFileSync(join(directory, 'main.tf.json'), typeof configuration === 'string' ? configuration : JSON.stringify(configuration)),
    async run(...args) {
      const { exitCode, all } = await start(...args);
      return { exitCode, output: String(all) };
    },
    state: () =>
      Object.fromEntries(
        stateFile().resources.flatMap(({ type, name, instances: [instance] }) => (instance === undefined ? [] : [[`${type}.${name}`, instance.attributes]])),
      ),
    tainted: () =>
      stateFile().resources.flatMap(({ type, name, instances }) => (instances.some(({ status }) => status === 'tainted') ? [`${type}.${name}`] : [])),
    remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 3 }),
  };
}
