import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that holds `registry.terraform.io/hashicorp/aws`, unpacked; null when there is none. */
export async function findProviderMirror(env: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  const named = env.LABTUI_TEST_PROVIDER_MIRROR;
  const below = await readdir('/opt').catch(() => []);
  const candidates = [
    ...(named === undefined ? [] : [named]),
    join(homedir(), '.terraform.d', 'plugins'),
    '/opt',
    ...below.map((name) => join('/opt', name)),
  ];
  for (const folder of candidates) {
    if (await access(join(folder, 'registry.terraform.io', 'hashicorp', 'aws')).then(() => true, () => false)) return folder;
  }
  return null;
}

export interface ProviderMirrorConfig {
  /** For TF_CLI_CONFIG_FILE. */
  readonly file: string;
  readonly mirror: string;
  remove(): Promise<void>;
}

/** A CLI configuration that takes providers from the mirror and nowhere else; null without a mirror. */
export async function providerMirrorConfig(): Promise<ProviderMirrorConfig | null> {
  const mirror = await findProviderMirror();
  if (mirror === null) return null;
  const directory = await mkdtemp(join(tmpdir(), 'labtui-tfrc-'));
  const file = join(directory, 'terraformrc');
  const path = JSON.stringify(mirror);
  await writeFile(file, `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = ${path}\n  }\n}\n`);
  return { file, mirror, remove: () => rm(directory, { recursive: true, force: true }) };
}
