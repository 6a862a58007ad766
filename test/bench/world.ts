import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { models } from '../../src/rehearsal/clouds.ts';
import { openWorld } from '../../src/rehearsal/engine/disk-world.ts';
import { median } from './measure.ts';
import type { Report } from './rehearsal.ts';

const count = 10_000;
const caller = { actor: 'client', run: null, session: null, stack: null } as const;

/** A world of 10,000 resources: listing by tag, and opening it anew. */
export async function benchWorld({ home, report }: { readonly home: string; readonly report: Report }): Promise<void> {
  const directory = join(home, 'world');
  mkdirSync(directory, { mode: 0o700 });
  const world = await openWorld(directory, { models });
  for (let begin = 0; begin < count; begin += 500) {
    await world.call({ cloud: 'aws', operation: 'CreateVolume', verb: 'create', subject: 'disk', caller }, (tx) => {
      for (let index = begin; index < begin + 500; index += 1) {
        tx.put({
          cloud: 'aws',
          kind: 'volume',
          id: `vol-${index.toString(16).padStart(17, '0')}`,
          name: `disk-${index}`,
          region: 'eu-north-1',
          zone: 'eu-north-1a',
          tags: { labtui: 'true', 'labtui-session-id': `lab-${index % 500}`, Name: `disk-${index}` },
          createdAtMs: tx.nowMs,
          props: { size: 20, volumeType: 'gp3' },
        });
      }
    });
  }
  const listings: number[] = [];
  for (let round = 0; round < 21; round += 1) {
    const startedMs = performance.now();
    const found = await world.read((view) => view.byTag('aws', 'labtui-session-id', `lab-${round}`));
    listings.push(performance.now() - startedMs);
    if (found.length !== count / 500) throw new Error(`found ${found.length}`);
  }
  report('list by tag among 10,000 resources, median of 21', median(listings), 'ms', 50);
  const openings: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const startedMs = performance.now();
    const again = await openWorld(directory, { models });
    await again.read((view) => view.list('aws', 'volume').length);
    openings.push(performance.now() - startedMs);
  }
  report('opening a world of 10,000 resources, median of 5', median(openings), 'ms', null);
}
