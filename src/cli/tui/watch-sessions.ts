import { type FSWatcher, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { SessionSummary } from '../../core/session.ts';
import { archiveRoot } from '../../sessions/place.ts';
import { listArchive, listSessions, sessionIds } from '../../sessions/summaries.ts';
import type { Stop } from '../../tui/port.ts';

export interface WatchSessionsOptions {
  readonly root: string;
  /** How often to look where the system does not notify. @default 2 s */
  readonly pollMs?: number | undefined;
  /** What changes within this time is shown together. @default 100 ms */
  readonly settleMs?: number | undefined;
  /** @default true. Off for file systems that never notify. */
  readonly notified?: boolean | undefined;
}

/**
 * Tells of the sessions at once, of the archived ones in a moment, and of all of them whenever one changed. The system notifies of
 * each session's directory; a look at all of them every two seconds finds what it does not notify of. Throws a LabError where
 * the directory cannot be read at the start; later the last that was read stands.
 */
export function watchSessions({ root, pollMs = 2_000, settleMs = 100, notified = true }: WatchSessionsOptions, listener: (rows: readonly SessionSummary[]) => void): Stop {
  const watchers = new Map<string, FSWatcher>();
  let live: readonly SessionSummary[] = listSessions(root);
  let archived: readonly SessionSummary[] = [];
  let archiveStamp: string | null = null;
  let told = '';
  let settling: NodeJS.Timeout | null = null;

  const tell = (): void => {
    const rows = [...live, ...archived];
    const text = JSON.stringify(rows);
    if (text === told) return;
    told = text;
    listener(rows);
  };
  const look = (): void => {
    // First: what changes after a look is to be notified of.
    if (notified) watchAll();
    try {
      live = listSessions(root);
      const stamp = stampOf(archiveRoot(root));
      if (stamp !== archiveStamp) archived = listArchive(root);
      archiveStamp = stamp;
    } catch {
      // The directory is not readable now: what was read last stands until it is again.
    }
    tell();
  };
  const soon = (): void => {
    settling ??= setTimeout(() => {
      settling = null;
      look();
    }, settleMs);
  };
  const startWatch = (directory: string, matters: (name: string | null) => boolean): void => {
    if (watchers.has(directory)) return;
    try {
      const watcher = watch(directory, { persistent: false }, (_, name) => {
        if (matters(name)) soon();
      });
      watcher.on('error', () => stopWatch(directory));
      watchers.set(directory, watcher);
    } catch {
      // None there, or the system has no more watchers to give: the next look finds it.
    }
  };
  const stopWatch = (directory: string): void => {
    watchers.get(directory)?.close();
    watchers.delete(directory);
  };
  function watchAll(): void {
    const sessions = new Set(sessionIds(root, { archived: false }).map((id) => join(root, id)));
    for (const directory of watchers.keys()) if (directory !== root && !sessions.has(directory)) stopWatch(directory);
    startWatch(root, (name) => name === null || !name.startsWith('.') || name === '.archive');
    for (const directory of sessions) startWatch(directory, (name) => name === null || name === 'session.json');
  }

  // The archive may be long: what is alive is shown first.
  tell();
  soon();
  const poll = setInterval(look, pollMs);
  return () => {
    clearInterval(poll);
    if (settling !== null) clearTimeout(settling);
    for (const directory of [...watchers.keys()]) stopWatch(directory);
  };
}

function stampOf(directory: string): string | null {
  const stats = statSync(directory, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.ino}-${stats.mtimeMs}`;
}
