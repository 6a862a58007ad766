import type { LabEvent } from '../core/events.ts';
import type { SessionStore } from '../core/session.ts';
import type { ComputerIdentity } from '../platform/computer-identity.ts';
import { openEventLog } from './event-log.ts';
import { followEvents, type FollowOptions } from './follow-events.ts';
import { InOrder } from './in-order.ts';
import type { LockTimes } from './lock.ts';
import { findPlace, liveDirectory, noSuchSession, pathsIn, placeOf } from './place.ts';
import { resolveSession } from './resolve.ts';
import { listArchive, listSessions } from './summaries.ts';
import { watchState } from './watch-state.ts';

export interface SessionStoreOptions {
  /** Absolute path of the sessions directory; it need not exist. */
  readonly root: string;
  readonly now: () => Date;
  /** Name of this computer, as locks tell it to others. */
  readonly hostName: string;
  /** The process that locks are held for. */
  readonly pid: number;
  readonly lockTimes?: LockTimes | undefined;
  /** What tells this computer from others, for locks. @default this one */
  readonly computer?: ComputerIdentity | undefined;
  /** Told once per session that its events.ndjson does not take lines any more (a full disk). @default nobody is told */
  readonly onEventsLost?: ((id: string, error: unknown) => void) | undefined;
}

/** The session store on this computer's disk, with what only its own command line needs. */
export interface InstalledSessionStore extends SessionStore {
  /** The events so far and then each as it is written; see followEvents. */
  followEvents(id: string, options: FollowOptions): AsyncGenerator<LabEvent, void, undefined>;
}

/**
 * The store of sessions below a directory (contract §5). Ids and stack names are checked before they become part of a path.
 * Failures of the disk are LabErrors of kind prerequisite, damaged files of kind state. What `list` needs is loaded at once,
 * the rest, and zod with it, when it is called for.
 */
export function createSessionStore(options: SessionStoreOptions): InstalledSessionStore {
  const { root, now, hostName, pid, lockTimes = {}, computer } = options;
  const events = openEventLog(root, options.onEventsLost ?? (() => undefined));
  const writes = new InOrder();
  const directoryOf = (id: string): string => placeOf(root, id).directory;

  return {
    root,
    paths: (id) => pathsIn(findPlace(root, id)?.directory ?? liveDirectory(root, id)),
    create: async (record) => {
      const { createSession } = await import('./create-session.ts');
      await createSession(root, record);
      return pathsIn(liveDirectory(root, record.id));
    },
    load: async (id) => {
      const { readRecord } = await import('./record-file.ts');
      return readRecord(directoryOf(id), id);
    },
    save: async (record) => {
      const { writeRecord } = await import('./record-file.ts');
      await writes.run(record.id, async () => {
        const place = placeOf(root, record.id);
        if (place.archived) throw noSuchSession(root, record.id);
        await writeRecord(place.directory, record);
      });
    },
    resolve: (reference, { archived = false } = {}) => promise(() => resolveSession(root, reference, { archived })),
    list: ({ archived }) => promise(() => [...listSessions(root), ...(archived ? listArchive(root) : [])]),
    lock: async (id, purpose, emit) => {
      const { lockSession } = await import('./lock.ts');
      return lockSession({ root, now, hostName, pid, times: lockTimes, computer }, id, purpose, emit);
    },
    appendEvent: (id, event) => events.append(id, event),
    readEvents: (id) => events.read(id),
    followEvents: (id, follow) => followEvents(root, id, follow),
    backupState: async (id, stackId) => {
      const { backupState } = await import('./backups.ts');
      await writes.run(`${id}/${stackId}`, () => backupState(root, id, stackId, now()));
    },
    watchState: (id, stackId, onChange) => watchState(pathsIn(directoryOf(id)).state(stackId), onChange),
    backups: async (id, stackId) => {
      const { listBackups } = await import('./backup-files.ts');
      return listBackups(pathsIn(directoryOf(id)).backups(stackId));
    },
    putBack: async (id, stackId, name) => {
      const { putBackup } = await import('./backups.ts');
      await writes.run(`${id}/${stackId}`, () => putBackup(root, id, stackId, name, now()));
    },
    setStateAside: async (id, stackId) => {
      const { setStateAside } = await import('./backups.ts');
      return writes.run(`${id}/${stackId}`, () => setStateAside(root, id, stackId, now()));
    },
    restoreNewestBackup: async (id, stackId, accept) => {
      const { restoreNewestBackup } = await import('./backups.ts');
      return writes.run(`${id}/${stackId}`, () => restoreNewestBackup(root, id, stackId, now(), accept));
    },
    mend: async (id) => {
      const { mendSession } = await import('./mend.ts');
      return mendSession(root, id);
    },
    archive: async (id) => {
      const { archiveSession } = await import('./archive.ts');
      events.close(id);
      await writes.run(id, () => archiveSession(root, id));
    },
    unarchive: async (id) => {
      const { unarchiveSession } = await import('./archive.ts');
      events.close(id);
      await unarchiveSession(root, id);
    },
    discard: async (id) => {
      const { discardSession } = await import('./discard.ts');
      events.close(id);
      await writes.run(id, () => discardSession(root, id));
    },
  };
}

/** What work returns or throws, as a promise. */
function promise<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
