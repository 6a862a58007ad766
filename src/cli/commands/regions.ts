import { join } from 'node:path';
import type { CloudFacts, Region } from '../../core/clouds.ts';
import type { RegionDistance } from '../../core/nearest-region.ts';
import { measuredRegions } from '../../input/nearest-region.ts';
import type { CliContext } from '../context.ts';
import { cacheHome } from '../../library/directories.ts';
import { renderTable } from '../text/table.ts';

export interface RegionsOptions {
  readonly cloud: string;
  readonly measure?: boolean;
}

/** `labtui regions --cloud C [--measure]`. */
export async function regions(context: CliContext, options: RegionsOptions): Promise<number> {
  const facts = (await context.loadClouds()).factsOf(options.cloud);
  if (options.measure === true) return measured(context, facts);
  if (context.settings.json) {
    context.out(`${JSON.stringify({ cloud: facts.id, date: facts.regionsDate, default: facts.defaultRegion, regions: facts.regions }, null, 2)}\n`);
    return 0;
  }
  if (facts.regions.length === 0) {
    context.err(`${facts.title} has no regions\n`);
    return 0;
  }
  context.out(
    `${renderTable<Region>(
      facts.regions,
      [
        { title: 'REGION', value: ({ id }) => (id === facts.defaultRegion ? `${id} (default)` : id) },
        { title: 'CITY', value: ({ city, country }) => `${city}, ${country}` },
        { title: 'USE', value: ({ usable, optIn }) => (usable ? (optIn ? 'after opting in' : 'yes') : 'no') },
        { title: 'NAME', value: ({ name }) => name },
      ],
      context.columns,
    )}\n`,
  );
  context.err(`list of ${facts.regionsDate}\n`);
  return 0;
}

/** How far each usable region is from here, nearest first: the best of three TCP connections. */
async function measured(context: CliContext, facts: CloudFacts): Promise<number> {
  const distances = await measuredRegions(facts, { cacheDir: join(cacheHome(context), 'labtui'), now: () => new Date(), fresh: true });
  const sorted = [...distances].sort((a, b) => (a.connectMs ?? Infinity) - (b.connectMs ?? Infinity));
  if (context.settings.json) {
    context.out(`${JSON.stringify({ cloud: facts.id, regions: sorted.map(({ region, connectMs }) => ({ id: region.id, connectMs, optIn: region.optIn })) }, null, 2)}\n`);
    return 0;
  }
  if (sorted.every(({ connectMs }) => connectMs === null)) context.err(`no region of ${facts.title} answered\n`);
  context.out(
    `${renderTable<RegionDistance>(
      sorted,
      [
        { title: 'REGION', value: ({ region }) => region.id },
        { title: 'CONNECT', align: 'right', value: ({ connectMs }) => (connectMs === null ? 'no answer' : `${connectMs.toFixed(1)} ms`) },
        { title: 'CITY', value: ({ region }) => `${region.city}, ${region.country}` },
        { title: 'USE', value: ({ region }) => (region.optIn ? 'after opting in' : 'yes') },
      ],
      context.columns,
    )}\n`,
  );
  return 0;
}
