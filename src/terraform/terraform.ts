import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../core/errors.ts';
import type { Terraform, TerraformCall, TerraformOutcome } from '../core/terraform.ts';
import { childEnvironment, type Environment, rehearsedEnvironment } from './child-environment.ts';
import { type CliConfig, readCliConfig } from './cli-config.ts';
import { applyArguments, destroyArguments, importArguments, planArguments, refreshArguments } from './commands.ts';
import { readConfiguration } from './configuration.ts';
import { initialize } from './init.ts';
import { choosePluginCache, type PluginCache } from './plugin-cache.ts';
import { readProviderVersions } from './provider-versions.ts';
import { notStarted, runCommand } from './run-command.ts';
import { settleRunning } from './running.ts';
import { findTerraform, type TerraformBinary } from './terraform-binary.ts';
import { type CommandName, createOutputFile, makeWorkFolder } from './work-folder.ts';
import { rehearsalConfigOf, type TerraformWorld } from './world-guard.ts';
import { isInitialized } from './work-data.ts';

export interface TerraformOptions {
  /** The caller's environment; what of it Terraform sees is an allow-list. */
  readonly environment: Environment;
  readonly homeDir: string;
  /** Absolute; relative paths in `terraformBin` and the environment start here. */
  readonly workingDirectory: string;
  /** labtui's own, absolute: holds `plugins/`, `locks/` and the lock around init. */
  readonly cacheDir: string;
  /** A path, or a name looked up on PATH; null: `terraform`. */
  readonly terraformBin: string | null;
  readonly now: () => Date;
  /** Simulated clouds instead of real ones, and what their providers need in their environment. @default real clouds */
  readonly rehearsal?: { readonly providersDir: string; readonly environment: Readonly<Record<string, string>> } | undefined;
  /** labtui's own providers: makes sure that they are there, and resolves with the CLI configuration by which Terraform finds them. Absent: there are none. */
  readonly ownProviders?: (() => Promise<string>) | undefined;
  /** How long `version` may take. @default 20 seconds */
  readonly probeTimeoutMs?: number | undefined;
}

/** What `doctor` tells of Terraform besides its version. */
export interface TerraformSetup {
  readonly cacheDir: string;
  readonly pluginCache: PluginCache;
  /** The user's CLI configuration in use, and the one that is named but missing. */
  readonly cliConfig: Pick<CliConfig, 'file' | 'missing'>;
}

export interface InstalledTerraform extends Terraform {
  /** Rejects as `version` does. */
  setup(): Promise<TerraformSetup>;
}

/** Terraform, or OpenTofu, as it is installed on this computer. Nothing is looked for before the first call. */
export function createTerraform(options: TerraformOptions): InstalledTerraform {
  const { cacheDir, workingDirectory, now } = options;
  const homeDir = options.environment.HOME ?? options.homeDir;
  const environment = absolutePaths({ ...options.environment, HOME: homeDir }, workingDirectory);
  const { rehearsal } = options;
  const world: TerraformWorld = rehearsal === undefined ? { kind: 'real' } : { kind: 'rehearsal', providersDir: rehearsal.providersDir };
  let found: Promise<TerraformBinary> | null = null;

  /** A rehearsal sees nothing of the user's clouds, mirrors and caches. */
  const environmentOf = async (call: TerraformCall): Promise<Record<string, string>> => {
    if (rehearsal !== undefined) return { ...rehearsedEnvironment(environment), ...rehearsal.environment, TF_CLI_CONFIG_FILE: rehearsalConfigOf(call.directory) };
    const own = childEnvironment(environment, call.passEnvironment);
    if (call.ownProvider !== true || options.ownProviders === undefined) return own;
    return { ...own, TF_CLI_CONFIG_FILE: await options.ownProviders() };
  };

  async function findBinary(): Promise<TerraformBinary> {
    found ??= findTerraform({ ...options, homeDir, environment, probeTimeoutMs: options.probeTimeoutMs ?? 20_000 });
    try {
      return await found;
    } catch (error) {
      // Not kept: the user may install one while labtui waits.
      found = null;
      throw error;
    }
  }

  /** null: aborted. Otherwise the directory is ready for a run and nobody else runs there. */
  async function prepare(call: TerraformCall): Promise<TerraformBinary | null> {
    if (call.signal.aborted) return null;
    await requireConfiguration(call.directory);
    const binary = await findBinary();
    await makeWorkFolder(call.directory);
    const settled = await settleRunning(call.directory, { signal: call.signal, onMessage: call.onMessage, now });
    return settled ? binary : null;
  }

  async function run(command: CommandName, call: TerraformCall, args: readonly string[]): Promise<TerraformOutcome> {
    const binary = await prepare(call);
    if (binary === null) return notStarted;
    return runCommand({
      binary: binary.binary,
      command,
      arguments: args,
      environment: await environmentOf(call),
      directory: call.directory,
      world,
      signal: call.signal,
      onMessage: call.onMessage,
      now,
    });
  }

  return {
    async version() {
      const { product, version, binary } = await findBinary();
      return { product, version, binary };
    },
    settle: (call) => settleRunning(call.directory, { signal: call.signal, onMessage: call.onMessage, now }),
    async init(call) {
      const binary = await prepare(call);
      if (binary === null) return notStarted;
      return initialize({ call, binary, environment: await environmentOf(call), world, homeDir, cacheDir, now });
    },
    isInitialized,
    async plan(call) {
      const args = planArguments(call.directory, call.planFile, call.replace);
      if (call.planFile === null) return run('plan', call, args);
      const file = path.resolve(call.directory, call.planFile);
      return keepOnlyIfPlanned(file, call, () => run('plan', call, args));
    },
    apply: (call) => run('apply', call, applyArguments(call.directory, call.planFile)),
    destroy: (call) => run('destroy', call, destroyArguments()),
    refresh: (call) => run('refresh', call, refreshArguments()),
    import: (call) => run('import', call, importArguments(call.address, call.id)),
    configuration: readConfiguration,
    providerVersions: readProviderVersions,
    async setup() {
      const { product } = await findBinary();
      const cliConfig = await readCliConfig(environment, homeDir, product);
      const { file, missing } = cliConfig;
      return { cacheDir, pluginCache: choosePluginCache(cacheDir, environment, cliConfig), cliConfig: { file, missing } };
    },
  };
}

/** Terraform runs in the stack's directory: paths that the user wrote for another one must not change their meaning. */
function absolutePaths(environment: Environment, workingDirectory: string): Environment {
  const changed = ['TF_CLI_CONFIG_FILE', 'TERRAFORM_CONFIG', 'TF_PLUGIN_CACHE_DIR', 'SSL_CERT_FILE', 'SSL_CERT_DIR'].flatMap((name) => {
    const value = environment[name];
    return value ? [[name, path.resolve(workingDirectory, value)] as const] : [];
  });
  return { ...environment, ...Object.fromEntries(changed) };
}

/** A plan holds user data: the file is there with its mode before Terraform fills it, and goes when there is no plan. */
async function keepOnlyIfPlanned(file: string, call: TerraformCall, plan: () => Promise<TerraformOutcome>): Promise<TerraformOutcome> {
  if (call.signal.aborted) return notStarted;
  await requireConfiguration(call.directory);
  await (await createOutputFile(file)).close();
  let planned = false;
  try {
    const outcome = await plan();
    planned = outcome.ok;
    return outcome;
  } finally {
    if (!planned) await rm(file, { force: true });
  }
}

async function requireConfiguration(directory: string): Promise<void> {
  if (await exists(path.join(directory, 'cdk.tf.json'))) return;
  throw new LabError(
    (await exists(directory))
      ? {
          kind: 'not-found',
          summary: `${directory} holds no cdk.tf.json, so Terraform does not know what the lab is made of`,
          hint: 'Put the file back from a copy: without it nothing here can be applied or destroyed.',
        }
      : {
          kind: 'not-found',
          summary: `The stack's directory ${directory} does not exist`,
          hint: 'Was the session moved or removed? See: labtui list --all',
        },
  );
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(() => true, () => false);
}

