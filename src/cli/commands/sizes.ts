import type { InstanceType } from '../../core/clouds.ts';
import type { PriceBook } from '../../core/prices.ts';
import { openPriceBook } from '../../input/price-cache.ts';
import type { CliContext } from '../context.ts';
import { pricesDirectory } from '../../library/directories.ts';
import { money } from '../text/money.ts';
import { renderTable } from '../text/table.ts';

/** `labtui sizes --cloud C`: tiers and types with the prices in force. */
export async function sizes(context: CliContext, cloud: string): Promise<number> {
  const clouds = await context.loadClouds();
  const facts = clouds.factsOf(cloud);
  const book = openPriceBook(pricesDirectory(context), (id) => clouds.factsOf(id));
  const types = facts.instanceTypes.map((type) => priced(type, facts.id, book));
  if (context.settings.json) {
    context.out(`${JSON.stringify({ cloud: facts.id, sizes: types }, null, 2)}\n`);
    return 0;
  }
  context.out(
    `${renderTable<InstanceType>(
      types,
      [
        { title: 'TYPE', value: ({ type }) => type },
        { title: 'TIER', value: ({ tiers }) => tiers.join(' ') },
        { title: 'ARCH', value: ({ arch }) => arch },
        { title: 'VCPU', align: 'right', value: ({ vcpu }) => String(vcpu) },
        { title: 'MEMORY', align: 'right', value: ({ memoryGb }) => `${memoryGb} GiB` },
        { title: 'PER HOUR', align: 'right', value: ({ hourlyPrice, currency }) => money(hourlyPrice, currency, 4) },
        { title: 'PRICE IN', value: ({ priceRegion, priceDate }) => `${priceRegion ?? 'unknown'}${priceDate === null ? '' : `, ${priceDate}`}` },
      ],
      context.columns,
    )}\n`,
  );
  if (facts.capabilities.apply) context.err("machines only; any other type of the cloud works too: --instance-type TYPE\n");
  return 0;
}

/** In the region that its price was known for, so that one table compares like with like. */
function priced(type: InstanceType, cloud: string, book: PriceBook): InstanceType {
  const price = book.find(cloud, type.type, type.priceRegion ?? '');
  if (price === null) return type;
  return { ...type, hourlyPrice: price.amount, currency: price.currency, priceRegion: price.region, priceDate: price.date };
}
