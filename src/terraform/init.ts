import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../core/errors.ts';
import type { TerraformCall, TerraformMessage, TerraformOutcome } from '../core/terraform.ts';
import { acquireCacheLock, type CacheLock } from './cache-lock.ts';
import { readCliConfig } from './cli-config.ts';
import { initArguments, initSpeaksJson } from './commands.ts';
import { hasLockFile, keepLockFile, lockSeedFile, namesMirror, plantLockFile, uprootLockFile } from './lock-seed.ts';
import { choosePluginCache, preparePluginCache } from './plugin-cache.ts';
import { linkPastCache } from './provider-links.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { notStarted, runCommand } from './run-command.ts';
import type { TerraformBinary } from './terraform-binary.ts';
import { dropDamagedWorkData } from './work-data.ts';
import type { TerraformWorld } from './world-guard.ts';

export interface InitRequest {
  readonly call: TerraformCall;
  readonly binary: TerraformBinary;
  readonly environment: Readonly<Record<string, string>>;
  readonly world: TerraformWorld;
  readonly homeDir: string;
  readonly cacheDir: string;
  readonly now: () => Date;
}

/**
 * `terraform init`, one at a time on this computer, with the shared provider cache and, in a directory without a lock
 * file, the provider versions that the last equal configuration got.
 */
export async function initialize(request: InitRequest): Promise<TerraformOutcome> {
  const { call, binary, cacheDir, now, world } = request;
  const { directory } = call;
  for (const damaged of await dropDamagedWorkData(directory)) {
    call.onMessage({ kind: 'log', level: 'warn', message: `${damaged} was damaged, as after a power cut, and is made anew` });
  }
  // Its mirror is a few small files beside the sessions: nothing to cache, nothing to share, nothing to wait for.
  if (world.kind === 'rehearsal' || call.ownProvider === true) return runInit(request, request.environment, call.onMessage);
  const cliConfig = await readCliConfig(request.environment, request.homeDir, binary.product);
  const cache = choosePluginCache(cacheDir, request.environment, cliConfig);
  const lock = await lockCache(cacheDir, call);
  if (lock === null) return notStarted;
  try {
    const environment: Record<string, string> = { ...request.environment };
    if (lock !== 'impossible' && cache.setBy === 'labtui') {
      await preparePluginCache(cache.directory);
      environment.TF_PLUGIN_CACHE_DIR = cache.directory;
    }
    const run = (onMessage: TerraformCall['onMessage']): Promise<TerraformOutcome> =>
      runInit(request, environment, onMessage, lock === 'impossible' ? undefined : (identity) => lock.addHolder(identity));
    const linked = (): Promise<boolean> => (lock !== 'impossible' && cache.setBy === 'labtui' ? linkPastCache(directory, cache.directory) : Promise.resolve(true));

    const seed = await lockSeedFile(cacheDir, directory, binary, cliConfig);
    const keep = seed === null || (await hasLockFile(directory)) ? null : seed;
    if (keep !== null && (await plantLockFile(keep, directory, now()))) {
      const outcome = await runWithPlanted(run, call.onMessage);
      if (outcome !== null) {
        await linked();
        return outcome;
      }
      await uprootLockFile(keep, directory);
    }
    const outcome = await run(call.onMessage);
    const cacheHasFiles = await linked();
    if (keep !== null && outcome.ok && (cacheHasFiles || !namesMirror(cliConfig))) await keepLockFile(keep, directory, now());
    return outcome;
  } finally {
    if (lock !== 'impossible') await lock.release();
  }
}

function runInit(
  { binary, call, now, world }: InitRequest,
  environment: Readonly<Record<string, string>>,
  onMessage: TerraformCall['onMessage'],
  onStarted?: (identity: ProcessIdentity) => Promise<void>,
): Promise<TerraformOutcome> {
  return runCommand({
    binary: binary.binary,
    command: 'init',
    arguments: initArguments(initSpeaksJson(binary)),
    environment,
    directory: call.directory,
    world,
    signal: call.signal,
    onMessage,
    now,
    onStarted,
  });
}

/** With the planted lock file; null when that failed: then its errors are not the user's, and a run without follows. */
async function runWithPlanted(
  run: (onMessage: TerraformCall['onMessage']) => Promise<TerraformOutcome>,
  onMessage: TerraformCall['onMessage'],
): Promise<TerraformOutcome | null> {
  const heldBack: TerraformMessage[] = [];
  const outcome = await run((message) => (message.kind === 'diagnostic' ? void heldBack.push(message) : onMessage(message)));
  if (outcome.ok || outcome.interrupted) {
    heldBack.forEach(onMessage);
    return outcome;
  }
  const reason = outcome.errors[0]?.summary ?? 'unknown reason';
  onMessage({ kind: 'log', level: 'warn', message: `init with the provider versions of an earlier session failed (${reason}); trying again without them` });
  return null;
}

/** null: aborted while waiting. Without a writable cache directory init goes on without a cache. */
async function lockCache(cacheDir: string, call: TerraformCall): Promise<CacheLock | 'impossible' | null> {
  try {
    await mkdir(cacheDir, { recursive: true, mode: 0o700 });
    return await acquireCacheLock(path.join(cacheDir, 'plugins.lock'), call);
  } catch (error) {
    if (error instanceof LabError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    call.onMessage({ kind: 'log', level: 'warn', message: `No provider cache: ${cacheDir} cannot be used (${reason}); providers are downloaded anew` });
    return 'impossible';
  }
}
