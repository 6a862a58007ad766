import * as z from 'zod';
import type { StateHost, StateResource } from '../../core/cloud.ts';
import { zoneName } from './names.ts';
import { nameTag, tagIn } from './tags.ts';

// Terraform writes an empty text where the cloud gave nothing.
const text = z.string().min(1).nullish().catch(null);
const machine = z.object({
  name: text,
  location: text,
  zone: text,
  public_ip_address: text,
  private_ip_address: text,
  network_interface_ids: z.array(z.string()).nullish().catch(null),
  tags: z.record(z.string(), z.string()).nullish().catch(null),
});
const address = z.object({ id: text, ip_address: text });
const networkInterface = z.object({ id: text, ip_configuration: z.array(z.object({ public_ip_address_id: text })).nullish().catch(null) });

/**
 * The machines of an Azure state, in the order of their numbers. Their names are among their tags. The provider keeps no power
 * state: a machine that it finished creating is one that ran.
 */
export function hostsOf(resources: readonly StateResource[]): readonly StateHost[] {
  return resources
    .filter(({ type }) => type === 'azurerm_linux_virtual_machine')
    .map(({ address: at, id, tainted, attributes }) => {
      const { name, location, zone, public_ip_address, private_ip_address, network_interface_ids, tags } = machine.parse(attributes);
      return {
        name: tagIn(tags, nameTag) ?? name ?? at,
        instanceId: id,
        state: tainted || id === null ? ('unknown' as const) : ('running' as const),
        zone: location == null ? (zone ?? null) : zoneName(location, zone ?? null),
        publicIp: public_ip_address ?? addressBehind(network_interface_ids?.[0], resources),
        // Azure names an address only where it is told a name.
        publicDns: null,
        privateIp: private_ip_address ?? null,
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** The address itself: a machine that was interrupted in its creation does not know it yet. */
function addressBehind(interfaceId: string | undefined, resources: readonly StateResource[]): string | null {
  const nic = resources.filter(({ type }) => type === 'azurerm_network_interface').map(({ attributes }) => networkInterface.parse(attributes));
  const addressId = nic.find(({ id }) => same(id, interfaceId))?.ip_configuration?.[0]?.public_ip_address_id;
  const addresses = resources.filter(({ type }) => type === 'azurerm_public_ip').map(({ attributes }) => address.parse(attributes));
  return addresses.find(({ id }) => same(id, addressId))?.ip_address ?? null;
}

/** Azure writes the same id in different case now and then. */
function same(a: string | null | undefined, b: string | null | undefined): boolean {
  return a != null && a.toLowerCase() === b?.toLowerCase();
}
