import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { machinePlace } from '../qemu/place.ts';
import { isRunning, processOfPidFile } from '../qemu/process.ts';
import { endMachine } from '../qemu/stop.ts';
import { type Registered, registered, unregister } from '../registry.ts';
import { readRecord } from './machine-record.ts';
import { removeEmpty } from './remove-empty.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The name of a machine's disk in its directory. */
export const diskFileName = 'disk.qcow2';

/**
 * The machines and disks of this user on this computer, by name, whatever any state says: what a listing is to a cloud. `running` is
 * its process, null where it is off. A machine whose files are gone is among them as long as it runs.
 */
export async function findResources(environment: Environment): Promise<readonly Registered[]> {
  const found = await Promise.all(
    (await registered(environment)).map(async (known): Promise<readonly Registered[]> => {
      const running = known.running !== null && isRunning(known.running.process) ? known.running : null;
      if (running !== null || (await hasFiles(known, environment))) return [{ ...known, running }];
      await unregister(known.id, environment);
      return [];
    }),
  );
  return found.flat().sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || b.type.localeCompare(a.type));
}

/** Of a machine its record, or what is left where it was made only in part; another one may have taken its directory. */
async function hasFiles({ type, id, directory }: Registered, environment: Environment): Promise<boolean> {
  if (type === 'local_disk') return isThere(join(directory, diskFileName));
  const record = await readRecord(machinePlace(directory, environment));
  return record === null ? isThere(directory) : record.id === id;
}

const isThere = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);

/** Ends and removes what no state has: of a machine all that is in its directory, its disk and seed too. */
export async function removeResource({ type, id, directory, socket, running }: Registered, environment: Environment): Promise<void> {
  if (type === 'local_disk') {
    await rm(join(directory, diskFileName), { force: true });
    await removeEmpty(directory);
  } else {
    const started = await processOfPidFile(machinePlace(directory, environment).pid);
    if (running !== null) await endMachine(running.process, running.watchdogPid);
    if (started !== null) await endMachine(started, null);
    await rm(socket, { force: true });
    // A watchdog whose machine had ended by itself may be at its last line.
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    await removeEmpty(directory);
  }
  await unregister(id, environment);
}
