import type { JsonObject } from '../../engine/json.ts';
import type { Transaction } from '../../engine/world.ts';
import { addressByIp, userOf } from './address.ts';
import { objects, text } from './fields.ts';
import { fingerprintOf } from './fingerprint.ts';
import { freeAddress, usableIn } from './ip-range.ts';
import { privateAddressesIn } from './private-addresses.ts';
import { findNetwork } from './network.ts';
import { lastName, partOf, resolveId } from './names.ts';
import { badRequest, inUse, invalid } from './refuse.ts';
import { findSubnetwork, rangeOf } from './subnetwork.ts';

/** An interface as the world keeps it: `natIP` only where the address is a static one, with its id in `address`. */
export interface Interface {
  readonly nic: JsonObject;
  readonly privateIp: string;
  /** Asks for a public address. */
  readonly public: boolean;
  /** A static public address; null: an ephemeral one. */
  readonly staticIp: string | null;
}

/** What `updateNetworkInterface` asks back: it changes with the interface, its public address included. */
export const interfaceFingerprint = (nic: JsonObject, publicIp: string | null): string => fingerprintOf({ ...nic, publicIp });

/** An instance's first interface, checked, with its private address. */
export function readInterfaces(tx: Transaction, project: string, region: string, instanceId: string, body: JsonObject): Interface {
  const given = objects(body, 'networkInterfaces');
  const first = given[0];
  if (first === undefined) throw invalid('resource.networkInterfaces', '', 'At least one network interface is required.');
  if (given.length > 1) throw badRequest('More than one network interface is not part of the rehearsal.');
  const field = 'resource.networkInterfaces[0]';
  const { network, subnetwork } = placeOf(tx, project, region, first, field);
  const privateIp = privateAddress(tx, subnetwork, text(first, 'networkIP'), field);
  const configs = objects(first, 'accessConfigs');
  if (configs.length > 1) throw invalid(`${field}.accessConfigs`, '', 'At most one access config currently supported.');
  const config = configs[0];
  const access = config === undefined ? null : readAccessConfig(tx, project, region, instanceId, config, `${field}.accessConfigs[0]`);
  const nic = {
    name: 'nic0',
    network,
    subnetwork,
    networkIP: privateIp,
    stackType: text(first, 'stackType') ?? 'IPV4_ONLY',
    ...(text(first, 'nicType') === null ? {} : { nicType: text(first, 'nicType') }),
    accessConfigs: access === null ? [] : [access.config],
  };
  return { nic, privateIp, public: access !== null, staticIp: access?.ip ?? null };
}

/** The network and subnetwork that an interface names, checked against each other and the region. */
export function placeOf(tx: Transaction, project: string, region: string, nic: JsonObject, field: string): { readonly network: string; readonly subnetwork: string } {
  const named = text(nic, 'network');
  const wanted = text(nic, 'subnetwork');
  const networkId = named === null ? null : resolveId(named, 'networks', { project });
  if (networkId !== null && findNetwork(tx, networkId) === null) throw invalid(`${field}.network`, named ?? '', 'The referenced network resource cannot be found.');
  if (wanted !== null) {
    const id = resolveId(wanted, 'subnetworks', { project, region });
    const subnetwork = findSubnetwork(tx, id);
    if (subnetwork === null) throw invalid(`${field}.subnetwork`, wanted, 'The referenced subnetwork resource cannot be found.');
    if (partOf(id, 'regions') !== region) throw invalid(`${field}.subnetwork`, wanted, 'The referenced subnetwork resource is not in the region of the instance.');
    const itsNetwork = text(subnetwork.props, 'network') ?? '';
    if (networkId !== null && networkId !== itsNetwork) throw invalid(`${field}.subnetwork`, wanted, 'The subnetwork does not belong to the network.');
    return { network: itsNetwork, subnetwork: id };
  }
  const network = networkId ?? resolveId('default', 'networks', { project });
  const own = `projects/${project}/regions/${region}/subnetworks/${lastName(network)}`;
  if (findNetwork(tx, network) === null) throw invalid(`${field}.network`, 'global/networks/default', 'The referenced network resource cannot be found.');
  if (findNetwork(tx, network)?.props.autoCreateSubnetworks !== true || findSubnetwork(tx, own) === null) {
    throw invalid(field, '', 'Subnetwork should be specified for custom subnetmode network');
  }
  return { network, subnetwork: own };
}

/** The address an interface asks for in its subnetwork, or a free one. */
export function privateAddress(tx: Transaction, subnetworkId: string, wanted: string | null, field: string): string {
  const subnetwork = findSubnetwork(tx, subnetworkId);
  if (subnetwork === null) throw invalid(`${field}.subnetwork`, subnetworkId, 'The referenced subnetwork resource cannot be found.');
  const range = rangeOf(subnetwork);
  if (wanted !== null) {
    if (!usableIn(range, wanted)) throw invalid(`${field}.networkIP`, wanted, 'Specified IP address is not in the subnetwork.');
    const machines = tx.list('gcp', 'instance').flatMap((instance) => objects(instance.props, 'networkInterfaces'));
    if (machines.some((nic) => nic.subnetwork === subnetworkId && nic.networkIP === wanted)) {
      throw invalid(`${field}.networkIP`, wanted, 'IP address is already being used by another resource.');
    }
    return wanted;
  }
  const free = freeAddress(range, privateAddressesIn(tx, subnetworkId));
  if (free === null) throw badRequest(`IP space of '${subnetworkId}' is exhausted.`);
  return free;
}

/** An access config, checked; `ip` where it names a static address. */
export function readAccessConfig(tx: Transaction, project: string, region: string, instanceId: string, config: JsonObject, field: string) {
  const natIp = text(config, 'natIP');
  const address = natIp === null ? null : addressByIp(tx, project, region, natIp);
  if (natIp !== null && address === null) throw invalid(`${field}.natIP`, natIp, 'The specified external IP address was not found in the region.');
  const user = address === null ? null : userOf(tx, address);
  if (address !== null && user !== null && user.id !== instanceId) throw inUse('address', address.id, user.id);
  return {
    ip: natIp,
    config: {
      name: text(config, 'name') ?? 'external-nat',
      type: 'ONE_TO_ONE_NAT',
      networkTier: text(config, 'networkTier') ?? 'PREMIUM',
      ...(address === null || natIp === null ? {} : { natIP: natIp, address: address.id }),
    },
  };
}
