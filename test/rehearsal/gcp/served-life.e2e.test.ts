import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realClouds } from '../../e2e/real-clouds.ts';
import { createWorkplace, type Workplace } from '../../support/labtui.ts';
import { leftInClouds, regionOf } from '../../support/rehearsal.ts';
import { type ServedRehearsal, serveRehearsal } from '../../support/serve-rehearsal.ts';
import { providerHttp } from './replay/provider-http.ts';
import { createStack, deleteStack } from './replay/stack-life.ts';

// Where no mirror has the real provider, this is as near as it gets: labs as labtui looks them up and writes them, the provider's own
// requests, and the simulated cloud in a process of its own.
describe("labtui's stacks by the google provider's requests, on labtui rehearsal serve", () => {
  let place: Workplace;
  let served: ServedRehearsal;
  beforeAll(async () => {
    place = createWorkplace();
    served = await serveRehearsal(place);
  });
  afterAll(async () => {
    await served.stop();
    place.remove();
  });

  /** As the provider waits, but shorter: the world's clock is its own. */
  const pause = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 50));

  it.each(Object.entries(realClouds.find(({ id }) => id === 'gcp')?.lives ?? {}))('stands, plans to no changes, and goes to nothing: %s', async (_lab, profile) => {
    writeFileSync(join(place.cwd, 'served.yaml'), JSON.stringify({ name: 'served', cloud: 'gcp', region: regionOf.gcp, ssh: { allowFrom: '198.51.100.7' }, ...profile }));
    const synth = await place.run(['synth', '--profile', 'served', '--rehearse', '--json']);
    expect(synth.exitCode, synth.stdout + synth.stderr).toBe(0);
    const session = synth.events.at(-1)?.session ?? '';
    const text = readFileSync(join(place.sessions, session, 'stacks/gcp/cdk.tf.json'), 'utf8');
    const http = providerHttp(served.environment.gcp?.GOOGLE_COMPUTE_CUSTOM_ENDPOINT ?? '', pause);
    const drift: string[] = [];
    const machines = await createStack(http, text, drift);
    expect(machines.map(({ found }) => found.status)).toEqual(machines.map(() => 'RUNNING'));
    expect(drift).toEqual([]);
    expect(http.statuses).toContain('PENDING');
    expect((await leftInClouds(place, session)).filter(({ kind }) => kind === 'instance')).toHaveLength(machines.length);
    await deleteStack(http, text);
    expect(await leftInClouds(place, session)).toEqual([]);
  });
});
