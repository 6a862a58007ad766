import type { Cloud } from '../../core/cloud.ts';
import { invalidInput } from '../../core/errors.ts';
import type { RehearsalPort } from '../../lab/ports.ts';
import { ensurePrivateDirectory } from '../../platform/durable-write.ts';
import { isSameProcess, processStartTime } from '../../platform/process-identity.ts';
import { runVariable } from '../../rehearsal/caller-here.ts';
import { loadFaces, models, servedProviders, simulatedClouds } from '../../rehearsal/clouds.ts';
import type { Caller } from '../../rehearsal/engine/call.ts';
import { openWorld } from '../../rehearsal/engine/disk-world.ts';
import type { Fault } from '../../rehearsal/engine/fault.ts';
import type { World } from '../../rehearsal/engine/world.ts';
import { writeLauncher } from '../../rehearsal/launcher.ts';
import { launcherFile, pricesDirectory, providersDirectory, worldDirectory } from '../../rehearsal/place.ts';
import { writeProviderMirror } from '../../rehearsal/provider/mirror.ts';
import { writeSessionConfig } from '../../rehearsal/session-config.ts';
import type { Dial } from '../../ssh/transport.ts';
import { bundledFile } from '../bundled-file.ts';
import type { LabContext } from '../context.ts';
import { offerDistros } from './world-catalogue.ts';

/** How many times faster than in reality the clouds' own delays pass. */
export const usualSpeed = 30;

/** Simulated clouds, ready to be used in the place of real ones. */
export interface Rehearsal {
  readonly world: World;
  /** Names this process in the world's journal and to its faults. */
  readonly run: string;
  readonly port: RehearsalPort;
  readonly terraform: { readonly providersDir: string; readonly environment: Readonly<Record<string, string>> };
  readonly dial: Dial;
  /** Where prices of the simulated clouds are kept. */
  readonly pricesDirectory: string;
  /** The same cloud, its API client talking to the simulated one. */
  simulated(cloud: Cloud): Cloud;
  /** From now on these meet the calls of this run; until `end`, or until this process is gone. */
  arm(faults: readonly Fault[]): Promise<void>;
  end(): Promise<void>;
}

/** Opens the world of a sessions directory, making it where it is missing. */
export async function openRehearsal(context: LabContext, sessionsRoot: string): Promise<Rehearsal> {
  const directory = worldDirectory(sessionsRoot);
  await ensurePrivateDirectory(directory);
  const world = await openWorld(directory, { models });
  const speed = speedOf(context);
  if (world.clock().speed !== speed) await world.setClock({ speed });
  await offerDistros(world, context);
  await writeProviderMirror(providersDirectory(directory), servedProviders);
  await writeLauncher({ world: directory, node: process.execPath, script: bundledFile('rehearsal.js') });

  const run = `${process.pid}:${processStartTime(process.pid) ?? ''}`;
  const caller: Caller = { actor: 'labtui', run, session: null, stack: null };
  const origin = once(async () => {
    const [{ serveFaces }, faces] = await Promise.all([import('../../rehearsal/face/serve.ts'), loadFaces()]);
    return (await serveFaces({ world, faces, caller })).origin;
  });
  return {
    world,
    run,
    port: {
      proxyCommand: `'${launcherFile(directory).replaceAll("'", `'\\''`)}' guest %h %p %r`,
      prepare: (paths) => writeSessionConfig(paths.rehearsalConfig, directory),
    },
    terraform: { providersDir: providersDirectory(directory), environment: { [runVariable]: run } },
    dial: async ({ address, port }) => {
      const { dialGuest } = await import('../../rehearsal/guests/dial-guest.ts');
      return dialGuest({ world, address, port, caller });
    },
    pricesDirectory: pricesDirectory(directory),
    simulated: (cloud) => withFace(cloud, origin),
    arm: async (faults) => {
      await forgetDeadRuns(world);
      await world.arm(faults, run);
    },
    end: () => world.disarm(run),
  };
}

function withFace(cloud: Cloud, origin: () => Promise<string>): Cloud {
  const { loadApi, fetchPrices } = cloud;
  if (loadApi === undefined) return cloud;
  if (!simulatedClouds.includes(cloud.id)) {
    throw invalidInput(`there is no simulated ${cloud.facts.title} yet`, `with --rehearse: ${simulatedClouds.join(', ')}`);
  }
  return {
    ...cloud,
    environment: [],
    loadApi: async (target) => loadApi({ ...target, simulatedAt: await origin() }),
    ...(fetchPrices === undefined ? {} : { fetchPrices: async (request) => fetchPrices({ ...request, simulatedAt: await origin() }) }),
  };
}

/** Faults of a labtui that was killed meet nobody any more. */
async function forgetDeadRuns(world: World): Promise<void> {
  const runs = await world.read(({ faults }) => new Set(faults.flatMap(({ run }) => (run === null ? [] : [run]))));
  for (const run of runs) {
    const [pid = '', startTime = ''] = run.split(':');
    if (!isSameProcess(Number(pid), startTime === '' ? null : startTime)) await world.disarm(run);
  }
}

function speedOf({ environment }: LabContext): number {
  const text = environment.LABTUI_REHEARSAL_SPEED ?? '';
  if (text === '') return usualSpeed;
  const speed = Number(text);
  if (speed >= 0.1 && speed <= 1_000) return speed;
  throw invalidInput(`LABTUI_REHEARSAL_SPEED=${text} is no speed`, '1 is real pace, 30 the default, 1000 the most');
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => (result ??= work());
}
