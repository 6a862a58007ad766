import { writeSync } from 'node:fs';
import { openWorld } from '../../../../src/rehearsal/engine/disk-world.ts';
import { createCall, thing, toyModel } from '../toy-cloud.ts';

/** `DIR NAME COUNT`: adds 1 to the world's counter COUNT times, several calls at once, and tells of each that was done. */
const [directory = '', name = '', count = '0'] = process.argv.slice(2);
const world = await openWorld(directory, { models: [toyModel] });

async function addOne(index: number): Promise<void> {
  const n = await world.call({ ...createCall, target: name }, (tx) => {
    const before = tx.get('aws', 'counter')?.props.n;
    const next = (typeof before === 'number' ? before : 0) + 1;
    tx.put(thing('counter', { props: { n: next } }));
    tx.put(thing(`${name}-${index}`, { tags: { id: tx.newId(8) } }));
    return next;
  });
  // Straight to the pipe: what is told must have been told when the process is killed.
  writeSync(1, `${n} ${name}-${index}\n`);
}

for (let index = 0; index < Number(count); index += 4) {
  await Promise.all([0, 1, 2, 3].map((more) => addOne(index + more)));
}
