import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { findQemuImg } from './programs.ts';
import { type Monitor, withMonitor } from './qmp.ts';

/** A snapshot inside of a machine's disk. */
export interface Snapshot {
  readonly name: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** Of the memory that is kept with it; 0: it was made while the machine was off. */
  readonly memoryBytes: number;
}

export interface SnapshotTarget {
  readonly diskFile: string;
  /** The monitor of a machine that runs; null: it is off. */
  readonly socket: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type Change = 'save' | 'load' | 'delete';

const entry = z.object({ name: z.string(), 'date-sec': z.number(), 'vm-state-size': z.number() });
const imageInformation = z.object({ snapshots: z.array(entry).default([]) });
const jobs = z.array(z.object({ id: z.string(), status: z.string(), error: z.string().optional() }));

/** The snapshots of a disk, oldest first. Of a running machine too: reading takes no lock. */
export async function listSnapshots({ diskFile, environment }: SnapshotTarget): Promise<readonly Snapshot[]> {
  const { stdout } = await execa(findQemuImg(environment), ['info', '--force-share', '--output=json', diskFile], { stdin: 'ignore' });
  const { snapshots } = imageInformation.parse(JSON.parse(stdout));
  return snapshots.map(({ name, 'date-sec': seconds, 'vm-state-size': memoryBytes }) => ({ name, createdAt: new Date(seconds * 1_000).toISOString(), memoryBytes }));
}

/** Makes one: disk and, of a running machine, memory. Rejects with a LabError (conflict) where the name is taken. */
export async function createSnapshot(target: SnapshotTarget, name: string): Promise<void> {
  if ((await listSnapshots(target)).some((known) => known.name === name)) throw new LabError({ kind: 'conflict', summary: `there is a snapshot "${name}" already`, hint: 'another name, or delete it first' });
  await change(target, 'save', name);
}

/** Takes a machine back to it: a running one goes on where it was, one that is off has the disk of then. */
export async function restoreSnapshot(target: SnapshotTarget, name: string): Promise<void> {
  const known = await named(target, name);
  if (target.socket !== null && known.memoryBytes === 0) {
    throw new LabError({ kind: 'conflict', summary: `"${name}" was made while the machine was off: it has no memory to go on with`, hint: 'stop the machine first, then restore' });
  }
  await change(target, 'load', name);
}

export async function deleteSnapshot(target: SnapshotTarget, name: string): Promise<void> {
  await named(target, name);
  await change(target, 'delete', name);
}

async function named(target: SnapshotTarget, name: string): Promise<Snapshot> {
  const all = await listSnapshots(target);
  const found = all.find((known) => known.name === name);
  if (found !== undefined) return found;
  throw new LabError({ kind: 'not-found', summary: `there is no snapshot "${name}"`, hint: all.length === 0 ? 'there is none at all' : `there are: ${all.map((known) => known.name).join(', ')}` });
}

const imgFlags: Readonly<Record<Change, string>> = { save: '-c', load: '-a', delete: '-d' };

async function change({ diskFile, socket, environment }: SnapshotTarget, what: Change, name: string): Promise<void> {
  if (socket !== null) return withMonitor(socket, (monitor) => job(monitor, what, name), { answerMs: 300_000 });
  await execa(findQemuImg(environment), ['snapshot', imgFlags[what], name, diskFile], { stdin: 'ignore' });
}

/** QEMU 6.0 and later: qapi/migration.json, snapshot-save. A finished job stays listed until it is dismissed. */
async function job(monitor: Monitor, what: Change, name: string): Promise<void> {
  const id = `labtui-${what}`;
  const devices = { devices: ['disk'] };
  await monitor.execute(`snapshot-${what}`, { 'job-id': id, tag: name, ...devices, ...(what === 'delete' ? {} : { vmstate: 'disk' }) });
  for (;;) {
    const state = jobs.parse(await monitor.execute('query-jobs')).find((known) => known.id === id);
    if (state === undefined || state.status === 'concluded') {
      if (state !== undefined) await monitor.execute('job-dismiss', { id });
      if (state?.error !== undefined) throw new LabError({ kind: 'conflict', summary: `QEMU could not ${what} the snapshot: ${state.error}`, hint: 'with a shared folder mounted, stop the machine first' });
      return;
    }
    await sleep(100);
  }
}
