import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { objects, text, textMap } from './fields.ts';
import { create, need } from './kept.ts';
import { checkLabels } from './labels.ts';
import { freeAddress, usableIn } from './ip-range.ts';
import { privateAddressesIn } from './private-addresses.ts';
import { isName, regionalId, resolveId } from './names.ts';
import { pace, pending, type Pending } from './pending.ts';
import { requireProject, requireRegion } from './places.ts';
import { newPublicAddress } from './public-addresses.ts';
import { checkRegionalQuota } from './quota.ts';
import { badName, inUse, invalid, required } from './refuse.ts';
import { findSubnetwork, rangeOf } from './subnetwork.ts';

/** `compute.addresses.insert`: a static address, public or in a subnet. */
export function insertAddress(tx: Transaction, project: string, region: string, body: JsonObject): Pending {
  requireProject(project);
  requireRegion(tx, region);
  const name = text(body, 'name');
  if (name === null) throw required('resource.name');
  if (!isName(name)) throw badName('resource.name', name);
  const labels = textMap(body, 'labels');
  checkLabels(labels);
  const internal = text(body, 'addressType') === 'INTERNAL';
  if (!internal) checkRegionalQuota(tx, project, region, { STATIC_ADDRESSES: 1 });
  const place = internal ? internalPlace(tx, project, region, body) : { address: publicAddress(tx, region, body), networkTier: text(body, 'networkTier') ?? 'PREMIUM' };
  const id = regionalId(project, region, 'addresses', name);
  const address = create(
    tx,
    'address',
    id,
    {
      description: text(body, 'description') ?? '',
      addressType: internal ? 'INTERNAL' : 'EXTERNAL',
      ...(internal ? { purpose: text(body, 'purpose') ?? 'GCE_ENDPOINT' } : {}),
      ...place,
    },
    labels,
  );
  return pending(address, 'insert', pace.address);
}

/** A machine's own address can be made static; others are Google's to choose. */
function publicAddress(tx: Transaction, region: string, body: JsonObject): string {
  const wanted = text(body, 'address');
  if (wanted === null) return newPublicAddress(tx, tx.newId(8));
  const held = tx.list('gcp', 'instance').some((instance) => instance.region === region && instance.machine?.publicIp === wanted);
  if (!held) throw invalid('resource.address', wanted, 'The specified external IP address is not in use by the project.');
  return wanted;
}

function internalPlace(tx: Transaction, project: string, region: string, body: JsonObject): JsonObject {
  const reference = text(body, 'subnetwork') ?? 'default';
  const id = resolveId(reference, 'subnetworks', { project, region });
  const subnetwork = findSubnetwork(tx, id);
  if (subnetwork === null) throw invalid('resource.subnetwork', reference, 'The referenced subnetwork resource cannot be found.');
  const wanted = text(body, 'address');
  const taken = privateAddressesIn(tx, id);
  if (wanted !== null && (!usableIn(rangeOf(subnetwork), wanted) || taken.has(wanted))) {
    throw invalid('resource.address', wanted, taken.has(wanted) ? 'Specified IP address is in-use and would result in a conflict.' : 'Specified IP address is not in the subnetwork.');
  }
  const address = wanted ?? freeAddress(rangeOf(subnetwork), taken);
  if (address === null) throw invalid('resource.subnetwork', reference, 'The subnetwork has no free IP addresses.');
  return { address, subnetwork: id };
}

/** The instance that has a static address on an interface; null: none. */
export function userOf(view: WorldView, address: SimResource): SimResource | null {
  const ip = address.props.address;
  const holds = (instance: SimResource): boolean =>
    objects(instance.props, 'networkInterfaces').some(
      (nic) => nic.networkIP === ip || objects(nic, 'accessConfigs').some((config) => config.natIP === ip && config.address === address.id),
    );
  return view.list('gcp', 'instance').find((instance) => instance.region === address.region && holds(instance)) ?? null;
}

/** A static public address by its number; null: no such one in the region. */
export function addressByIp(view: WorldView, project: string, region: string, ip: string): SimResource | null {
  const prefix = `projects/${project}/regions/${region}/`;
  return view.list('gcp', 'address').find((address) => address.id.startsWith(prefix) && address.props.address === ip) ?? null;
}

/** `compute.addresses.delete`. */
export function deleteAddress(tx: Transaction, id: string): Pending {
  const address = need(tx, 'address', id);
  const user = userOf(tx, address);
  if (user !== null) throw inUse('address', id, user.id);
  tx.remove('gcp', id);
  return pending(address, 'delete', pace.address);
}
