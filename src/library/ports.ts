import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clouds } from '../core/open-clouds.ts';
import { callerAddress } from '../input/caller-address.ts';
import type { CloudFacts } from '../core/clouds.ts';
import { type NearestRegion, rankRegions, usableRegions } from '../core/nearest-region.ts';
import { nearestRegions } from '../input/nearest-region.ts';
import { openPriceBook } from '../input/price-cache.ts';
import type { LabPorts } from '../lab/ports.ts';
import { durableWrite, ensurePrivateDirectory } from '../platform/durable-write.ts';
import { patienceAt } from '../ssh/patience.ts';
import { createSsh } from '../ssh/ssh.ts';
import { readState } from '../terraform/state.ts';
import { createTerraform, type InstalledTerraform } from '../terraform/terraform.ts';
import { keepStackTrace } from './bug-report.ts';
import { bundledFile } from './bundled-file.ts';
import { openDistros } from './catalogue.ts';
import type { LabContext } from './context.ts';
import { cacheHome, pricesDirectory } from './directories.ts';
import { openLedger } from './ledger.ts';
import { runOnReady } from './on-ready.ts';
import { ownerOf } from './owner.ts';
import { originOf } from './origin.ts';
import type { Rehearsal } from './rehearsal/open-rehearsal.ts';
import { withSameCredentials } from './same-credentials.ts';
import { openSessions, sessionsRoot } from './sessions.ts';
import { sweeperLayer } from './sweeper/layer.ts';

export interface PortChoices {
  readonly clouds: Clouds;
  readonly approve: LabPorts['approve'];
  /** Another root than the command line's: for plan. */
  readonly sessionsRoot?: string;
  /** Simulated clouds in the place of real ones. */
  readonly rehearsal?: Rehearsal | null;
}

/** Everything a use case touches, as it is on this computer, or as it is simulated there. */
export function openPorts(context: LabContext, choices: PortChoices): LabPorts {
  const { clouds } = choices;
  const real: LabPorts = {
    now: () => new Date(),
    randomBytes,
    cloud: (id) => withSameCredentials(clouds.of(id), context.environment),
    distros: openDistros(context, clouds),
    terraform: openTerraform(context, undefined, choices.sessionsRoot),
    sessions: openSessions(context, choices.sessionsRoot),
    ledger: openLedger(context, { clouds }),
    ssh: createSsh({ environment: context.environment, homeDir: context.home }),
    readState,
    writeFile: async (file, text) => {
      await ensurePrivateDirectory(join(file, '..'));
      await durableWrite(file, text);
    },
    readFile: (file) => readFile(file, 'utf8'),
    fileExists: existsSync,
    runOnReady: (command, hosts, signal) => runOnReady(command, hosts, context, signal),
    keepStackTrace: (error, sessionRoot) => keepStackTrace(error, context, sessionRoot),
    sleep: async (ms, signal) => {
      // Woken early by an abort: whoever waits looks at the signal itself.
      await delay(ms, undefined, { signal }).catch(() => undefined);
    },
    nearestRegions: (id) => nearestRegions(clouds.factsOf(id), { cacheDir: join(cacheHome(context), 'labtui'), now: () => new Date() }),
    prices: openPriceBook(pricesDirectory(context), (id) => clouds.factsOf(id)),
    callerAddress: (signal) => callerAddress(signal),
    approve: choices.approve,
    owner: ownerOf(context).name,
    origin: originOf(context),
    sweeper: () => sweeperLayer(context),
    labtuiVersion: context.version,
    rehearsal: null,
  };
  return choices.rehearsal ? { ...real, ...simulatedPorts(context, choices.rehearsal, clouds) } : real;
}

/** An address of those kept for documentation (RFC 5737): nobody is asked, nobody has it. */
const documentationAddress = '198.51.100.7';
/** However fast the clouds are: Terraform and SSH take their time as always. */
const leastWaitMs = 10_000;

function simulatedPorts(context: LabContext, rehearsal: Rehearsal, clouds: Clouds): Partial<LabPorts> {
  const { world, terraform, dial, port } = rehearsal;
  const ssh = createSsh({ environment: context.environment, homeDir: context.home, dial, patience: patienceAt(world.clock().speed) });
  return {
    now: () => new Date(world.now()),
    cloud: (id) => rehearsal.simulated(clouds.of(id)),
    terraform: openTerraform(context, terraform),
    ssh: {
      ...ssh,
      waitUntilReady: (request) =>
        ssh.waitUntilReady({ ...request, timeoutMs: Math.min(request.timeoutMs, Math.max(leastWaitMs, request.timeoutMs / world.clock().speed)) }),
    },
    sleep: async (ms, signal) => {
      await world.sleep(ms, signal).catch(() => undefined);
    },
    nearestRegions: (id) => Promise.resolve(unmeasuredRegions(clouds.factsOf(id))),
    prices: openPriceBook(rehearsal.pricesDirectory, (id) => clouds.factsOf(id)),
    callerAddress: () => Promise.resolve(documentationAddress),
    ledger: openLedger(context, { clouds, world: world.directory }),
    rehearsal: port,
  };
}

/** As they are where nothing answers: the default, then what is near it on the map. */
function unmeasuredRegions({ regions, defaultRegion }: CloudFacts): readonly NearestRegion[] {
  const distances = usableRegions(regions).map((region) => ({ region, connectMs: null }));
  return rankRegions(distances, null, defaultRegion ?? '').map((ranked) =>
    ranked.by === 'default' ? { ...ranked, reason: 'a rehearsal measures nothing, so the default is taken' } : ranked,
  );
}

/** The terraform of this command line. */
export function openTerraform(context: LabContext, rehearsal?: Rehearsal['terraform'], root: string = sessionsRoot(context)): InstalledTerraform {
  return createTerraform({
    environment: context.environment,
    homeDir: context.home,
    workingDirectory: context.cwd,
    cacheDir: join(cacheHome(context), 'labtui'),
    terraformBin: context.settings.terraformBin,
    now: () => new Date(),
    rehearsal,
    ownProviders: () => ownProviders(root),
  });
}

/** labtui's own Terraform providers, beside the sessions that use them. */
async function ownProviders(root: string): Promise<string> {
  const [{ writeLocalProvider }, { localDirectory }] = await Promise.all([import('../local/mirror.ts'), import('../local/place.ts')]);
  return writeLocalProvider({ directory: localDirectory(root), node: process.execPath, script: bundledFile('local.js') });
}

/** Runs work with a sessions directory that is gone afterwards. */
export async function withTemporarySessions<T>(work: (root: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'labtui-plan-'));
  try {
    return await work(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
