import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { bundleOptions } from '../../../esbuild.config.mjs';
import { azureModel } from '../../../src/rehearsal/azure/model/azure-model.ts';
import { openWorld } from '../../../src/rehearsal/engine/disk-world.ts';
import type { World } from '../../../src/rehearsal/engine/world.ts';
import { terraformPlatform } from '../../../src/rehearsal/provider/terraform-platform.ts';
import { catalogue, subscription } from './azure-world.ts';

/** The real terraform in a directory of its own, with the simulated azurerm provider and its world. */
export interface AzurermTerraform {
  readonly world: World;
  write(resources: object, features?: object): void;
  run(...args: readonly string[]): Promise<{ readonly exitCode: number | undefined; readonly output: string }>;
  /** The attributes of a resource in the state; null: it is not there. */
  state(type: string, name: string): Readonly<Record<string, unknown>> | null;
  remove(): void;
}

/** Bundles the provider as labtui itself is bundled; the folder it is in. */
export async function bundleAzurerm(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'labtui-azurerm-'));
  await build({ ...bundleOptions({ azurerm: join(import.meta.dirname, 'serve-azurerm.ts') }, folder), metafile: false });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

export async function azurermTerraform(bundle: string): Promise<AzurermTerraform> {
  const home = mkdtempSync(join(tmpdir(), 'labtui-azurerm-stack-'));
  const directory = join(home, 'stack');
  const worldDirectory = join(home, 'world');
  const packageFolder = join(home, 'mirror/registry.terraform.io/hashicorp/azurerm/5.2.0', terraformPlatform());
  for (const folder of [directory, worldDirectory, packageFolder]) mkdirSync(folder, { recursive: true });
  const executable = join(packageFolder, 'terraform-provider-azurerm_v5.2.0_x5');
  writeFileSync(executable, `#!/bin/sh\nexec '${process.execPath}' '${bundle}/azurerm.js' '${worldDirectory}'\n`);
  chmodSync(executable, 0o700);
  writeFileSync(join(home, 'config.tfrc'), `provider_installation {\n  filesystem_mirror {\n    path = "${home}/mirror"\n  }\n}\n`);
  const world = await openWorld(worldDirectory, { models: [azureModel] });
  await world.setCatalogue(catalogue);
  await world.setClock({ speed: 500 });
  const env = { PATH: process.env.PATH, HOME: home, TF_CLI_CONFIG_FILE: join(home, 'config.tfrc'), TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
  return {
    world,
    write: (resource, features = { resource_group: { prevent_deletion_if_contains_resources: false }, persist_id_on_create_before_polling_for_completion: true }) =>
      writeFileSync(
        join(directory, 'main.tf.json'),
        JSON.stringify({
          terraform: { required_providers: { azurerm: { source: 'hashicorp/azurerm', version: '>= 4.75.0, < 6.0.0' } } },
          provider: { azurerm: [{ subscription_id: subscription, resource_provider_registrations: 'none', features }] },
          resource,
        }),
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
