import { hostname } from 'node:os';
import { isSameProcess } from '../../platform/process-identity.ts';
import { readLock } from '../../sessions/lock-file.ts';
import { findPlace } from '../../sessions/place.ts';
import type { RunProcess } from './run-files.ts';

/** Sends SIGINT, and to each process only one: a second one would not make it faster. */
export class Interrupter {
  readonly #sent = new Set<string>();

  /** False where it is another process by now, or cannot be told from another one. */
  interrupt({ pid, startTime }: RunProcess): boolean {
    if (startTime === null) return false;
    const name = `${pid} ${startTime}`;
    // It may be ending just now: it has had its signal.
    if (this.#sent.has(name)) return true;
    if (!isSameProcess(pid, startTime)) return false;
    try {
      process.kill(pid, 'SIGINT');
    } catch {
      return false;
    }
    this.#sent.add(name);
    return true;
  }
}

/** The labtui of this computer that holds a session's lock; null where there is none. Whether it lives is not asked. */
export async function workerOn(root: string, session: string): Promise<RunProcess | null> {
  const place = findPlace(root, session);
  const holder = place === null ? null : ((await readLock(place.directory))?.holder ?? null);
  return holder?.host === hostname() ? { pid: holder.pid, startTime: holder.startTime } : null;
}
