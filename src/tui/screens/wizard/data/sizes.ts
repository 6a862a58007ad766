import { arches, type InstanceType, tiers } from '../../../../core/clouds.ts';
import { isObject, numberAt, objectsOf, textAt, textsOf } from './json.ts';

/** The instance types of one cloud, as `sizes --json` has them; null where the document is none of it. */
export function sizesFrom(document: unknown): readonly InstanceType[] | null {
  if (!isObject(document) || !Array.isArray(document.sizes)) return null;
  return objectsOf(document.sizes).flatMap((size): readonly InstanceType[] => {
    const type = textAt(size, 'type');
    const arch = arches.find((known) => known === size.arch);
    if (type === null || arch === undefined) return [];
    const named = textsOf(size.tiers);
    return [
      {
        type,
        arch,
        vcpu: numberAt(size, 'vcpu'),
        memoryGb: numberAt(size, 'memoryGb'),
        hourlyPrice: numberAt(size, 'hourlyPrice'),
        currency: textAt(size, 'currency') ?? 'USD',
        priceRegion: textAt(size, 'priceRegion'),
        priceDate: textAt(size, 'priceDate'),
        rank: numberAt(size, 'rank') ?? 1,
        tiers: tiers.filter((tier) => named.includes(tier)),
        confidence: 'medium',
      },
    ];
  });
}
