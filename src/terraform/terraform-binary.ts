import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import * as z from 'zod';
import { LabError } from '../core/errors.ts';
import type { TerraformVersion } from '../core/terraform.ts';
import { parseJson } from '../platform/parse-json.ts';
import { type Environment, probeEnvironment } from './child-environment.ts';
import { lastLines } from './text-diagnostics.ts';
import { newestFetched } from './fetched-terraform.ts';
import { isAtLeast } from './version-number.ts';

/** Terraform 1.5 is the last one under the MPL, OpenTofu began with 1.6. */
const oldest = { terraform: '1.5.0', tofu: '1.6.0' } as const;
const title = { terraform: 'Terraform', tofu: 'OpenTofu' } as const;
const hint =
  'Check with: labtui doctor. Get it: labtui doctor --install-terraform, https://developer.hashicorp.com/terraform/install ' +
  '(or OpenTofu: https://opentofu.org/docs/intro/install), or name the one to use: --terraform-bin FILE';

export interface BinaryQuery {
  readonly environment: Environment;
  readonly homeDir: string;
  /** Relative paths in `terraformBin` start here. */
  readonly workingDirectory: string;
  /** labtui's own: where `doctor --install-terraform` puts Terraform. */
  readonly cacheDir: string;
  /** A path, or a name looked up on PATH; null: `terraform`, else the newest that labtui fetched. */
  readonly terraformBin: string | null;
  readonly probeTimeoutMs: number;
}

export interface TerraformBinary extends TerraformVersion {
  /** As Terraform names it: `linux_amd64`. */
  readonly platform: string;
}

/** Finds the binary and asks for its version. Rejects with kind prerequisite: missing, broken, silent or too old. */
export async function findTerraform(query: BinaryQuery): Promise<TerraformBinary> {
  const binary = await locate(query);
  const answer = await askVersion(binary, query);
  const product = /tofu/i.test(path.basename(await realpath(binary))) || /tofu/i.test(path.basename(binary)) ? 'tofu' : 'terraform';
  if (!isAtLeast(answer.version, oldest[product])) {
    throw refusal(`${binary} is ${title[product]} ${answer.version}; labtui needs ${oldest[product]} or newer`);
  }
  return { product, binary, ...answer };
}

async function locate({ environment, homeDir, workingDirectory, cacheDir, terraformBin }: BinaryQuery): Promise<string> {
  const name = terraformBin ?? 'terraform';
  if (name.includes('/')) {
    const file = name.startsWith('~/') ? path.join(homeDir, name.slice(2)) : path.resolve(workingDirectory, name);
    const problem = await whyNotExecutable(file);
    if (problem !== null) throw refusal(`Cannot run ${file}: ${problem}`);
    return file;
  }
  let unusable: string | null = null;
  for (const directory of (environment.PATH ?? '').split(path.delimiter).filter((entry) => path.isAbsolute(entry))) {
    const file = path.join(directory, name);
    const problem = await whyNotExecutable(file);
    if (problem === null) return file;
    if (problem !== missing) unusable ??= `${file}: ${problem}`;
  }
  const fetched = terraformBin === null ? await newestFetched(cacheDir) : null;
  if (fetched !== null) return fetched;
  throw refusal(unusable === null ? `${name} was not found on PATH` : `Cannot run ${unusable}`);
}

const missing = 'no such file';

async function whyNotExecutable(file: string): Promise<string | null> {
  try {
    if (!(await stat(file)).isFile()) return 'it is not a file';
  } catch {
    return missing;
  }
  try {
    await access(file, constants.X_OK);
    return null;
  } catch {
    return `it is not executable (chmod +x ${file})`;
  }
}

const versionSchema = z.object({ terraform_version: z.string().regex(/^\d+\.\d+\.\d+/), platform: z.string().default('unknown') });

async function askVersion(
  binary: string,
  { environment, probeTimeoutMs }: BinaryQuery,
): Promise<{ readonly version: string; readonly platform: string }> {
  const child = execa(binary, ['version', '-json'], {
    env: probeEnvironment(environment),
    extendEnv: false,
    // Away from any configuration: with one there, the version of its providers would be worked out too.
    cwd: '/',
    stdin: 'ignore',
    reject: false,
    // In a session of its own, so that Ctrl-C does not make a healthy binary look broken.
    detached: true,
    maxBuffer: 1_000_000,
  });
  let timedOut = false as boolean;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child.pid);
  }, probeTimeoutMs);
  const result = await child;
  clearTimeout(timer);
  if (timedOut) throw refusal(`${binary} did not answer "version -json" within ${Math.round(probeTimeoutMs / 1_000)} s`);
  if (result.exitCode === undefined && result.code !== undefined) throw refusal(`Cannot run ${binary}: ${result.code}`, result.originalMessage);
  // Terraform before 0.13 knows no -json.
  const old = /^Terraform v(\d+\.\d+\.\d+)/.exec(result.stdout)?.[1];
  if (old !== undefined) return { version: old, platform: 'unknown' };
  const how = result.exitCode === undefined ? `was ended by ${result.signal ?? 'a signal'}` : `exit code ${result.exitCode}`;
  if (result.exitCode !== 0) throw refusal(`${binary} is broken: "version -json" failed (${how})`, lastLines(result.stderr || result.stdout, 10));
  const answer = versionSchema.safeParse(parseJson(result.stdout));
  if (!answer.success) {
    throw refusal(`${binary} does not answer like Terraform: "version -json" printed something else`, lastLines(result.stdout, 10));
  }
  return { version: answer.data.terraform_version, platform: answer.data.platform };
}

/** With whatever a wrapper script has started: it would hold the output open. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    return;
  }
}

function refusal(summary: string, detail?: string): LabError {
  return new LabError({ kind: 'prerequisite', summary, detail: detail === '' ? undefined : detail, hint });
}
