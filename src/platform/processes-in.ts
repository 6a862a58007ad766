import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

export interface ProcessIn {
  readonly pid: number;
  readonly parent: number;
  /** Its command line, word by word where the system tells it that way. */
  readonly words: readonly string[];
}

/**
 * Processes that work in a directory, as far as this user may see them: from /proc on Linux, from lsof and ps elsewhere;
 * none where the system does not tell.
 */
export function processesIn(directory: string): readonly ProcessIn[] {
  const place = realPath(directory);
  return process.platform === 'linux' ? fromProc(place) : fromLsof(place);
}

function fromProc(place: string): readonly ProcessIn[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        if (readlinkSync(`/proc/${entry}/cwd`) !== place) return [];
        const words = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').slice(0, -1);
        const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
        const [, parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [{ pid: Number(entry), parent: Number(parent), words }];
      } catch {
        // Ended meanwhile, or somebody else's.
        return [];
      }
    });
}

function fromLsof(place: string): readonly ProcessIn[] {
  const pids = run('lsof', ['-a', '-d', 'cwd', '-F', 'pn'])
    .split(/^p/m)
    .filter((entry) => entry.split('\n').includes(`n${place}`))
    .map((entry) => Number.parseInt(entry, 10));
  return pids.flatMap((pid) => {
    const [, parent = '0', command = ''] = /^\s*(\d+)\s+(.*)$/m.exec(run('ps', ['-o', 'ppid=', '-o', 'args=', '-p', String(pid)])) ?? [];
    return command === '' ? [] : [{ pid, parent: Number(parent), words: command.trim().split(/\s+/) }];
  });
}

function run(file: string, args: readonly string[]): string {
  try {
    return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5_000, env: { PATH: process.env.PATH, LC_ALL: 'C' } });
  } catch {
    return '';
  }
}

function realPath(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}
