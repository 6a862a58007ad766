import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { thisComputer } from '../../platform/computer-identity.ts';
import { durableWrite } from '../../platform/durable-write.ts';
import { errnoOf } from '../../platform/errno.ts';
import { register, unregister } from '../registry.ts';
import { accelerators } from '../qemu/machine-spec.ts';
import type { MachinePlace } from '../qemu/place.ts';

const processSchema = z.object({ pid: z.int(), startTime: z.string(), argumentsSha256: z.string() });
const runningSchema = z.object({
  process: processSchema,
  watchdogPid: z.int(),
  accelerator: z.enum(accelerators),
  acceleratorReason: z.string().nullable(),
  sshPort: z.int(),
  launchedAt: z.string(),
  qemuVersion: z.string(),
});

/** `machine.json`: written before QEMU starts, so that a machine that no state knows can be found, imported and ended. */
const recordSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  /** What the resource was configured with: what an import gives back. */
  configured: z.record(z.string(), z.json()),
  /** How it was started last; null: not yet. */
  running: runningSchema.nullable(),
});
export type MachineRecord = z.output<typeof recordSchema>;

/** Which computer it is on: the numbers of its processes mean something else on any other. */
const placeSchema = z.object({ computer: z.string().nullable().default(null), hostName: z.string().default('another computer') });

type Environment = Readonly<Record<string, string | undefined>>;

/** In the machine's directory, and in the registry of this computer's machines. */
export async function writeRecord(place: MachinePlace, content: MachineRecord, environment: Environment): Promise<void> {
  await registerRecord(place, content, environment);
  await durableWrite(place.record, `${JSON.stringify({ ...content, computer: thisComputer().machine, hostName: hostname() }, null, 2)}\n`);
}

export async function registerRecord(place: MachinePlace, { id, configured, running }: MachineRecord, environment: Environment): Promise<void> {
  const { directory, socket } = place;
  const tags = z.record(z.string(), z.string()).safeParse(configured.tags).data ?? {};
  const process = running === null ? null : { process: running.process, watchdogPid: running.watchdogPid };
  await register({ type: 'local_machine', id, name: basename(directory), directory, socket, tags, running: process }, environment);
}

/** Takes a machine that is gone out of the registry. */
export async function forgetRecord(id: string, environment: Environment): Promise<void> {
  await unregister(id, environment);
}

/** null: there is none, or it is not whole. Rejects with a LabError (prerequisite) where it is a copy of another computer's. */
export async function readRecord({ record }: Pick<MachinePlace, 'record'>): Promise<MachineRecord | null> {
  try {
    const content: unknown = JSON.parse(await readFile(record, 'utf8'));
    requireHere(content, record);
    return recordSchema.safeParse(content).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError || ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}

function requireHere(content: unknown, file: string): void {
  const { computer, hostName } = placeSchema.safeParse(content).data ?? { computer: null, hostName: '' };
  const here = thisComputer().machine;
  if (computer === null || here === null || computer === here) return;
  throw new LabError({ kind: 'prerequisite', code: 'OtherComputer', summary: `this machine is on ${hostName}, not on this computer`, detail: file, hint: `run labtui on ${hostName}` });
}
