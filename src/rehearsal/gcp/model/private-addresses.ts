import type { WorldView } from '../../engine/world.ts';
import { objects, text } from './fields.ts';

/** The addresses of a subnetwork that machines or reservations have. */
export function privateAddressesIn(view: WorldView, subnetworkId: string): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const instance of view.list('gcp', 'instance')) {
    for (const nic of objects(instance.props, 'networkInterfaces')) {
      if (nic.subnetwork === subnetworkId) taken.add(text(nic, 'networkIP') ?? '');
    }
  }
  for (const address of view.list('gcp', 'address')) {
    if (address.props.subnetwork === subnetworkId) taken.add(text(address.props, 'address') ?? '');
  }
  return taken;
}
