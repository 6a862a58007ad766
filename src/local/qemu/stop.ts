import process from 'node:process';
import { isSameProcess, processStartTime } from '../../platform/process-identity.ts';
import type { MachinePlace } from './place.ts';
import { groupOf, isRunning, kill, type MachineProcess, waitForEnd } from './process.ts';
import { withMonitor } from './qmp.ts';

/** How it came to its end. */
export type Ending = 'powered-off' | 'forced' | 'was-off';

/**
 * Presses the machine's power button and waits; a guest that does not go within that time is switched off, its writes kept as far as it
 * had made them. Resolves when the process is gone.
 */
export async function powerDown(machine: MachineProcess, { socket }: Pick<MachinePlace, 'socket'>, { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<Ending> {
  if (!isRunning(machine)) return 'was-off';
  const pressed = await withMonitor(socket, (monitor) => monitor.execute('system_powerdown')).then(() => true, () => false);
  if (pressed && (await waitForEnd(machine, timeoutMs, signal))) return 'powered-off';
  // QEMU writes out what it holds and closes the disk in order, where it still answers.
  const quitting = await withMonitor(socket, (monitor) => monitor.execute('quit'), { answerMs: 5_000 }).then(() => true, () => false);
  if (!quitting || !(await waitForEnd(machine, 10_000))) await kill(machine);
  return 'forced';
}

/**
 * Ends a machine whose data nobody wants any more, and waits until its watchdog, which still writes into its directory, is gone too.
 * Where nobody knows the watchdog, it is the one whose process group the machine is in.
 */
export async function endMachine(machine: MachineProcess, knownWatchdog: number | null): Promise<void> {
  const watchdogPid = knownWatchdog ?? (isRunning(machine) ? groupOf(machine.pid) : null);
  const watchdogStart = watchdogPid === null ? null : processStartTime(watchdogPid);
  await kill(machine);
  if (watchdogPid === null || watchdogStart === null || !leads(watchdogPid)) return;
  await waitForEnd({ pid: watchdogPid, startTime: watchdogStart }, 20_000);
}

/** It is worth waiting for only as long as it is the watchdog: one that led its process group. */
function leads(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return isSameProcess(pid, processStartTime(pid));
  } catch {
    return false;
  }
}
