// Takes a session's lock again and again and reports whoever else is in the section it guards.
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStartTime } from '../../../src/platform/process-identity.ts';
import { createSessionStore } from '../../../src/sessions/store.ts';

const [root = '', id = '', rounds = '1', dieAt = 'never'] = process.argv.slice(2);
const section = join(root, 'section');
const store = createSessionStore({
  root,
  now: () => new Date(),
  hostName: hostname(),
  pid: process.pid,
  lockTimes: { waitMs: 60_000, noticeMs: 60_000, pollMs: 5 },
});

for (let round = 0; round < Number(rounds); round += 1) {
  const lock = await store.lock(id, 'apply', (event) => {
    if (event.type === 'log' && event.level === 'warn') process.stdout.write('takeover\n');
  });
  const before = readFileSync(section, 'utf8');
  if (before !== 'free' && processStartTime(Number(before)) !== null) process.stdout.write(`violation: ${before} is inside\n`);
  writeFileSync(section, String(process.pid));
  await sleep(Math.random() * 4);
  if (readFileSync(section, 'utf8') !== String(process.pid)) process.stdout.write('violation: somebody else came in\n');
  if (String(round) === dieAt) process.kill(process.pid, 'SIGKILL');
  writeFileSync(section, 'free');
  await lock.release();
  process.stdout.write('round\n');
}
