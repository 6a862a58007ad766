import { factPrices } from '../../core/fact-prices.ts';
import { type ListedPrice, pricesInForce } from '../../core/prices.ts';
import { readPrices } from '../../input/price-cache.ts';
import { pricesDirectory as worldPrices, worldDirectory } from '../../rehearsal/place.ts';
import type { CliContext } from '../context.ts';
import { pricesDirectory } from '../../library/directories.ts';
import { sessionsRoot } from '../../library/sessions.ts';
import { listAmount } from '../text/money.ts';
import { renderTable } from '../text/table.ts';

export interface ShowPricesOptions {
  readonly cloud?: readonly string[];
  readonly rehearse?: boolean;
}

interface Row extends ListedPrice {
  readonly cloud: string;
  /** Fetched with `prices refresh`, or brought by labtui. */
  readonly from: 'refresh' | 'labtui';
}

/** `labtui prices show [--cloud C,..]`: one price for each item and region, the newest that is known. */
export async function showPrices(context: CliContext, options: ShowPricesOptions): Promise<number> {
  const clouds = await context.loadClouds();
  const directory = options.rehearse === true ? worldPrices(worldDirectory(sessionsRoot(context))) : pricesDirectory(context);
  const rows = (options.cloud ?? clouds.ids).map((name) => clouds.factsOf(name)).flatMap((facts) => {
    const fetched = new Set(readPrices(directory, facts.id));
    return pricesInForce([...fetched, ...factPrices(facts)]).map((price): Row => ({ ...price, cloud: facts.id, from: fetched.has(price) ? 'refresh' : 'labtui' }));
  });
  if (context.settings.json) {
    const listed = rows.map(({ cloud, part, item, amount, currency, unit, region, date, from, source }) => ({ cloud, part, item, amount, currency, unit, region, date, from, source }));
    context.out(`${JSON.stringify({ prices: listed }, null, 2)}\n`);
    return 0;
  }
  if (rows.length === 0) {
    context.err('no prices are known\n');
    return 0;
  }
  context.out(
    `${renderTable<Row>(
      rows,
      [
        { title: 'CLOUD', value: ({ cloud }) => cloud },
        { title: 'ITEM', value: ({ item }) => item },
        { title: 'PRICE', align: 'right', value: ({ amount, currency }) => listAmount(amount, currency) },
        { title: 'PER', value: ({ unit }) => unit },
        { title: 'REGION', value: ({ region }) => region ?? 'all' },
        { title: 'DATE', value: ({ date }) => date ?? 'unknown' },
        { title: 'FROM', value: ({ from }) => from },
        { title: 'SOURCE', value: ({ source }) => source },
      ],
      context.columns,
    )}\n`,
  );
  context.err('list prices, before taxes and discounts; newer ones: labtui prices refresh --cloud CLOUD\n');
  return 0;
}
