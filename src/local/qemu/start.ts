import { truncate } from 'node:fs/promises';
import process from 'node:process';
import { LabError } from '../../core/errors.ts';
import { ensurePrivateDirectory } from '../../platform/durable-write.ts';
import { type AccelerationChoice, chooseAcceleration, kvmProblem } from './acceleration.ts';
import { requireUefi, wantsUefi } from './firmware.ts';
import { freePort } from './free-port.ts';
import { launch, type Launched } from './launch.ts';
import type { Accelerator, MachineSpec } from './machine-spec.ts';
import type { MachinePlace } from './place.ts';
import { kill, type MachineProcess } from './process.ts';
import { findEmulator, qemuVersion } from './programs.ts';
import { type Patience, readProgress, usualPatience, type Verdict, watchBoot } from './progress.ts';
import { withMonitor } from './qmp.ts';
import { hostOf, rememberedStall, rememberStall } from './stall-memory.ts';
import { writeDeadline } from './watchdog.ts';

export interface StartRequest {
  readonly spec: MachineSpec;
  readonly place: MachinePlace;
  /** When the watchdog ends it, RFC 3339; null: never. */
  readonly expiresAt: string | null;
  /** Where it is remembered that guests stand still on this host's KVM. */
  readonly cacheDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** The port that its SSH had before: kept where it is free. */
  readonly lastSshPort: number | null;
  /** Told of each start at once, before it is known whether the guest does anything. */
  readonly onLaunched?: (running: RunningMachine) => Promise<void>;
  /** Tests shorten it. */
  readonly patience?: Patience;
}

/** A machine that runs. */
export interface RunningMachine {
  readonly process: MachineProcess;
  readonly watchdogPid: number;
  readonly accelerator: Accelerator;
  /** Why it is not a faster one; null: it is the fastest, or the one that was asked for. */
  readonly acceleratorReason: string | null;
  readonly sshPort: number;
  /** RFC 3339, UTC. */
  readonly launchedAt: string;
  readonly qemuVersion: string;
}

/** Somebody else may take a port between its choice and QEMU's start. */
const portTries = 5;

/**
 * Starts a machine. With `auto`, a guest that stands still on KVM is started again by emulation, and so is every later one of
 * this host. Rejects with a LabError (prerequisite, conflict, capacity, ...), and then no process of it is left.
 */
export async function startMachine(request: StartRequest): Promise<RunningMachine> {
  const { spec, place, expiresAt, cacheDirectory, environment, patience = usualPatience } = request;
  const emulator = findEmulator(spec.arch, environment);
  const version = await qemuVersion(emulator);
  const host = hostOf(version);
  const stalled = await rememberedStall(cacheDirectory, host);
  const choice = chooseAcceleration(spec, { platform: process.platform, arch: process.arch, kvmProblem: kvmProblem(), stalled });
  await ensurePrivateDirectory(place.directory);
  // Before QEMU starts: a machine without its deadline must not be, not even for a moment.
  await writeDeadline(place, expiresAt);

  const first = await launchBy(choice, emulator, request);
  const machine = running(first, version);
  await request.onLaunched?.(machine);
  if (first.died !== null) await rememberStall(cacheDirectory, host, first.died);
  const emulated = await (first.choice.accelerator === 'kvm' && spec.acceleration === 'auto' ? unlessAlive(first, request, patience) : null);
  if (emulated === null) return machine;
  await rememberStall(cacheDirectory, host, emulated);
  const second = running(await launchBy({ accelerator: 'tcg', reason: `guests do not run on this host's KVM: ${emulated}` }, emulator, request), version);
  await request.onLaunched?.(second);
  return second;
}

interface LaunchedBy extends Launched {
  readonly choice: AccelerationChoice;
  readonly sshPort: number;
  /** What QEMU said when it died of the accelerator; null: it did not. */
  readonly died: string | null;
}

async function launchBy(choice: AccelerationChoice, emulator: string, request: StartRequest, triesLeft = portTries): Promise<LaunchedBy> {
  const { spec, place, environment, signal, lastSshPort } = request;
  const sshPort = spec.hostSshPort ?? (await freePort(lastSshPort));
  try {
    const launched = await launch({ spec, place, emulator, launch: { accelerator: choice.accelerator, sshPort, uefi: wantsUefi(spec) ? requireUefi(spec.arch) : null }, environment, signal });
    return { ...launched, choice, sshPort, died: null };
  } catch (error) {
    const code = error instanceof LabError ? error.problem.code : undefined;
    const ownChoice = spec.hostSshPort === null && error instanceof LabError && error.problem.summary.includes(` ${sshPort} `);
    if (code === 'PortTaken' && ownChoice && triesLeft > 1) return launchBy(choice, emulator, { ...request, lastSshPort: null }, triesLeft - 1);
    // On some hosts QEMU dies of what KVM answers: whether that is the reason, the emulated start tells.
    if ((code === 'NoAccelerator' || code === 'QemuFailed') && spec.acceleration === 'auto' && choice.accelerator !== 'tcg') {
      const died = lastWords(error);
      const emulated = await launchBy({ accelerator: 'tcg', reason: `${choice.accelerator} does not work here: ${died}` }, emulator, request, triesLeft);
      return { ...emulated, died: code === 'QemuFailed' ? died : null };
    }
    throw error;
  }
}

/** The last thing that QEMU itself said: a shell below it has the last word (`Aborted`). */
function lastWords(error: unknown): string {
  const lines = error instanceof LabError ? (error.problem.detail ?? error.problem.summary).split('\n') : [];
  return lines.findLast((line) => line.startsWith('qemu-system')) ?? lines.at(-1) ?? 'no reason given';
}

/** Ends a machine that stands still, and gives the reason; null: it is alive. */
async function unlessAlive({ machine }: LaunchedBy, { place, signal }: StartRequest, patience: Patience): Promise<string | null> {
  const verdict = await withMonitor(place.socket, (monitor) => watchBoot(() => readProgress(monitor, place.console), patience, signal), { answerMs: patience.silenceMs }).catch(
    // A KVM that hangs may take QEMU's own loop with it.
    (error: unknown): Verdict => ({ kind: 'stalled', reason: error instanceof Error ? error.message : String(error) }),
  );
  if (verdict.kind !== 'stalled') return null;
  await kill(machine);
  await truncate(place.console, 0).catch(() => undefined);
  return verdict.reason;
}

const running = ({ machine, watchdogPid, choice, sshPort }: LaunchedBy, version: string): RunningMachine => ({
  process: machine,
  watchdogPid,
  accelerator: choice.accelerator,
  acceleratorReason: choice.reason,
  sshPort,
  launchedAt: new Date().toISOString(),
  qemuVersion: version,
});
