import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findProviderMirror } from './provider-mirror.ts';

export type BenchPart = 'moto_server' | 'terraform' | 'aws-provider-mirror';

/** One line to print as the reason of a skipped test, naming what is missing and how to get it; null: all there. */
export async function missingTools(needed: readonly BenchPart[], env: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  const missing: string[] = [];
  if (needed.includes('moto_server') && !(await onPath('moto_server', env))) {
    missing.push('moto_server is not on the PATH (pip install "moto[server]")');
  }
  if (needed.includes('terraform') && !(await onPath('terraform', env))) missing.push('terraform is not on the PATH');
  if (needed.includes('aws-provider-mirror') && (await findProviderMirror(env)) === null) {
    missing.push('no unpacked mirror of hashicorp/aws was found (set LABTUI_TEST_PROVIDER_MIRROR)');
  }
  return missing.length === 0 ? null : missing.join('; ');
}

async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (await access(join(folder, name), constants.X_OK).then(() => true, () => false)) return true;
  }
  return false;
}
