import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { localInstallation, localPackageHash, localProviderSource, writeLocalProvider } from '../../../src/local/mirror.ts';
import { localDirectory } from '../../../src/local/place.ts';
import { terraformPlatform } from '../../../src/plugin/terraform-platform.ts';
import { whyNoTerraform } from '../../support/terraform/stack-folder.ts';

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A sessions directory with the provider; the bundle's entry is one that says how it was called. */
async function withProvider(): Promise<{ sessions: string; directory: string }> {
  const sessions = await mkdtemp(join(tmpdir(), "labtui local's-"));
  folders.push(sessions);
  const [directory, script] = [localDirectory(sessions), join(sessions, 'local.js')];
  await writeFile(script, 'console.log(process.argv.slice(2).join(" "))');
  await Promise.all([1, 2].map(() => writeLocalProvider({ directory, node: process.execPath, script })));
  return { sessions, directory };
}

describe('the provider for local machines', () => {
  it('is one small program in a mirror beside the sessions, that finds labtui wherever it is', async () => {
    const { directory } = await withProvider();
    const { version } = localProviderSource;
    const folder = join(directory, 'providers/registry.terraform.io/labtui/local', version, terraformPlatform());
    const { stdout } = await execa(join(folder, `terraform-provider-local_v${version}`));
    expect(stdout).toBe('provider local');
    await rm(join(directory, 'launch'));
    const gone = await execa(join(folder, `terraform-provider-local_v${version}`), { reject: false });
    expect([gone.exitCode, gone.stderr]).toEqual([1, expect.stringContaining('Any labtui command with --cloud local writes it again.')]);
  });

  const missing = whyNoTerraform();
  it.skipIf(missing !== null)('is what the real terraform installs, by that hash, without any registry', async () => {
    const { sessions, directory } = await withProvider();
    const stack = join(sessions, 'stack');
    await mkdir(stack);
    await writeFile(join(stack, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: { local: { source: 'labtui/local', version: localProviderSource.version } } } }));
    await writeFile(join(sessions, 'rc'), localInstallation(directory));
    await execa('terraform', ['init'], { cwd: stack, env: { TF_CLI_CONFIG_FILE: join(sessions, 'rc'), CHECKPOINT_DISABLE: '1' } });
    expect(await readFile(join(stack, '.terraform.lock.hcl'), 'utf8')).toContain(localPackageHash);
  });
});
