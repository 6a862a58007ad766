import { spawn } from 'node:child_process';
import { chmod, constants, copyFile, lstat, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../../core/errors.ts';
import { ensurePrivateDirectory } from '../../platform/durable-write.ts';
import { isSameProcess, processStartTime } from '../../platform/process-identity.ts';
import { type Launch, qemuArguments } from './arguments.ts';
import type { MachineSpec } from './machine-spec.ts';
import type { MachinePlace } from './place.ts';
import { kill, type MachineProcess, processOfPidFile } from './process.ts';
import { openMonitor } from './qmp.ts';
import { startProblem } from './start-problem.ts';
import { writeWatchdog } from './watchdog.ts';

export interface LaunchRequest {
  readonly spec: MachineSpec;
  readonly place: MachinePlace;
  readonly emulator: string;
  readonly launch: Omit<Launch, 'place'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface Launched {
  readonly machine: MachineProcess;
  readonly watchdogPid: number;
}

/** QEMU opens its monitor within a fraction of a second; a computer that is busy beyond measure takes longer. */
const startMs = 60_000;

/**
 * Starts QEMU below its watchdog, in a process session of its own: both outlive labtui, Terraform and the terminal. Resolves when the
 * machine runs and its monitor answers. Rejects with a LabError, and then no process is left.
 */
export async function launch({ spec, place, emulator, launch: found, environment, signal }: LaunchRequest): Promise<Launched> {
  await prepare(place, found);
  const log = await open(place.log, 'a', 0o600);
  try {
    const saidBefore = (await log.stat()).size;
    const args = [place.watchdog, place.deadline, place.ended, emulator, ...qemuArguments(spec, { ...found, place })];
    const child = spawn('/bin/sh', args, { detached: true, cwd: place.directory, env: ownEnvironment(environment), stdio: ['ignore', log.fd, log.fd] });
    const failure = new Promise<never>((_, reject) => child.once('error', reject));
    failure.catch(() => undefined);
    child.unref();
    if (child.pid === undefined) return await failure;
    const machine = await started(place, { watchdogPid: child.pid, saidBefore, signal });
    return { machine, watchdogPid: child.pid };
  } finally {
    await log.close();
  }
}

async function prepare(place: MachinePlace, { uefi }: Omit<Launch, 'place'>): Promise<void> {
  await ensurePrivateDirectory(dirname(place.socket));
  const { uid, mode } = await lstat(dirname(place.socket));
  if (dirname(place.socket) !== place.directory && (uid !== process.getuid?.() || (mode & 0o077) !== 0)) {
    throw new LabError({ kind: 'permission', summary: `${dirname(place.socket)} is not yours alone: a monitor there would be anybody's`, hint: 'remove it, or set XDG_RUNTIME_DIR' });
  }
  await Promise.all([place.socket, place.pid, place.ended].map((file) => rm(file, { force: true })));
  await writeWatchdog(place);
  if (uefi === null) return;
  await copyFile(uefi.variables, place.efiVariables, constants.COPYFILE_EXCL).catch(ifThere);
  // Not as its template: others may read that, and nobody write it.
  await chmod(place.efiVariables, 0o600);
}

/** The variables of an earlier start stay: what the guest has set is in them. */
function ifThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}

/** Nothing of the caller's but where things are: cloud credentials are none of QEMU's business. */
function ownEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = ['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR', 'XDG_RUNTIME_DIR'];
  return Object.fromEntries(names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
}

async function started(place: MachinePlace, { watchdogPid, saidBefore, signal }: { readonly watchdogPid: number; readonly saidBefore: number; readonly signal: AbortSignal }): Promise<MachineProcess> {
  const watchdogStart = processStartTime(watchdogPid);
  const endsAt = performance.now() + startMs;
  for (;;) {
    const code = await exitCode(place, watchdogPid);
    if (code !== null || !isSameProcess(watchdogPid, watchdogStart)) throw startProblem(await said(place.log, saidBefore), code ?? 'unknown');
    if (await answers(place.socket)) {
      const machine = await processOfPidFile(place.pid);
      if (machine !== null) return machine;
    }
    if (signal.aborted || performance.now() > endsAt) {
      const machine = await processOfPidFile(place.pid);
      if (machine !== null) await kill(machine);
      else endGroup(watchdogPid);
      signal.throwIfAborted();
      throw new LabError({ kind: 'not-ready', summary: `QEMU did not open its monitor within ${startMs / 1_000} s`, detail: await said(place.log, saidBefore) });
    }
    await sleep(25);
  }
}

/** Of the QEMU below that watchdog; null: it runs, or its end is not told yet. */
async function exitCode({ ended }: MachinePlace, watchdogPid: number): Promise<string | null> {
  const [code, teller] = (await readFile(ended, 'utf8').catch(() => '')).trim().split(' ');
  return code !== undefined && teller === String(watchdogPid) ? code : null;
}

async function answers(socket: string): Promise<boolean> {
  try {
    (await openMonitor(socket)).close();
    return true;
  } catch {
    return false;
  }
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // All gone already.
  }
}

/** What QEMU has said since then; the last of it, should it be much. */
async function said(log: string, from: number): Promise<string> {
  const text = await readFile(log).catch(() => Buffer.alloc(0));
  return text.subarray(from).subarray(-8_192).toString('utf8');
}
