import { layOut } from '../../../widgets/columns.ts';
import type { StackSummary } from '../data/plan.ts';
import type { Frame } from './frame.ts';
import { price } from './money.ts';
import type { Row } from './row.ts';

/** One line for each stack: what it is, where, and what it costs. */
export function planTable(stacks: readonly StackSummary[], { columns, glyphs }: Frame): readonly Row[] {
  const several = new Set(stacks.map(({ distro }) => distro)).size > 1;
  const table = layOut<StackSummary>(
    [
      { title: 'cloud', priority: 1, value: ({ stack }) => ({ text: stack, tone: 'strong' }) },
      ...(several ? [{ title: 'distro', priority: 2, value: ({ distro }: StackSummary) => ({ text: distro }) }] : []),
      { title: 'type', priority: 1, value: ({ type, count, spot }) => ({ text: `${count === 1 ? '' : `${count} x `}${type}${spot ? ' (spot)' : ''}` }) },
      { title: 'region', priority: 2, value: ({ region }) => ({ text: region }) },
      { title: 'image', priority: 4, value: ({ image }) => ({ text: image, tone: 'dim' }), most: 34 },
      { title: 'disk', priority: 5, align: 'right', value: ({ diskGb }) => ({ text: diskGb === null ? glyphs.dash : `${diskGb} GB`, tone: 'dim' }) },
      { title: 'per hour', priority: 1, align: 'right', value: ({ hourlyCost, currency }) => ({ text: price(hourlyCost, currency, 4) }) },
      { title: 'until end', priority: 3, align: 'right', value: ({ costUntilTtl, currency }) => ({ text: costUntilTtl === null ? glyphs.dash : price(costUntilTtl, currency, 2) }) },
    ],
    stacks,
    Math.max(10, columns - 2),
    glyphs.more,
  );
  return [{ spans: [{ text: ` ${table.heading}`, tone: 'dim' }] }, ...stacks.map((stack) => ({ spans: [{ text: ' ' }, ...table.spans(stack)] }))];
}
