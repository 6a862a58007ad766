import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabEvent } from '../core/events.ts';
import { errnoOf } from '../platform/errno.ts';
import { EventTail } from './event-tail.ts';
import { watchFile } from './file-changes.ts';
import { findPlace, noSuchSession, pathsIn } from './place.ts';

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** End with the first `result` that is not there yet at the start, or at once where the session is archived. @default false */
  readonly untilResult?: boolean | undefined;
  /** How often to look where the system does not notify. @default 500 ms */
  readonly pollMs?: number | undefined;
}

/**
 * The events of a session, those so far and then each as it is written. Goes on when the session moves to the archive; ends
 * when aborted, when the session is removed, or at a result if asked. Rejects with kind not-found where there is no such
 * session.
 */
export async function* followEvents(root: string, id: string, options: FollowOptions): AsyncGenerator<LabEvent, void, undefined> {
  for await (const events of followEventBatches(root, id, options)) yield* events;
}

/** As followEvents, several at once: all so far, then what was written since the last time, whenever the caller asks for more. */
export async function* followEventBatches(root: string, id: string, options: FollowOptions): AsyncGenerator<readonly LabEvent[], void, undefined> {
  const { signal, untilResult = false, pollMs = 500 } = options;
  if (findPlace(root, id) === null) throw noSuchSession(root, id);
  const opened = await openWhenThere(root, id, signal, pollMs);
  if (opened === null) return;
  // The open file stays the same one wherever its directory is moved; a watcher on its path may not.
  const { handle, file } = opened;
  const changes = watchFile(file);
  try {
    const tail = new EventTail(handle);
    for (let caughtUp = false; ; caughtUp = true) {
      // Asked before the read: what is there at the end was written before it.
      const over = (await handle.stat()).nlink === 0 || (untilResult && findPlace(root, id)?.archived !== false);
      const events = await tail.next();
      const result = untilResult && caughtUp ? events.findIndex(({ type }) => type === 'result') : -1;
      if (events.length > 0) yield result < 0 ? events : events.slice(0, result + 1);
      if (over || signal.aborted || result >= 0) return;
      await changes.next(pollMs, signal);
    }
  } finally {
    changes.close();
    await handle.close();
  }
}

/** null: aborted, or the session was removed before its first event. */
async function openWhenThere(
  root: string,
  id: string,
  signal: AbortSignal,
  pollMs: number,
): Promise<{ readonly handle: FileHandle; readonly file: string } | null> {
  for (;;) {
    const place = findPlace(root, id);
    if (place === null || signal.aborted) return null;
    const file = pathsIn(place.directory).events;
    try {
      return { handle: await open(file, 'r'), file };
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}
