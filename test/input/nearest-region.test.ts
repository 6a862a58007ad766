import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsFacts } from '../../src/clouds/aws/facts.ts';
import { nearestRegion } from '../../src/input/nearest-region.ts';
import { connectTime } from '../../src/platform/connect-time.ts';

let cacheDir: string;
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'labtui-latency-'));
});
afterEach(() => rmSync(cacheDir, { recursive: true, force: true }));

const at = (iso: string) => () => new Date(iso);
const morning = at('2026-11-21T08:00:00Z');

describe('the nearest region', () => {
  it('is the one that answers quickest, of those that are open without asking', async () => {
    const times: Readonly<Record<string, number>> = { 'ec2.eu-central-2.amazonaws.com': 1, 'ec2.eu-north-1.amazonaws.com': 12.4, 'ec2.eu-west-1.amazonaws.com': 30 };
    const found = await nearestRegion(awsFacts, { cacheDir, now: morning, measure: (host) => Promise.resolve(times[host] ?? null) });
    // Zurich would be nearer, but an account has to opt in.
    expect(found).toEqual({ region: 'eu-north-1', by: 'measured', reason: 'nearest of 2 measured: 12 ms' });
  });

  it('is measured once a day', async () => {
    let probes = 0;
    const measure = (host: string) => {
      probes += 1;
      return Promise.resolve(host.includes('us-west-2') ? 5 : null);
    };
    await nearestRegion(awsFacts, { cacheDir, now: morning, measure });
    const first = probes;
    expect(first).toBeGreaterThan(10);
    expect(await nearestRegion(awsFacts, { cacheDir, now: at('2026-11-21T20:00:00Z'), measure })).toMatchObject({ region: 'us-west-2' });
    expect(probes).toBe(first);
    await nearestRegion(awsFacts, { cacheDir, now: at('2026-11-22T08:00:01Z'), measure });
    expect(probes).toBe(2 * first);
  });

  it('is taken from the map by time zone where nothing answers, and is the default where that is unknown', async () => {
    const offline = { cacheDir, now: morning, measure: () => Promise.resolve(null) };
    expect(await nearestRegion(awsFacts, { ...offline, timeZone: 'Europe/Stockholm' })).toMatchObject({ region: 'eu-north-1', by: 'geography' });
    expect(await nearestRegion(awsFacts, { ...offline, timeZone: 'Australia/Sydney' })).toMatchObject({ region: 'ap-southeast-2', by: 'geography' });
    expect(await nearestRegion(awsFacts, { ...offline, timeZone: 'UTC' })).toMatchObject({ region: 'us-east-1', by: 'default' });
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
