import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const registry = 'registry.terraform.io/hashicorp';

/** One version of a real provider, as Terraform finds it in a mirror's folder. */
export interface MirroredProvider {
  readonly name: string;
  readonly version: string;
  /** A configuration for TF_CLI_CONFIG_FILE that knows this version and nothing else. */
  readonly cliConfig: string;
  remove(): Promise<void>;
}

/** Every version of a provider that a mirror on this computer has; `LABTUI_TEST_PROVIDER_MIRROR` names one. Empty: none. */
export async function mirroredProviders(name: string, env: NodeJS.ProcessEnv = process.env): Promise<readonly MirroredProvider[]> {
  const named = env.LABTUI_TEST_PROVIDER_MIRROR;
  const below = (await entries('/opt')).map((folder) => join('/opt', folder));
  for (const mirror of [...(named === undefined ? [] : [named]), join(homedir(), '.terraform.d/plugins'), '/opt', ...below]) {
    const versions = await versionsIn(join(mirror, registry, name));
    if (versions.length > 0) return Promise.all(versions.map((version) => only(mirror, name, version)));
  }
  return [];
}

const entries = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Unpacked (`5.100.0/linux_amd64/`) or packed (`terraform-provider-google_7.45.0_linux_amd64.zip`). */
async function versionsIn(folder: string): Promise<readonly string[]> {
  const versions = (await entries(folder)).flatMap((entry) => /^(?:terraform-provider-\w+_)?(\d+\.\d+\.\d+)(?:_\w+\.zip)?$/.exec(entry)?.[1] ?? []);
  return [...new Set(versions)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** A mirror of links to that version. */
async function only(mirror: string, name: string, version: string): Promise<MirroredProvider> {
  const home = await mkdtemp(join(tmpdir(), 'labtui-mirror-'));
  const folder = join(home, 'mirror', registry, name);
  const original = join(mirror, registry, name);
  // Terraform follows links to packages, not to folders of them.
  await mkdir(join(folder, version), { recursive: true });
  for (const platform of await entries(join(original, version))) await symlink(join(original, version, platform), join(folder, version, platform));
  for (const packed of (await entries(original)).filter((entry) => entry.includes(`_${version}_`))) await symlink(join(original, packed), join(folder, packed));
  const cliConfig = join(home, 'terraformrc');
  await writeFile(cliConfig, `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(join(home, 'mirror'))}\n  }\n}\n`);
  return { name, version, cliConfig, remove: () => rm(home, { recursive: true, force: true }) };
}
