import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsFacts } from '../../src/clouds/aws/facts.ts';
import { nearestRegions } from '../../src/input/nearest-region.ts';
import { connectTime } from '../../src/platform/connect-time.ts';

let cacheDir: string;
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'labtui-latency-'));
});
afterEach(() => rmSync(cacheDir, { recursive: true, force: true }));

const at = (iso: string) => () => new Date(iso);
const morning = at('2026-11-21T08:00:00Z');

describe('the regions of a cloud, nearest first', () => {
  it('follow the time of a connection; those that did not answer follow on the map', async () => {
    const times: Readonly<Record<string, number>> = { 'ec2.eu-central-2.amazonaws.com': 1, 'ec2.eu-north-1.amazonaws.com': 12.4, 'ec2.eu-west-1.amazonaws.com': 30 };
    const found = await nearestRegions(awsFacts, { cacheDir, now: morning, measure: (host) => Promise.resolve(times[host] ?? null) });
    // Zurich has to be enabled first: whether it is, only the cloud knows.
    expect(found.slice(0, 4)).toEqual([
      { region: 'eu-central-2', by: 'measured', reason: 'nearest of 3 measured: 1 ms' },
      { region: 'eu-north-1', by: 'measured', reason: 'number 2 of 3 measured: 12 ms' },
      { region: 'eu-west-1', by: 'measured', reason: 'number 3 of 3 measured: 30 ms' },
      { region: 'eu-south-1', by: 'geography', reason: 'not measured; on the map near eu-central-2' },
    ]);
    expect(found.map(({ region }) => region).toSorted()).toEqual(awsFacts.regions.filter(({ usable }) => usable).map(({ id }) => id).toSorted());
  });

  it('are measured once a day', async () => {
    let probes = 0;
    const measure = (host: string) => {
      probes += 1;
      return Promise.resolve(host.includes('us-west-2') ? 5 : null);
    };
    await nearestRegions(awsFacts, { cacheDir, now: morning, measure });
    const first = probes;
    expect(first).toBeGreaterThan(10);
    expect((await nearestRegions(awsFacts, { cacheDir, now: at('2026-11-21T20:00:00Z'), measure }))[0]).toMatchObject({ region: 'us-west-2' });
    expect(probes).toBe(first);
    await nearestRegions(awsFacts, { cacheDir, now: at('2026-11-22T08:00:01Z'), measure });
    expect(probes).toBe(2 * first);
  });

  it('are taken from the map by time zone where nothing answers, and begin with the default where that is unknown', async () => {
    const offline = { cacheDir, now: morning, measure: () => Promise.resolve(null) };
    const first = async (timeZone: string) => (await nearestRegions(awsFacts, { ...offline, timeZone })).slice(0, 2);
    expect(await first('Europe/Stockholm')).toMatchObject([{ region: 'eu-north-1', by: 'geography' }, { by: 'geography' }]);
    expect(await first('Australia/Sydney')).toMatchObject([{ region: 'ap-southeast-2', by: 'geography' }, { region: 'ap-southeast-4' }]);
    expect(await first('UTC')).toMatchObject([{ region: 'us-east-1', by: 'default' }, { region: 'us-east-2', by: 'geography' }]);
  });
});

describe('the time of a connection', () => {
  it('is known where something listens, and null where nothing does', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await connectTime('127.0.0.1', { port, probes: 3, timeoutMs: 1_000 })).toBeGreaterThan(0);
    await new Promise((resolve) => server.close(resolve));
    expect(await connectTime('127.0.0.1', { port, probes: 3, timeoutMs: 1_000 })).toBeNull();
    expect(await connectTime('does-not-exist.invalid', { port, probes: 3, timeoutMs: 500 })).toBeNull();
  });
});
