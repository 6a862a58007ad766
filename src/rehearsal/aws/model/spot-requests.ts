import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { add, all, type Ec2, get, type Tags } from './ec2.ts';
import { invalidParameter } from './errors.ts';
import { onDemandPrice, spotPrice } from './spot-prices.ts';
import { text, withProps } from './props.ts';

export interface SpotOptions {
  /** USD an hour, as text; null: the on-demand price. */
  readonly maxPrice: string | null;
  readonly type: 'one-time' | 'persistent';
  readonly interruption: 'terminate' | 'stop' | 'hibernate';
  readonly validUntil: string | null;
}

/** Refuses a spot launch as EC2 does: for its options, or for a price below today's. */
export function checkSpot({ tx }: Ec2, options: SpotOptions, instanceType: string, zone: string): void {
  const { maxPrice, type, interruption } = options;
  if (type === 'one-time' && interruption !== 'terminate') {
    throw new CloudError('InvalidParameterCombination', `Interruption behavior '${interruption}' is not supported for one-time Spot requests.`);
  }
  if (maxPrice === null) return;
  const price = Number(maxPrice);
  if (!/^\d*\.?\d+$/.test(maxPrice) || price <= 0) throw invalidParameter(`Value (${maxPrice}) for parameter price is invalid. "${maxPrice}" is an invalid spot instance price`);
  const least = spotPrice(tx.catalogue, instanceType, zone, tx.nowMs);
  if (price < least) {
    throw new CloudError('SpotMaxPriceTooLow', `Your Spot request price of ${maxPrice} is lower than the minimum required Spot request fulfillment price of ${least}.`);
  }
}

/** The request behind a spot instance. */
export function addSpotRequest(ec2: Ec2, options: SpotOptions, launch: { readonly instanceId: string; readonly instanceType: string; readonly imageId: string; readonly zone: string; readonly tags: Tags }): SimResource {
  const price = options.maxPrice === null ? onDemandPrice(ec2.tx.catalogue, launch.instanceType) : Number(options.maxPrice);
  return add(ec2, 'spot-instances-request', {
    zone: launch.zone,
    tags: launch.tags,
    props: {
      instanceId: launch.instanceId,
      instanceType: launch.instanceType,
      imageId: launch.imageId,
      // EC2 gives it back with six decimals.
      price: price.toFixed(6),
      type: options.type,
      interruption: options.interruption,
      validUntil: options.validUntil,
      state: 'active',
      status: 'fulfilled',
    },
  });
}

/** CancelSpotInstanceRequests: the instances stay. */
export function cancelSpotRequests(ec2: Ec2, ids: readonly string[]): readonly SimResource[] {
  return ids.map((id) => {
    const request = get(ec2, 'spot-instances-request', id);
    const changed = withProps(request, { state: 'cancelled', status: 'request-canceled-and-instance-running' });
    ec2.tx.put(changed);
    return changed;
  });
}

/** An instance of a request has ended, for that reason. */
export function closeSpotRequest(ec2: Ec2, instanceId: string, status: string): void {
  for (const request of all(ec2, 'spot-instances-request')) {
    if (text(request, 'instanceId') === instanceId && text(request, 'state') === 'active') ec2.tx.put(withProps(request, { state: 'closed', status }));
  }
}
