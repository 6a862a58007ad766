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

/** The process group of a process; null where the system does not tell. */
export function groupOf(pid: number): number | null {
  const group = Number(process.platform === 'linux' ? statOf(pid)?.[2] : ask('pgid=', pid));
  return group > 0 ? group : null;
}

const digest = (words: string): string => createHash('sha256').update(words).digest('hex');

/** As one text: NUL between the words on Linux, spaces where only `ps` tells. */
function commandLine(pid: number): string | null {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8') || null;
    return ask('args=', pid);
  } catch {
    return null;
  }
}

/** The fields of /proc/PID/stat after the command's name, proc(5); null: no such process. */
function statOf(pid: number): readonly string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** What `ps` prints of a process; null: nothing. */
function ask(column: string, pid: number): string | null {
  try {
    const text = execFileSync('ps', ['-ww', '-o', column, '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5_000 });
    return text.trim() || null;
  } catch {
    return null;
  }
}
