import type { KnownSession } from '../../src/core/known-session.ts';

/** A lab of this computer that is well, three hours before its end at noon of the tests' day. */
export function knownSession(fields: Partial<KnownSession> = {}): KnownSession {
  return {
    id: 'lab-aaaaaa',
    root: '/labs',
    archived: false,
    phase: 'ready',
    expiresAt: '2026-11-21T15:00:00.000Z',
    onFailure: 'destroy',
    rehearsed: false,
    inUseBy: null,
    problem: null,
    places: [],
    ...fields,
  };
}
