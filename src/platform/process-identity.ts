import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { thisComputer } from './computer-identity.ts';

/**
 * When a process began, as an opaque text that only equals itself: ticks since boot on Linux (field 22 of
 * /proc/PID/stat, proc(5)) with the boot that they are counted from, the date that `ps` prints elsewhere. Null when there is no such
 * process, when it is a zombie, or when the system does not tell.
 */
export function processStartTime(pid: number): string | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid);
}

/**
 * Whether `pid` is still the process that began at `startTime`: a number is given again after its owner's death, the
 * pair is not. With a null start time the number alone decides, so that a living process is never taken for dead.
 */
export function isSameProcess(pid: number, startTime: string | null): boolean {
  if (startTime === null) return exists(pid);
  const now = processStartTime(pid);
  // An older labtui wrote the ticks alone.
  return now === startTime || (process.platform === 'linux' && /^\d+$/.test(startTime) && now?.split('@', 1)[0] === startTime);
}

function startTimeFromProc(pid: number): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The second field is the command's name in parentheses, which may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  if (state === 'Z' || state === 'X') return null;
  const [ticks] = fields.slice(19, 20);
  const { boot } = thisComputer();
  return ticks === undefined ? null : boot === null ? ticks : `${ticks}@${boot}`;
}

function startTimeFromPs(pid: number): string | null {
  try {
    const printed = execFileSync('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
    });
    const [, state, startTime] = /^\s*(\S+)\s+(.+?)\s*$/.exec(printed) ?? [];
    return state === undefined || state.startsWith('Z') ? null : (startTime ?? null);
  } catch {
    return null;
  }
}

function exists(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
