import { open } from 'node:fs/promises';
import type { ApiTarget, CloudApi, DeadlineQuery, MarkedResource } from '../../core/cloud.ts';
import type { DeadlineReading } from '../../core/deadline.ts';
import { LabError } from '../../core/errors.ts';
import type { LeftResource } from '../../core/events.ts';
import { markOf } from '../../core/marked.ts';
import { tagKeys } from '../../core/tags.ts';
import { findResources, removeResource } from '../../local/provider/found-machines.ts';
import { setMachinePower } from '../../local/provider/machine-power.ts';
import { machinePlace } from '../../local/qemu/place.ts';
import { readDeadline } from '../../local/qemu/watchdog.ts';
import type { Registered } from '../../local/registry.ts';
import { accountHere, requireHere } from './account.ts';
import { localSnapshots } from './snapshots.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** As much of a console's end as is read. */
const consoleBytes = 256 * 1_024;

/** The machines of this user on this computer, as a cloud: told by their registry and their own files. Throws a LabError for another computer's. */
export function openLocalApi({ account }: ApiTarget, environment: Environment): CloudApi {
  requireHere(account);
  const closing = new AbortController();
  const machine = async (id: string): Promise<Registered> => {
    const found = (await findResources(environment)).find((known) => known.type === 'local_machine' && known.id === id);
    if (found === undefined) throw new LabError({ kind: 'not-found', summary: `there is no machine ${id} on this computer`, hint: 'labtui verify SESSION   says what is gone' });
    return found;
  };
  return {
    // The computer may be called something else meanwhile.
    whoAmI: () => Promise.resolve({ account: accountHere(), accountId: account ?? accountHere(), principal: accountHere() }),
    lookup: async (plan, _spreadBy, emit) => {
      const { lookUpHere } = await import('./look-up.ts');
      return lookUpHere(plan, { environment, signal: closing.signal, emit });
    },
    listBySession: async (sessionId) => (await findResources(environment)).filter(({ tags }) => tags[tagKeys.session] === sessionId).map(listed),
    listMarked: async (regions) => {
      const isWanted = regions === 'everywhere' || regions.includes('local');
      const found = isWanted ? (await findResources(environment)).flatMap(marked) : [];
      return { found, regions: regions === 'everywhere' ? [null] : regions.filter((region) => region === 'local'), unanswered: [] };
    },
    readDeadline: (query) => deadlineOf(query, environment),
    consoleOutput: async (id) => endOf(machinePlace((await machine(id)).directory, environment).console),
    setPower: async (ids, power, signal) => {
      await Promise.all(ids.map(async (id) => setMachinePower(await machine(id), power, { environment, signal })));
    },
    readPower: async (ids) => {
      const known = (await findResources(environment)).filter(({ type, id }) => type === 'local_machine' && ids.includes(id));
      return new Map(known.map(({ id, running }) => [id, running === null ? 'stopped' : 'running']));
    },
    snapshots: localSnapshots(machine, environment),
    deleteLeftovers: async (resources) => {
      const known = await findResources(environment);
      for (const { id } of resources) for (const found of known.filter((one) => one.id === id)) await removeResource(found, environment);
      return [];
    },
    close: () => closing.abort(),
  };
}

const listed = ({ type, id, name }: Registered): LeftResource => ({ type, id, name, region: 'local', seenBy: 'listing' });

function marked(resource: Registered): readonly MarkedResource[] {
  const mark = markOf((key) => resource.tags[key]);
  return mark === null ? [] : [{ ...listed(resource), ...mark }];
}

/** When the watchdog of the first of the machines ends it. */
async function deadlineOf({ resources }: DeadlineQuery, environment: Environment): Promise<DeadlineReading> {
  const ids = new Set(resources.filter(({ type }) => type === 'local_machine').flatMap(({ id }) => id ?? []));
  const machines = (await findResources(environment)).filter(({ id }) => ids.has(id));
  if (machines.length === 0) return { armed: false, reason: 'there is no machine' };
  const times: string[] = [];
  for (const { directory, name, running } of machines) {
    if (running === null) return { armed: false, reason: `${name} is off: nothing of it runs, only its disk is kept` };
    const at = await readDeadline(machinePlace(directory, environment));
    if (at === null) return { armed: false, reason: `${name} has no deadline` };
    times.push(at);
  }
  const [first = ''] = times.toSorted();
  return { armed: true, at: first };
}

async function endOf(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, consoleBytes));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, Math.max(0, size - buffer.length));
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
