import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { TerraformCall, TerraformMessage } from '../../../src/core/terraform.ts';
import { createTerraform, type InstalledTerraform, type TerraformOptions } from '../../../src/terraform/terraform.ts';

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** An empty folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'labtui-terraform-'));
  folders.push(folder);
  return folder;
}

/** Resources of Terraform's builtin provider: nothing is downloaded. `sleepSeconds` makes one of three slow. */
export function builtinConfiguration(sleepSeconds: number): object {
  const provisioner = sleepSeconds === 0 ? {} : { provisioner: [{ 'local-exec': { command: `sleep ${sleepSeconds}` } }] };
  return {
    terraform: { backend: { local: { path: 'terraform.tfstate' } } },
    resource: { terraform_data: { a: { input: 'one' }, b: { input: 'two' }, slow: { input: 'three', ...provisioner } } },
  };
}

/** A stack's directory with the given cdk.tf.json. */
export async function stackFolder(configuration: object): Promise<string> {
  const directory = join(await temporaryFolder(), 'stack');
  await mkdir(directory, { mode: 0o700 });
  await writeFile(join(directory, 'cdk.tf.json'), JSON.stringify(configuration));
  return directory;
}

/** Terraform as it is on PATH, with folders of the test's own. */
export async function terraformWith(options: Partial<TerraformOptions> = {}): Promise<InstalledTerraform> {
  return createTerraform({
    environment: process.env,
    homeDir: homedir(),
    workingDirectory: process.cwd(),
    cacheDir: await temporaryFolder(),
    terraformBin: null,
    now: () => new Date(),
    ...options,
  });
}

export interface RecordedCall {
  readonly call: TerraformCall;
  readonly messages: TerraformMessage[];
  readonly abort: AbortController;
  /** Resolves with the first message that fits. */
  readonly seen: (fits: (message: TerraformMessage) => boolean) => Promise<TerraformMessage>;
}

/** A call that keeps what it is told. */
export function recordedCall(directory: string, passEnvironment: readonly string[] = []): RecordedCall {
  const messages: TerraformMessage[] = [];
  const waiting: ((message: TerraformMessage) => void)[] = [];
  const abort = new AbortController();
  return {
    messages,
    abort,
    seen: (fits) =>
      new Promise((resolve) => {
        const found = messages.find(fits);
        if (found !== undefined) resolve(found);
        else waiting.push((message) => (fits(message) ? resolve(message) : undefined));
      }),
    call: {
      directory,
      passEnvironment,
      signal: abort.signal,
      onMessage: (message) => {
        messages.push(message);
        for (const tell of waiting) tell(message);
      },
    },
  };
}

/** Why tests with the real binary cannot run here, said aloud; null: they can. */
export function whyNoTerraform(): string | null {
  try {
    execFileSync('terraform', ['version'], { stdio: 'ignore' });
    return null;
  } catch (error) {
    const reason = `SKIPPED: no usable terraform on PATH (${error instanceof Error ? error.message : String(error)})`;
    process.stderr.write(`\n${reason}\n`);
    return reason;
  }
}
