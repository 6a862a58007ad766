import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabEvent } from '../../core/events.ts';
import { isSameProcess } from '../../platform/process-identity.ts';
import { EventTail } from '../../sessions/event-tail.ts';
import { watchFile } from '../../sessions/file-changes.ts';
import type { Stop } from '../../tui/port.ts';
import { readRunProcess, type RunFiles } from './run-files.ts';

/** How a run ended: its exit code, null where it was killed, and what it said outside its events. */
export interface RunEnd {
  readonly exitCode: number | null;
  readonly stderr: string;
}

export type RunListener = (events: readonly LabEvent[], ended: RunEnd | null) => void;

export interface WatchRunOptions {
  readonly files: RunFiles;
  /** Of a run that this process started. Absent: its process is looked for, and its last result has the exit code. */
  readonly ended?: Promise<number | null> | undefined;
  /** How often to look where the system does not notify. @default 500 ms */
  readonly pollMs?: number | undefined;
}

const keptStderr = 64 * 1024;
/** Between two readings: what comes faster comes together. */
const settleMs = 30;

/** Tells of a run's events so far and of those to come, and last of its end. */
export function watchRun(options: WatchRunOptions, listener: RunListener): Stop {
  const controller = new AbortController();
  follow(options, listener, controller.signal).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    if (!controller.signal.aborted) listener([], { exitCode: null, stderr: `what the run writes cannot be read: ${reason}` });
  });
  return () => controller.abort();
}

async function follow({ files, ended, pollMs = 500 }: WatchRunOptions, listener: RunListener, signal: AbortSignal): Promise<void> {
  const handle = await open(files.events, 'r');
  const changes = watchFile(files.events);
  const known = ended === undefined ? await readRunProcess(files) : null;
  const over = new AbortController();
  const own: { exitCode?: number | null } = {};
  void ended?.then((exitCode) => {
    own.exitCode = exitCode;
    over.abort();
  });
  const hasEnded = (): boolean => (ended === undefined ? known === null || !isSameProcess(known.pid, known.startTime) : own.exitCode !== undefined);
  const woken = AbortSignal.any([signal, over.signal]);
  try {
    const tail = new EventTail(handle);
    let result: number | null = null;
    for (;;) {
      // Asked before the read: what is there at the end was written before it.
      const last = hasEnded();
      const events = await tail.next();
      if (signal.aborted) return;
      for (const event of events) if (event.type === 'result') result = event.exitCode;
      if (last) {
        listener(events, { exitCode: own.exitCode === undefined ? result : own.exitCode, stderr: await endOf(files.stderr) });
        return;
      }
      if (events.length > 0) listener(events, null);
      await changes.next(pollMs, woken);
      await sleep(settleMs, undefined, { signal: woken }).catch(() => undefined);
    }
  } finally {
    changes.close();
    await handle.close();
  }
}

async function endOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.slice(-keptStderr);
}
