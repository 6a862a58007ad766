import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabEvent } from '../../src/core/events.ts';
import type { SessionRecord } from '../../src/core/session.ts';
import { sampleRecord } from '../sessions/sample-record.ts';

/** Writes a rehearsed session that is up, as labtui would have; its id. What is changed is told from `changes`. */
export function writeSession(root: string, name: string, changes: Partial<SessionRecord> = {}): string {
  const id = `${name}-abc234`;
  const createdAt = new Date(Date.now() - 600_000).toISOString();
  const expiresAt = new Date(Date.now() + 3 * 3_600_000).toISOString();
  mkdirSync(root, { recursive: true, mode: 0o700 });
  mkdirSync(join(root, id), { mode: 0o700 });
  writeFileSync(join(root, id, 'session.json'), JSON.stringify(sampleRecord({ id, name, createdAt, expiresAt, rehearsed: true, ...changes })), { mode: 0o600 });
  return id;
}

/** One line of a run's log, as events.ndjson has it. */
export function logEvent(session: string, message: string, timeMs: number): LabEvent {
  return { v: 1, time: new Date(timeMs).toISOString(), session, stack: 'aws', type: 'log', level: 'info', message };
}
