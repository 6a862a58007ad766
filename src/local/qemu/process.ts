import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSameProcess, processStartTime } from '../../platform/process-identity.ts';

/** A QEMU that was started: enough to know it again, and to never take another process for it. */
export interface MachineProcess {
  readonly pid: number;
  /** Opaque (platform/process-identity.ts); it differs after each boot of this computer. */
  readonly startTime: string;
  /** SHA-256 of its command line, in hexadecimal. */
  readonly argumentsSha256: string;
}

/** The process that a QEMU wrote into its pid file; null where there is none, or where it is not that machine's. */
export async function processOfPidFile(pidFile: string): Promise<MachineProcess | null> {
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).trim());
  const startTime = processStartTime(pid);
  const words = startTime === null ? null : commandLine(pid);
  // Its pid file is among its arguments: another process that has been given the number has not.
  if (startTime === null || words?.includes(pidFile) !== true) return null;
  return { pid, startTime, argumentsSha256: digest(words) };
}

/** Whether that very process still runs: number, start and command line. */
export function isRunning({ pid, startTime, argumentsSha256 }: MachineProcess): boolean {
  if (!isSameProcess(pid, startTime)) return false;
  const words = commandLine(pid);
  return words !== null && digest(words) === argumentsSha256;
}

/** Waits until it is gone; false: it still runs after that time. */
export async function waitForEnd(machine: Pick<MachineProcess, 'pid' | 'startTime'>, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
  const endsAt = performance.now() + timeoutMs;
  while (isSameProcess(machine.pid, machine.startTime)) {
    if (performance.now() >= endsAt || signal?.aborted === true) return false;
    await sleep(20);
  }
  return true;
}

/** Ends it at once, as by pulling the plug; resolves when it is gone. Does nothing to any other process. */
export async function kill(machine: MachineProcess): Promise<void> {
  if (!isRunning(machine)) return;
  try {
    process.kill(machine.pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
  await waitForEnd(machine, 10_000);
}

const digest = (words: string): string => createHash('sha256').update(words).digest('hex');

/** As one text: NUL between the words on Linux, spaces where only `ps` tells. */
function commandLine(pid: number): string | null {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8') || null;
    const text = execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5_000 });
    return text.trim() || null;
  } catch {
    return null;
  }
}
