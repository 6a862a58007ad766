import { factsOf } from '../../clouds/all-facts.ts';
import type { Region } from '../../core/clouds.ts';
import type { CliContext } from '../context.ts';
import { cloudNamed } from '../cloud-named.ts';
import { renderTable } from '../text/table.ts';

/** `labtui regions --cloud C`. */
export function regions(context: CliContext, cloud: string): number {
  const facts = factsOf(cloudNamed(cloud));
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
