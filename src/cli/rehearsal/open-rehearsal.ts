import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { factsOf } from '../../clouds/all-facts.ts';
import type { Cloud } from '../../core/cloud.ts';
import { invalidInput, LabError } from '../../core/errors.ts';
import type { Distro, DistroCatalogue } from '../../core/distro.ts';
import type { RehearsalPort } from '../../lab/ports.ts';
import { ensurePrivateDirectory } from '../../platform/durable-write.ts';
import { isSameProcess, processStartTime } from '../../platform/process-identity.ts';
import { runVariable } from '../../rehearsal/caller-here.ts';
import { models, simulatedClouds } from '../../rehearsal/clouds.ts';
import { buildCatalogue } from '../../rehearsal/engine/build-catalogue.ts';
import type { Caller } from '../../rehearsal/engine/call.ts';
import { openWorld } from '../../rehearsal/engine/disk-world.ts';
import type { Fault } from '../../rehearsal/engine/fault.ts';
import type { World } from '../../rehearsal/engine/world.ts';
import { writeLauncher } from '../../rehearsal/launcher.ts';
import { launcherFile, providersDirectory, worldDirectory } from '../../rehearsal/place.ts';
import { writeProviderMirror } from '../../rehearsal/provider/mirror.ts';
import { writeSessionConfig } from '../../rehearsal/session-config.ts';
import type { Dial } from '../../ssh/transport.ts';
import { openDistros } from '../catalogue.ts';
import type { CliContext } from '../context.ts';

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
  /** The same cloud, its API client talking to the simulated one. */
  simulated(cloud: Cloud): Cloud;
  /** From now on these meet the calls of this run; until `end`, or until this process is gone. */
  arm(faults: readonly Fault[]): Promise<void>;
  end(): Promise<void>;
}

/** Opens the world of a sessions directory, making it where it is missing. */
export async function openRehearsal(context: CliContext, sessionsRoot: string): Promise<Rehearsal> {
  const directory = worldDirectory(sessionsRoot);
  await ensurePrivateDirectory(directory);
  const world = await openWorld(directory, { models });
  const speed = speedOf(context);
  if (world.clock().speed !== speed) await world.setClock({ speed });
  await world.setCatalogue(catalogueOf(context));
  await writeProviderMirror(providersDirectory(directory));
  await writeLauncher({ world: directory, node: process.execPath, script: entryPoint() });

  const run = `${process.pid}:${processStartTime(process.pid) ?? ''}`;
  const caller: Caller = { actor: 'labtui', run, session: null, stack: null };
  const origin = once(async () => {
    const [{ serveFaces }, { faces }] = await Promise.all([import('../../rehearsal/face/serve.ts'), import('../../rehearsal/faces.ts')]);
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
    simulated: (cloud) => withFace(cloud, origin),
    arm: async (faults) => {
      await forgetDeadRuns(world);
      await world.arm(faults, run);
    },
    end: () => world.disarm(run),
  };
}

function withFace(cloud: Cloud, origin: () => Promise<string>): Cloud {
  const { loadApi } = cloud;
  if (loadApi === undefined) return cloud;
  if (!simulatedClouds.includes(cloud.id)) {
    throw invalidInput(`there is no simulated ${cloud.facts.title} yet`, `with --rehearse: ${simulatedClouds.join(', ')}`);
  }
  return { ...cloud, environment: [], loadApi: async (target) => loadApi({ ...target, simulatedAt: await origin() }) };
}

/** Faults of a labtui that was killed meet nobody any more. */
async function forgetDeadRuns(world: World): Promise<void> {
  const runs = await world.read(({ faults }) => new Set(faults.flatMap(({ run }) => (run === null ? [] : [run]))));
  for (const run of runs) {
    const [pid = '', startTime = ''] = run.split(':');
    if (!isSameProcess(Number(pid), startTime === '' ? null : startTime)) await world.disarm(run);
  }
}

/** What the simulated clouds offer: the distros as this command line sees them. One that cannot be read is not offered. */
function catalogueOf(context: CliContext): ReturnType<typeof buildCatalogue> {
  const distros = openDistros(context);
  const readable = new Map<string, Distro>();
  for (const name of distros.names) {
    try {
      const distro = distros.find(name);
      if (distro !== null) readable.set(name, distro);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
    }
  }
  const offered: DistroCatalogue = { names: [...readable.keys()], find: (name) => readable.get(name) ?? null };
  return buildCatalogue({ facts: simulatedClouds.map(factsOf), distros: offered });
}

function speedOf({ environment }: CliContext): number {
  const text = environment.LABTUI_REHEARSAL_SPEED ?? '';
  if (text === '') return usualSpeed;
  const speed = Number(text);
  if (speed >= 0.1 && speed <= 1_000) return speed;
  throw invalidInput(`LABTUI_REHEARSAL_SPEED=${text} is no speed`, '1 is real pace, 30 the default, 1000 the most');
}

/** Beside the bundle; in the sources, the bundle made from them. */
function entryPoint(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    for (const file of [join(folder, 'rehearsal.js'), join(folder, 'dist', 'rehearsal.js')]) if (existsSync(file)) return file;
    if (folder === dirname(folder)) throw new Error('rehearsal.js is missing: npm run build');
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => (result ??= work());
}
