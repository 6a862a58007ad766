// Makes a session and writes every kind of file the store writes, under a given umask; prints a problem as JSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import { LabError } from '../../../src/core/errors.ts';
import { createSessionStore } from '../../../src/sessions/store.ts';
import { untouchedRecord } from '../sample-record.ts';

const [root = '', umask = '022', ...ids] = process.argv.slice(2);
const store = createSessionStore({ root, now: () => new Date(), hostName: 'here', pid: process.pid });
const event = { v: 1, time: '2026-05-01T12:00:00.000Z', session: null, stack: null, type: 'log', level: 'info', message: 'x' } as const;

try {
  process.umask(Number.parseInt(umask, 8));
  for (const id of ids) {
    const paths = await store.create(untouchedRecord(id));
    store.appendEvent(id, event);
    process.umask(0o077);
    mkdirSync(paths.stack('aws'));
    writeFileSync(paths.state('aws'), '{"version":4,"serial":1,"lineage":"l","resources":[]}');
    process.umask(Number.parseInt(umask, 8));
    await store.backupState(id, 'aws');
    writeFileSync(paths.state('aws'), '');
    await store.restoreNewestBackup(id, 'aws', () => Promise.resolve(true));
    await store.save(untouchedRecord(id));
    // Kept on purpose: its mode is looked at.
    await store.lock(id, 'apply', () => undefined);
  }
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  process.stdout.write(JSON.stringify(error.problem));
}
