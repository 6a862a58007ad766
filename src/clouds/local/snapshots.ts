import { join } from 'node:path';
import type { SnapshotApi } from '../../core/cloud.ts';
import { diskFileName } from '../../local/provider/found-machines.ts';
import { createSnapshot, deleteSnapshot, listSnapshots, restoreSnapshot, type SnapshotTarget } from '../../local/qemu/snapshots.ts';
import type { Registered } from '../../local/registry.ts';

/** Snapshots inside of a machine's own disk; of one that runs its memory is in them too. `machine`: the one with that id. */
export function localSnapshots(machine: (id: string) => Promise<Registered>, environment: Readonly<Record<string, string | undefined>>): SnapshotApi {
  const target = async (id: string): Promise<SnapshotTarget> => {
    const { directory, socket, running } = await machine(id);
    return { diskFile: join(directory, diskFileName), socket: running === null ? null : socket, environment };
  };
  return {
    create: async (id, name) => createSnapshot(await target(id), name),
    list: async (id) => (await listSnapshots(await target(id))).map(({ name, createdAt, memoryBytes }) => ({ name, createdAt, sizeBytes: memoryBytes === 0 ? null : memoryBytes })),
    restore: async (id, name) => restoreSnapshot(await target(id), name),
    delete: async (id, name) => deleteSnapshot(await target(id), name),
  };
}
