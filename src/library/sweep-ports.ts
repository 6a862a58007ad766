import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clouds } from '../core/open-clouds.ts';
import { isOwn } from '../core/owner.ts';
import { destroySession } from '../lab/destroy.ts';
import type { LabPorts } from '../lab/ports.ts';
import type { SweepPorts } from '../lab/sweep-ports.ts';
import { durableWrite, ensurePrivateDirectory } from '../platform/durable-write.ts';
import { knownSessions } from '../sessions/known-sessions.ts';
import type { LabContext } from './context.ts';
import { stateDirectory } from './directories.ts';
import { sweepReceiptsDirectory } from './ledger.ts';
import { ownerOf } from './owner.ts';
import { openSessions } from './sessions.ts';

export interface SweepPlaces {
  readonly clouds: Clouds;
  /** The simulated world's directory; null: real clouds. */
  readonly world: string | null;
}

const keptReceipts = 100;

/** What a sweep touches, from the ports of a lab. */
export function openSweepPorts(context: LabContext, ports: LabPorts, { clouds, world }: SweepPlaces): SweepPorts {
  const rehearsed = ports.rehearsal !== null;
  return {
    now: ports.now,
    origin: ports.origin,
    sleep: ports.sleep,
    cloud: ports.cloud,
    ledger: ports.ledger,
    keepStackTrace: ports.keepStackTrace,
    clouds: clouds.all.filter(({ facts, loadApi }) => facts.capabilities.apply && loadApi !== undefined).map(({ id }) => id),
    knownSessions: async (roots) => {
      // The usual place counts also where nothing has been noted of it yet.
      const usual = rehearsed ? [] : [join(stateDirectory(context), 'sessions')];
      const known = await knownSessions([ports.sessions.root, ...roots, ...usual], { host: hostname(), nowMs: Date.now() });
      return { ...known, sessions: known.sessions.filter((session) => session.rehearsed === rehearsed) };
    },
    isOwn: (owner) => isOwn(owner, ownerOf(context)),
    destroy: ({ id, root }, sink, signal) => destroySession({ id, archived: false, sink, signal, timeoutMs: null }, { ...ports, sessions: openSessions(context, root) }),
    keepReceipt: (receipt) => keepReceipt(sweepReceiptsDirectory(context, world), receipt.time, `${JSON.stringify(receipt, null, 2)}\n`),
  };
}

async function keepReceipt(directory: string, time: string, text: string): Promise<string> {
  await ensurePrivateDirectory(directory);
  const file = join(directory, `sweep-${time.replaceAll(':', '-')}.json`);
  await durableWrite(file, text);
  const names = (await readdir(directory)).filter((name) => /^sweep-.*\.json$/.test(name)).sort();
  for (const name of names.slice(0, -keptReceipts)) await rm(join(directory, name), { force: true });
  return file;
}
