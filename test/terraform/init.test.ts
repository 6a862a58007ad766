import { lstat, mkdir, readdir, readFile, readlink, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import type { TerraformMessage } from '../../src/core/terraform.ts';
import type { InstalledTerraform } from '../../src/terraform/terraform.ts';
import { zipArchive } from '../install/zip-archive.ts';
import { fakeTerraform } from '../support/terraform/fake-terraform.ts';
import { recordedCall, stackFolder, temporaryFolder, terraformWith, whyNoTerraform } from '../support/terraform/stack-folder.ts';

const configuration = { terraform: { required_providers: { toy: { source: 'example/toy', version: '>= 1.0.0' } } } };
const lockName = '.terraform.lock.hcl';

interface Mirror {
  readonly addVersion: (version: string) => Promise<void>;
  /** The same as a zip, as registries have it. */
  readonly addPacked: (version: string) => Promise<void>;
  readonly removeVersion: (version: string) => Promise<void>;
  /** Names the mirror to Terraform. */
  readonly configFile: string;
  /** A home directory in which Terraform finds the same providers by itself, as it finds what it once downloaded. */
  readonly home: string;
  readonly emptyConfigFile: string;
}

/** Where a stack's link to the provider leads. */
async function linkOf(directory: string, version = '1.1.0'): Promise<string> {
  const folder = join(directory, '.terraform/providers/registry.terraform.io/example/toy', version);
  const [platform] = await readdir(folder);
  return readlink(join(folder, platform!));
}

/** A mirror of one provider that does nothing: init only links it. */
async function toyMirror(): Promise<Mirror> {
  const folder = await temporaryFolder();
  const configFile = join(folder, 'toy.tfrc');
  const emptyConfigFile = join(folder, 'empty.tfrc');
  const home = join(folder, 'home');
  const mirror = join(home, '.terraform.d', 'plugins');
  await writeFile(emptyConfigFile, '');
  await writeFile(configFile, `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`);
  const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const versionFolder = (version: string): string => join(mirror, 'registry.terraform.io', 'example', 'toy', version);
  return {
    configFile,
    home,
    emptyConfigFile,
    addVersion: async (version) => {
      await mkdir(join(versionFolder(version), platform), { recursive: true });
      await writeFile(join(versionFolder(version), platform, `terraform-provider-toy_v${version}`), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    },
    addPacked: async (version) => {
      await mkdir(join(versionFolder(version), '..'), { recursive: true });
      const program = { name: `terraform-provider-toy_v${version}`, content: '#!/bin/sh\nexit 1\n' };
      await writeFile(join(versionFolder(version), '..', `terraform-provider-toy_${version}_${platform}.zip`), zipArchive([program]));
    },
    removeVersion: (version) => rm(versionFolder(version), { recursive: true }),
  };
}

function environmentWith(mirror: Mirror): Record<string, string | undefined> {
  const { TF_PLUGIN_CACHE_DIR: _own, ...rest } = process.env;
  return { ...rest, HOME: mirror.home, TF_CLI_CONFIG_FILE: mirror.emptyConfigFile };
}

function environmentNaming(mirror: Mirror): Record<string, string | undefined> {
  return { ...environmentWith(mirror), TF_CLI_CONFIG_FILE: mirror.configFile };
}

async function initNew(terraform: InstalledTerraform): Promise<{ directory: string; version: string | undefined; messages: TerraformMessage[]; ok: boolean }> {
  const directory = await stackFolder(configuration);
  const { call, messages } = recordedCall(directory);
  const { ok } = await terraform.init(call);
  const [version] = Object.values(await terraform.providerVersions(directory));
  return { directory, version, messages, ok };
}

const missing = whyNoTerraform();
describe.skipIf(missing !== null)(`init with the real terraform${missing === null ? '' : ` (${missing})`}`, () => {
  it('gives the next equal stack the same provider versions for seven days', async () => {
    const mirror = await toyMirror();
    await mirror.addVersion('1.1.0');
    const cacheDir = await temporaryFolder();
    const terraform = await terraformWith({ cacheDir, environment: environmentWith(mirror) });
    const first = await initNew(terraform);
    expect(first).toMatchObject({ ok: true, version: '1.1.0' });
    expect(await terraform.providerVersions(first.directory)).toEqual({ 'registry.terraform.io/example/toy': '1.1.0' });

    await mirror.addVersion('1.2.0');
    const second = await initNew(terraform);
    expect(second).toMatchObject({ ok: true, version: '1.1.0' });
    expect(JSON.stringify(second.messages)).toContain('Reusing previous version');

    const [seed] = await readdir(join(cacheDir, 'locks'));
    const eightDaysAgo = new Date(Date.now() - 8 * 86_400_000);
    await utimes(join(cacheDir, 'locks', seed!), eightDaysAgo, eightDaysAgo);
    expect(await initNew(terraform)).toMatchObject({ ok: true, version: '1.2.0' });
    expect(await initNew(terraform)).toMatchObject({ ok: true, version: '1.2.0' });
    expect((await readdir(cacheDir)).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  it('tries once more without the kept versions where they no longer work, and shows no error of that', async () => {
    const mirror = await toyMirror();
    await mirror.addVersion('1.1.0');
    const terraform = await terraformWith({ environment: environmentWith(mirror) });
    await initNew(terraform);
    await mirror.removeVersion('1.1.0');
    await mirror.addVersion('1.3.0');
    const second = await initNew(terraform);
    expect(second).toMatchObject({ ok: true, version: '1.3.0' });
    expect(second.messages).toContainEqual({ kind: 'log', level: 'warn', message: expect.stringContaining('trying again without') });
    expect(second.messages.filter((message) => message.kind === 'diagnostic' && message.severity === 'error')).toEqual([]);
    expect((await initNew(terraform)).version).toBe('1.3.0');
  });

  it('never touches a lock file that the directory has, and does not hand it on', async () => {
    const mirror = await toyMirror();
    await mirror.addVersion('1.1.0');
    const cacheDir = await temporaryFolder();
    const environment = environmentWith(mirror);
    const { directory } = await initNew(await terraformWith({ environment }));
    const own = await readFile(join(directory, lockName), 'utf8');
    await mirror.addVersion('1.2.0');
    const terraform = await terraformWith({ cacheDir, environment });
    expect((await terraform.init(recordedCall(directory).call)).ok).toBe(true);
    expect(await readFile(join(directory, lockName), 'utf8')).toBe(own);
    expect((await initNew(terraform)).version).toBe('1.2.0');
    expect(await readFile(join(directory, lockName), 'utf8')).toBe(own);

    await mirror.removeVersion('1.1.0');
    const { call } = recordedCall(directory);
    expect(await terraform.init(call)).toMatchObject({ ok: false, errors: [{ severity: 'error' }] });
    expect(await readFile(join(directory, lockName), 'utf8')).toBe(own);
  });

  it('chooses afresh under another mirror, and writes nothing into either', async () => {
    const [one, two] = [await toyMirror(), await toyMirror()];
    await one.addVersion('1.1.0');
    await two.addVersion('1.1.0');
    await two.addVersion('1.4.0');
    const cacheDir = await temporaryFolder();
    expect((await initNew(await terraformWith({ cacheDir, environment: environmentNaming(one) }))).version).toBe('1.1.0');
    expect((await initNew(await terraformWith({ cacheDir, environment: environmentNaming(two) }))).version).toBe('1.4.0');
    expect((await readdir(cacheDir)).filter((name) => name.startsWith('plugins-'))).toHaveLength(2);
    // Linking spares no download, so no version is kept: the newest is chosen each time.
    await one.addVersion('1.9.0');
    expect((await initNew(await terraformWith({ cacheDir, environment: environmentNaming(one) }))).version).toBe('1.9.0');
  });

  it('links a stack to an unpacked mirror itself: a link by way of the cache is gone for a moment at every other init', async () => {
    const mirror = await toyMirror();
    await mirror.addVersion('1.1.0');
    const cacheDir = await temporaryFolder();
    const terraform = await terraformWith({ cacheDir, environment: environmentNaming(mirror) });
    const { directory } = await initNew(terraform);
    expect(await linkOf(directory)).toContain(join(mirror.home, '.terraform.d/plugins/registry.terraform.io/example/toy/1.1.0'));
    for (const name of await readdir(cacheDir)) if (name.startsWith('plugins-')) await rm(join(cacheDir, name), { recursive: true });
    // It fails at the toy itself, which is no provider, not for want of one.
    const { stderr } = await execa('terraform', ['plan', '-no-color'], { cwd: directory, env: environmentNaming(mirror), extendEnv: false, reject: false });
    expect(stderr).not.toContain('Required plugins are not installed');
    expect((await readdir(join(directory, '.terraform'))).sort()).toEqual(['providers']);
  });

  it('unpacks what a mirror has packed once, and lets no later init write over it', async () => {
    const mirror = await toyMirror();
    await mirror.addPacked('1.1.0');
    const cacheDir = await temporaryFolder();
    const terraform = await terraformWith({ cacheDir, environment: environmentNaming(mirror) });
    const first = await initNew(terraform);
    const cached = await linkOf(first.directory);
    expect(cached).toContain(join(cacheDir, 'plugins-'));
    const program = join(cached, 'terraform-provider-toy_v1.1.0');
    const before = await lstat(program);
    const second = await initNew(terraform);
    expect(await linkOf(second.directory)).toBe(cached);
    const after = await lstat(program);
    expect([after.ino, after.ctimeMs]).toEqual([before.ino, before.ctimeMs]);
  });

  it('runs in parallel for many stacks of one cache', async () => {
    const mirror = await toyMirror();
    await mirror.addVersion('1.1.0');
    const terraform = await terraformWith({ environment: environmentWith(mirror) });
    const all = await Promise.all([1, 2, 3, 4].map(() => initNew(terraform)));
    expect(all.map(({ ok, version }) => [ok, version])).toEqual(Array.from({ length: 4 }, () => [true, '1.1.0']));
  });
});

describe('init', () => {
  it("respects the user's own provider cache", async () => {
    const fake = await fakeTerraform();
    const cache = await temporaryFolder();
    const home = await temporaryFolder();
    const cacheDir = join(await temporaryFolder(), 'made/when/needed');
    const runWith = async (environment: Record<string, string>): Promise<string | undefined> => {
      const terraform = await terraformWith({ terraformBin: fake.binary, cacheDir, environment: { PATH: process.env.PATH, HOME: home, ...environment } });
      await terraform.init(recordedCall(await stackFolder(configuration)).call);
      return (await fake.runs()).at(-1)!.env.TF_PLUGIN_CACHE_DIR;
    };
    expect(await runWith({})).toBe(join(cacheDir, 'plugins'));
    expect((await lstat(join(cacheDir, 'plugins'))).mode & 0o777).toBe(0o700);
    expect(await runWith({ TF_PLUGIN_CACHE_DIR: cache })).toBe(cache);
    await writeFile(join(home, '.terraformrc'), `plugin_cache_dir = "${cache}"\n`);
    expect(await runWith({})).toBeUndefined();
  });

  it('goes on without a cache where a file is in its place, and says so', async () => {
    const fake = await fakeTerraform();
    const cacheDir = join(await temporaryFolder(), 'cache');
    await writeFile(cacheDir, '');
    const terraform = await terraformWith({ terraformBin: fake.binary, cacheDir });
    const { call, messages } = recordedCall(await stackFolder(configuration));
    expect((await terraform.init(call)).ok).toBe(true);
    expect(messages).toContainEqual({ kind: 'log', level: 'warn', message: expect.stringContaining('No provider cache') });
  });
});
