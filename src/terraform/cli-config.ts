import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TerraformVersion } from '../core/terraform.ts';
import type { Environment } from './child-environment.ts';

/** The user's own settings of Terraform's command line, as far as labtui must respect or know them. */
export interface CliConfig {
  /** The file in use; null: none. */
  readonly file: string | null;
  /** The file that the environment names and that is not there: Terraform then warns and uses none. */
  readonly missing: string | null;
  readonly setsPluginCache: boolean;
  /** All of it as text, to tell one setting of mirrors and registries from another. May hold tokens: never shown. */
  readonly text: string;
}

/**
 * Finds the CLI configuration as Terraform does (internal/command/cliconfig): the file of TF_CLI_CONFIG_FILE or
 * TERRAFORM_CONFIG alone, else the file in the home directory and every `*.tfrc` of its configuration directory.
 */
export async function readCliConfig(environment: Environment, homeDir: string, product: TerraformVersion['product']): Promise<CliConfig> {
  const named = [environment.TF_CLI_CONFIG_FILE, environment.TERRAFORM_CONFIG].find((value) => value !== undefined && value !== '');
  if (named !== undefined) {
    const text = await readOrNull(named);
    return text === null
      ? { file: null, missing: named, setsPluginCache: false, text: '' }
      : { file: named, missing: null, setsPluginCache: hasPluginCache(text), text };
  }
  const main = await firstReadable(mainFiles(environment, homeDir, product));
  const others = await Promise.all((await directoryFiles(environment, homeDir, product)).map(readOrNull));
  const text = [main?.text, ...others].filter((part) => typeof part === 'string').join('\n');
  return { file: main?.file ?? null, missing: null, setsPluginCache: hasPluginCache(text), text };
}

function mainFiles(environment: Environment, homeDir: string, product: TerraformVersion['product']): readonly string[] {
  const terraformrc = path.join(homeDir, '.terraformrc');
  if (product === 'terraform') return [terraformrc];
  const xdg = environment.XDG_CONFIG_HOME;
  return [path.join(homeDir, '.tofurc'), terraformrc, ...(xdg ? [path.join(xdg, 'opentofu', 'tofurc')] : [])];
}

async function directoryFiles(environment: Environment, homeDir: string, product: TerraformVersion['product']): Promise<readonly string[]> {
  const xdg = environment.XDG_CONFIG_HOME;
  const candidates = [path.join(homeDir, '.terraform.d'), ...(product === 'tofu' && xdg ? [path.join(xdg, 'opentofu')] : [])];
  for (const directory of candidates) {
    try {
      const names = await readdir(directory);
      return names.filter((name) => /\.tfrc(\.json)?$/.test(name)).sort().map((name) => path.join(directory, name));
    } catch {
      continue;
    }
  }
  return [];
}

/** `plugin_cache_dir` outside of comments, in HCL or JSON. */
function hasPluginCache(text: string): boolean {
  const bare = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*(#|\/\/).*$/gm, '');
  return /(?:^|[{,])\s*"?plugin_cache_dir"?\s*[=:]/m.test(bare);
}

async function firstReadable(files: readonly string[]): Promise<{ readonly file: string; readonly text: string } | null> {
  for (const file of files) {
    const text = await readOrNull(file);
    if (text !== null) return { file, text };
  }
  return null;
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}
