import { hostname } from 'node:os';
import { createSessionStore, type InstalledSessionStore } from '../sessions/store.ts';
import { locateSessionsDir } from '../sessions/locate.ts';
import type { LabContext } from './context.ts';
import { stateHome } from './directories.ts';

/** The sessions directory that this command line means. */
export function sessionsRoot(context: LabContext): string {
  return locateSessionsDir({
    flag: context.settings.sessionsDir,
    environment: context.environment,
    cwd: context.cwd,
    stateHome: stateHome(context),
  });
}

/** The session store of this command line, or of another root. */
export function openSessions(context: LabContext, root = sessionsRoot(context)): InstalledSessionStore {
  return createSessionStore({ root, now: () => new Date(), hostName: hostname(), pid: process.pid });
}
