// Saves a session's record as fast as it can until it is killed.
import { createSessionStore } from '../../../src/sessions/store.ts';

const [root = '', id = ''] = process.argv.slice(2);
const store = createSessionStore({ root, now: () => new Date(), hostName: 'here', pid: process.pid });
const record = await store.load(id);
for (let turn = 0; ; turn += 1) {
  await store.save({ ...record, userData: String(turn % 10).repeat(50_000) });
  if (turn === 0) process.stdout.write('saving\n');
}
