import { randomBytes } from 'node:crypto';
import { readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { LabError } from '../../core/errors.ts';
import { errnoOf } from '../../platform/errno.ts';
import { isSameProcess, processStartTime } from '../../platform/process-identity.ts';

/** A holder is looked up after this long, and again as often: on some systems that starts a process. */
const suspiciousAfterMs = 50;
const patienceMs = 30_000;

/**
 * A lock among processes, held for moments. It is a symbolic link whose target names the holder: it appears whole or not
 * at all, and only one can make it. Whoever finds the holder dead may remove its lock only while holding another lock, named
 * after the dead one: two takers could else each remove the other's. That one's holder may die as well, and so on.
 */
export class WorldLock {
  readonly #file: string;
  readonly #token: string;

  constructor(file: string) {
    this.#file = file;
    this.#token = `${process.pid}:${encodeURIComponent(processStartTime(process.pid) ?? '')}:${randomBytes(8).toString('hex')}`;
  }

  /** Runs the work under the lock. Rejects with kind conflict where a living process keeps it for 30 s. */
  async hold<T>(work: () => T): Promise<T> {
    await this.#take(this.#file);
    try {
      return work();
    } finally {
      remove(this.#file);
    }
  }

  async #take(file: string): Promise<void> {
    const startedMs = performance.now();
    let suspect = '';
    let suspectFromMs = startedMs;
    for (let attempt = 1; !this.#claim(file); attempt += 1) {
      const holder = holderOf(file);
      if (holder === null) continue;
      const nowMs = performance.now();
      if (suspect !== holder) {
        suspect = holder;
        suspectFromMs = nowMs;
      }
      if (nowMs - suspectFromMs >= suspiciousAfterMs) {
        suspect = '';
        if (isDead(holder)) {
          await this.#bury(file, holder);
          continue;
        }
      }
      if (nowMs - startedMs > patienceMs) throw heldTooLong(file, holder);
      // Of many that wait, none should come in step with another.
      await wait(1 + Math.random() * Math.min(attempt, 8));
    }
  }

  #claim(file: string): boolean {
    try {
      symlinkSync(this.#token, file);
      return true;
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return false;
      throw error;
    }
  }

  async #bury(file: string, holder: string): Promise<void> {
    const grave = `${file}.${holder.slice(holder.lastIndexOf(':') + 1)}`;
    await this.#take(grave);
    try {
      if (holderOf(file) === holder) remove(file);
    } finally {
      remove(grave);
    }
  }
}

function holderOf(file: string): string | null {
  try {
    return readlinkSync(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function isDead(holder: string): boolean {
  const [pid = '', startTime = ''] = holder.split(':');
  return !isSameProcess(Number(pid), startTime === '' ? null : decodeURIComponent(startTime));
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    // Gone with its directory.
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

function heldTooLong(file: string, holder: string): LabError {
  const pid = holder.split(':')[0] ?? '';
  return new LabError({
    kind: 'conflict',
    summary: `process ${pid} keeps the simulated world locked`,
    detail: file,
    hint: `see what it does: ps -p ${pid}`,
    retryable: true,
  });
}
