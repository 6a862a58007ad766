import { factsOf } from '../../clouds/all-facts.ts';
import type { InstanceType } from '../../core/clouds.ts';
import type { CliContext } from '../context.ts';
import { cloudNamed } from '../cloud-named.ts';
import { money } from '../text/money.ts';
import { renderTable } from '../text/table.ts';

/** `labtui sizes --cloud C`: tiers and types with list prices. */
export function sizes(context: CliContext, cloud: string): number {
  const facts = factsOf(cloudNamed(cloud));
  if (context.settings.json) {
    context.out(`${JSON.stringify({ cloud: facts.id, sizes: facts.instanceTypes }, null, 2)}\n`);
    return 0;
  }
  context.out(
    `${renderTable<InstanceType>(
      facts.instanceTypes,
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
  if (facts.capabilities.apply) context.err("any other type of the cloud works too: --instance-type TYPE\n");
  return 0;
}
