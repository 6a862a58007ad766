import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { servedProviders as simulatedProviders } from '../../../src/rehearsal/clouds.ts';
import { packageHash, writeProviderMirror } from '../../../src/rehearsal/provider/mirror.ts';
import { terraformPlatform } from '../../../src/plugin/terraform-platform.ts';
import { whyNoTerraform } from '../../support/terraform/stack-folder.ts';

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A world with a mirror and a launcher that says how it was called. */
async function worldWithMirror(name = 'a world'): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'labtui-mirror-'));
  folders.push(home);
  const world = join(home, name);
  await mkdir(world);
  await writeProviderMirror(join(world, 'providers'), simulatedProviders);
  await writeFile(join(world, 'launch'), '#!/bin/sh\necho "launched $*"\n');
  await chmod(join(world, 'launch'), 0o700);
  return world;
}

const packageOf = (world: string, name: string, version: string, host = 'registry.terraform.io'): string => join(world, 'providers', host, 'hashicorp', name, version, terraformPlatform());

describe('the mirror of simulated providers', () => {
  it('has one executable for each, the same wherever it is, that finds its world through a link', async () => {
    const [one, two] = [await worldWithMirror(), await worldWithMirror("an'other")];
    for (const { name, version } of simulatedProviders) {
      const file = `terraform-provider-${name}_v${version}_x5`;
      for (const host of ['registry.terraform.io', 'registry.opentofu.org']) {
        const folder = packageOf(one, name, version, host);
        expect(await readdir(folder)).toEqual([file]);
        expect(await readFile(join(folder, file))).toEqual(await readFile(join(packageOf(two, name, version, host), file)));
        expect((await stat(join(folder, file))).mode & 0o777).toBe(0o700);
      }
      const link = join(two, `link-${name}`);
      await symlink(packageOf(one, name, version), link);
      expect((await execa(join(link, file))).stdout).toBe(`launched provider ${name}`);
    }
  });

  it('is written again where it was changed, and left alone where it is right, by several at once', async () => {
    const world = await worldWithMirror();
    const { name, version } = simulatedProviders[0]!;
    const file = join(packageOf(world, name, version), `terraform-provider-${name}_v${version}_x5`);
    const before = await stat(file, { bigint: true });
    await Promise.all([1, 2, 3].map(() => writeProviderMirror(join(world, 'providers'), simulatedProviders)));
    expect((await stat(file, { bigint: true })).mtimeNs).toBe(before.mtimeNs);
    await writeFile(file, 'broken');
    await Promise.all([1, 2, 3].map(() => writeProviderMirror(join(world, 'providers'), simulatedProviders)));
    expect((await execa(file)).stdout).toBe(`launched provider ${name}`);
    expect(await readdir(packageOf(world, name, version))).toHaveLength(1);
  });

  it('says what to do where its world is gone', async () => {
    const world = await worldWithMirror();
    await rm(join(world, 'launch'));
    const { name, version } = simulatedProviders[0]!;
    const { exitCode, stderr, stdout } = await execa(join(packageOf(world, name, version), `terraform-provider-${name}_v${version}_x5`), { reject: false });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^The simulated provider aws is not in a labtui rehearsal any more: .* Run labtui with --rehearse again\.$/);
  });
});

const missing = whyNoTerraform();
describe.skipIf(missing !== null)(`the hash of a simulated provider${missing === null ? '' : ` (${missing})`}`, () => {
  it('is the one that the real terraform writes into its lock file', async () => {
    const world = await worldWithMirror();
    const stack = join(world, 'stack');
    await mkdir(stack);
    const required = Object.fromEntries(simulatedProviders.map(({ name, version }) => [name, { source: `hashicorp/${name}`, version }]));
    await writeFile(join(stack, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: required } }));
    await writeFile(join(world, 'rc'), `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(join(world, 'providers'))}\n  }\n}\n`);
    await execa('terraform', ['init'], { cwd: stack, env: { TF_CLI_CONFIG_FILE: join(world, 'rc'), CHECKPOINT_DISABLE: '1' } });
    const lock = await readFile(join(stack, '.terraform.lock.hcl'), 'utf8');
    const hashes = [...lock.matchAll(/"(h1:[^"]+)"/g)].map(([, hash]) => hash);
    expect(hashes).toEqual(simulatedProviders.map(packageHash));
  });
});
