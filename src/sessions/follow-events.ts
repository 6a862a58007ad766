import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabEvent } from '../core/events.ts';
import { errnoOf } from '../platform/errno.ts';
import { parseEventLine } from './event-lines.ts';
import { watchFile } from './file-changes.ts';
import { findPlace, noSuchSession, pathsIn } from './place.ts';

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** End with the first `result` that is not there yet at the start, or at once where the session is archived. @default false */
  readonly untilResult?: boolean | undefined;
  /** How often to look where the system does not notify. @default 500 ms */
  readonly pollMs?: number | undefined;
}

const newline = 0x0a;

/**
 * The events of a session, those so far and then each as it is written. Goes on when the session moves to the archive; ends
 * when aborted, when the session is removed, or at a result if asked. Rejects with kind not-found where there is no such
 * session.
 */
export async function* followEvents(root: string, id: string, options: FollowOptions): AsyncGenerator<LabEvent, void, undefined> {
  const { signal, untilResult = false, pollMs = 500 } = options;
  if (findPlace(root, id) === null) throw noSuchSession(root, id);
  const opened = await openWhenThere(root, id, signal, pollMs);
  if (opened === null) return;
  // The open file stays the same one wherever its directory is moved; a watcher on its path may not.
  const { handle, file } = opened;
  const changes = watchFile(file);
  try {
    let rest = Buffer.alloc(0);
    let position = 0;
    for (let caughtUp = false; ; ) {
      // Asked before the read: what is there at the end was written before it.
      const over = (await handle.stat()).nlink === 0 || (untilResult && findPlace(root, id)?.archived !== false);
      const { bytes, position: next } = await readOn(handle, position);
      position = next;
      rest = Buffer.concat([rest, bytes]);
      for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
        const event = parseEventLine(rest.toString('utf8', 0, end));
        rest = rest.subarray(end + 1);
        if (event === null) continue;
        yield event;
        if (untilResult && caughtUp && event.type === 'result') return;
      }
      caughtUp = true;
      if (over || signal.aborted) return;
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

async function readOn(handle: FileHandle, from: number): Promise<{ readonly bytes: Buffer; readonly position: number }> {
  const chunks: Buffer[] = [];
  let position = from;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, position);
    if (bytesRead === 0) return { bytes: Buffer.concat(chunks), position };
    chunks.push(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}
