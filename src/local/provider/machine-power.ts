import { resolve } from 'node:path';
import { LabError } from '../../core/errors.ts';
import { number, text } from '../../plugin/attributes.ts';
import type { Attributes } from '../../plugin/behaviour.ts';
import { machinePlace, type MachinePlace } from '../qemu/place.ts';
import { isRunning, processOfPidFile } from '../qemu/process.ts';
import { type RunningMachine, startMachine } from '../qemu/start.ts';
import { endMachine, powerDown } from '../qemu/stop.ts';
import type { Registered } from '../registry.ts';
import { cacheDirectory, type LocalContext } from './context.ts';
import { readRecord, writeRecord } from './machine-record.ts';
import { machineSpecOf } from './machine-spec-of.ts';
import { configuredOf } from './machine-state.ts';

/** How long a guest may take to shut down before it is switched off. */
const powerDownMs = 90_000;

/** Starts a machine as it is planned. Rejects with a LabError; one whose time is over is not started. */
export async function start(id: string, planned: Attributes, place: MachinePlace, lastSshPort: number | null, context: LocalContext): Promise<RunningMachine> {
  const expiresAt = text(planned, 'expires_at');
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) {
    throw new LabError({ kind: 'conflict', code: 'Expired', summary: `the machine's time was over at ${expiresAt}`, hint: 'give it more: labtui extend SESSION 2h' });
  }
  return startMachine({
    spec: machineSpecOf(planned, context),
    place,
    expiresAt,
    lastSshPort,
    cacheDirectory: cacheDirectory(context),
    environment: context.environment,
    signal: context.signal,
    onLaunched: (running) => writeRecord(place, { v: 1, id, configured: configuredOf(planned), running }, context.environment),
  });
}

export interface PowerRequest {
  readonly id: string;
  /** As it is configured, or planned to be. */
  readonly planned: Attributes;
  readonly place: MachinePlace;
  /** As it was when last heard of; null: it never ran. */
  readonly last: RunningMachine | null;
  /** The port that its users know; null: any. */
  readonly sshPort: number | null;
}

/**
 * Has a machine run, or not; one that does so already is left alone. A guest is asked to shut down, and switched off where it does not
 * within its time. Resolves with the process; null: it is off. Rejects with a LabError.
 */
export async function bringTo(power: 'running' | 'stopped', { id, planned, place, last, sshPort }: PowerRequest, context: LocalContext): Promise<RunningMachine | null> {
  const running = last !== null && isRunning(last.process) ? last : null;
  if (power === 'stopped') {
    if (running !== null) await powerDown(running.process, place, { timeoutMs: powerDownMs, signal: context.signal });
    return null;
  }
  if (running !== null) return running;
  await endLeftover(place);
  return start(id, planned, place, last?.sshPort ?? sshPort, context);
}

/** A process of a start that was cut off: it has this directory's pid file among its arguments, and no state knows it. */
export async function endLeftover({ pid }: MachinePlace): Promise<void> {
  const leftover = await processOfPidFile(pid);
  if (leftover !== null) await endMachine(leftover, null);
}

/** Powers a machine on or off by its own record, without Terraform, as `bringTo` does. Rejects with a LabError. */
export async function setMachinePower(
  { directory, id, name }: Pick<Registered, 'directory' | 'id' | 'name'>,
  power: 'running' | 'stopped',
  { environment, signal }: Pick<LocalContext, 'environment' | 'signal'>,
): Promise<void> {
  const place = machinePlace(directory, environment);
  const record = await readRecord(place);
  if (record?.id !== id) throw new LabError({ kind: 'not-found', summary: `the files of ${name} are gone from ${directory}`, hint: 'labtui destroy SESSION   removes what is left of it' });
  const { configured, running: last } = record;
  // Relative paths of a record are against its stack's directory.
  const context: LocalContext = { config: {}, signal, environment, workingDirectory: resolve(directory, '../..') };
  const running = await bringTo(power, { id, planned: configured, place, last, sshPort: number(configured, 'ssh_port') }, context);
  await writeRecord(place, { v: 1, id, configured, running: running ?? last }, environment);
}
