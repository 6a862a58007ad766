import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { CloudFacts } from '../core/clouds.ts';
import { type NearestRegion, rankRegions, type RegionDistance, usableRegions } from '../core/nearest-region.ts';
import { connectTime } from '../platform/connect-time.ts';
import { durableWrite, ensurePrivateDirectory } from '../platform/durable-write.ts';
import { timeZonePosition } from '../platform/time-zone-position.ts';

export interface NearestOptions {
  /** labtui's own cache. */
  readonly cacheDir: string;
  readonly now: () => Date;
  /** @default this computer's */
  readonly timeZone?: string;
  /** Replaced in tests. */
  readonly measure?: (host: string) => Promise<number | null>;
}

const dayMs = 86_400_000;
const limits = { port: 443, probes: 3, timeoutMs: 1_800 };

/** A cloud's regions, nearest first, by measurement of the last day or a new one, which takes 2 s at most. */
export async function nearestRegions(facts: CloudFacts, options: NearestOptions): Promise<readonly NearestRegion[]> {
  const distances = await measuredRegions(facts, options);
  const zone = options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const here = distances.some(({ connectMs }) => connectMs !== null) ? null : await timeZonePosition(zone);
  return rankRegions(distances, here, facts.defaultRegion ?? distances[0]?.region.id ?? '');
}

/** Every region that an account can have, with the time of a connection to it; a measurement in which something answered is kept for a day. */
export async function measuredRegions(facts: CloudFacts, options: NearestOptions & { readonly fresh?: boolean }): Promise<readonly RegionDistance[]> {
  const regions = usableRegions(facts.regions);
  const file = join(options.cacheDir, 'latency', `${facts.id}.json`);
  const kept = options.fresh === true ? null : await readKept(file, options.now());
  if (kept !== null) return regions.map((region) => ({ region, connectMs: kept[region.id] ?? null }));
  const measure = options.measure ?? ((host) => connectTime(host, limits));
  const distances = await Promise.all(
    regions.map(async (region) => {
      const times = (await Promise.all(region.latencyHosts.slice(0, 1).map(measure))).filter((time) => time !== null);
      return { region, connectMs: times.length === 0 ? null : Math.min(...times) };
    }),
  );
  if (distances.some(({ connectMs }) => connectMs !== null)) await keep(file, distances, options);
  return distances;
}

const keptSchema = z.object({ measuredAt: z.iso.datetime(), connectMs: z.record(z.string(), z.number()) });

async function readKept(file: string, now: Date): Promise<Readonly<Record<string, number>> | null> {
  try {
    const kept = keptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const ageMs = now.getTime() - Date.parse(kept.measuredAt);
    return ageMs >= 0 && ageMs < dayMs ? kept.connectMs : null;
  } catch {
    return null;
  }
}

/** A cache: where it cannot be written the next run measures again. */
async function keep(file: string, distances: readonly RegionDistance[], { cacheDir, now }: NearestOptions): Promise<void> {
  const connectMs = Object.fromEntries(distances.flatMap(({ region, connectMs: time }) => (time === null ? [] : [[region.id, Math.round(time * 10) / 10]])));
  try {
    await ensurePrivateDirectory(join(cacheDir, 'latency'));
    await durableWrite(file, `${JSON.stringify({ measuredAt: now().toISOString(), connectMs })}\n`);
  } catch {
    return;
  }
}
