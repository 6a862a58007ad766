import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { autoRange } from './auto-ranges.ts';
import { flag, objects, text } from './fields.ts';
import { fingerprintOf } from './fingerprint.ts';
import { change, create, find, need, ofProject } from './kept.ts';
import { addressText, type IpRange, overlap, parseRange } from './ip-range.ts';
import { findNetwork, networksOf } from './network.ts';
import { isName, lastName, partOf, regionalId, resolveId } from './names.ts';
import { pace, pending, type Pending } from './pending.ts';
import { hasRegion, regions, requireProject, requireRegion } from './places.ts';
import { checkGlobalQuota } from './quota.ts';
import { alreadyExists, badName, conditionNotMet, inUse, invalid, required } from './refuse.ts';

/** The subnet that an auto mode network has in a region. It takes no place in the world. */
function autoSubnetwork(view: WorldView, network: SimResource, region: string): SimResource | null {
  const range = network.props.autoCreateSubnetworks === true && hasRegion(view, region) ? autoRange(region) : null;
  if (range === null || network.name === null) return null;
  return {
    ...network,
    kind: 'subnetwork',
    id: regionalId(partOf(network.id, 'projects') ?? '', region, 'subnetworks', network.name),
    region,
    props: { id: network.props.id ?? '', network: network.id, ipCidrRange: range, ...usual },
  };
}

const usual = { privateIpGoogleAccess: false, purpose: 'PRIVATE', stackType: 'IPV4_ONLY', privateIpv6GoogleAccess: 'DISABLE_GOOGLE_ACCESS', secondaryIpRanges: [] } as const;

/** A subnetwork by its id; null: there is none. */
export function findSubnetwork(view: WorldView, id: string): SimResource | null {
  const own = find(view, 'subnetwork', id);
  if (own !== null) return own;
  const network = findNetwork(view, `projects/${partOf(id, 'projects') ?? ''}/global/networks/${lastName(id)}`);
  return network === null ? null : autoSubnetwork(view, network, partOf(id, 'regions') ?? '');
}

/** The subnetworks of a project, those of its auto mode networks included. */
export function subnetworksOf(view: WorldView, project: string): readonly SimResource[] {
  const automatic = networksOf(view, project).flatMap((network) => regions(view).map(({ region }) => autoSubnetwork(view, network, region)));
  return [...automatic.filter((subnetwork) => subnetwork !== null), ...ofProject(view, 'subnetwork', project)];
}

export const rangeOf = (subnetwork: SimResource): IpRange => parseRange(text(subnetwork.props, 'ipCidrRange') ?? '') ?? { first: 0, last: 0, prefix: 32 };

/** The router's address: the second of the range. */
export const gatewayOf = (subnetwork: SimResource): string => addressText(rangeOf(subnetwork).first + 1);

/** `compute.subnetworks.insert`. */
export function insertSubnetwork(tx: Transaction, project: string, region: string, body: JsonObject): Pending {
  requireProject(project);
  requireRegion(tx, region);
  const name = text(body, 'name');
  if (name === null) throw required('resource.name');
  if (!isName(name)) throw badName('resource.name', name);
  const reference = text(body, 'network');
  if (reference === null) throw required('resource.network');
  const networkId = resolveId(reference, 'networks', { project });
  const network = findNetwork(tx, networkId);
  if (network === null) throw invalid('resource.network', reference, 'The referenced network resource cannot be found.');
  const id = regionalId(project, region, 'subnetworks', name);
  if (findSubnetwork(tx, id) !== null) throw alreadyExists(id);
  const range = checkedRange(text(body, 'ipCidrRange'), 'resource.ipCidrRange');
  refuseOverlap(tx, project, networkId, region, range);
  checkGlobalQuota(tx, project, 'SUBNETWORKS', 1);
  const subnetwork = create(tx, 'subnetwork', id, {
    ...usual,
    description: text(body, 'description') ?? '',
    network: networkId,
    ipCidrRange: range.text,
    privateIpGoogleAccess: flag(body, 'privateIpGoogleAccess') ?? false,
    purpose: text(body, 'purpose') ?? usual.purpose,
    stackType: text(body, 'stackType') ?? usual.stackType,
    privateIpv6GoogleAccess: text(body, 'privateIpv6GoogleAccess') ?? usual.privateIpv6GoogleAccess,
    secondaryIpRanges: secondaryRanges(body),
  });
  return pending(subnetwork, 'insert', pace.subnetwork);
}

const secondaryRanges = (body: JsonObject): readonly JsonObject[] =>
  objects(body, 'secondaryIpRanges').map((second, at) => ({
    rangeName: text(second, 'rangeName') ?? '',
    ipCidrRange: checkedRange(text(second, 'ipCidrRange'), `resource.secondaryIpRanges[${at}].ipCidrRange`).text,
  }));

function checkedRange(cidr: string | null, field: string): IpRange & { readonly text: string } {
  if (cidr === null) throw required(field);
  const range = parseRange(cidr);
  if (range === null) throw invalid(field, cidr, `Invalid IPCidrRange: ${cidr}`);
  if (range.prefix > 29 || range.prefix < 4) throw invalid(field, cidr, `Invalid IPCidrRange: the prefix length must be between 4 and 29.`);
  return { ...range, text: cidr };
}

function refuseOverlap(view: WorldView, project: string, networkId: string, region: string, range: IpRange & { readonly text: string }): void {
  for (const other of subnetworksOf(view, project)) {
    if (other.props.network !== networkId || !overlap(range, rangeOf(other))) continue;
    throw invalid(
      'resource.ipCidrRange',
      range.text,
      `Invalid IPCidrRange: ${range.text} conflicts with existing subnetwork '${other.name ?? ''}' in region '${other.region ?? region}'.`,
    );
  }
}

/** What `subnetworks.patch` asks back. */
export const subnetworkFingerprint = (subnetwork: SimResource): string => fingerprintOf(subnetwork.props);

/** `compute.subnetworks.patch`: what the body does not name stays. */
export function patchSubnetwork(tx: Transaction, id: string, body: JsonObject): Pending {
  const subnetwork = need(tx, 'subnetwork', id);
  if (text(body, 'fingerprint') !== subnetworkFingerprint(subnetwork)) throw conditionNotMet('Invalid fingerprint.');
  const access = flag(body, 'privateIpGoogleAccess');
  const stackType = text(body, 'stackType');
  const changes = {
    ...(access === null ? {} : { privateIpGoogleAccess: access }),
    ...(stackType === null ? {} : { stackType }),
    ...('secondaryIpRanges' in body ? { secondaryIpRanges: secondaryRanges(body) } : {}),
  };
  return pending(change(tx, subnetwork, changes), 'compute.subnetworks.patch', pace.change);
}

/** `compute.subnetworks.setPrivateIpGoogleAccess`. */
export function setPrivateAccess(tx: Transaction, id: string, body: JsonObject): Pending {
  const subnetwork = need(tx, 'subnetwork', id);
  return pending(change(tx, subnetwork, { privateIpGoogleAccess: flag(body, 'privateIpGoogleAccess') ?? false }), 'compute.subnetworks.setPrivateIpGoogleAccess', pace.change);
}

/** `compute.subnetworks.expandIpCidrRange`: to a range that holds the old one. */
export function expandSubnetwork(tx: Transaction, id: string, body: JsonObject): Pending {
  const subnetwork = need(tx, 'subnetwork', id);
  const before = rangeOf(subnetwork);
  const range = checkedRange(text(body, 'ipCidrRange'), 'ipCidrRange');
  if (range.first > before.first || range.last < before.last || range.prefix >= before.prefix) {
    throw invalid('ipCidrRange', range.text, 'The new range must contain the existing range and be larger than it.');
  }
  return pending(change(tx, subnetwork, { ipCidrRange: range.text }), 'compute.subnetworks.expandIpCidrRange', pace.change);
}

/** `compute.subnetworks.delete`. */
export function deleteSubnetwork(tx: Transaction, id: string): Pending {
  const subnetwork = need(tx, 'subnetwork', id);
  const user = tx.list('gcp', 'instance').find((instance) => objects(instance.props, 'networkInterfaces').some((nic) => nic.subnetwork === id));
  if (user !== undefined) throw inUse('subnetwork', id, user.id);
  tx.remove('gcp', id);
  return pending(subnetwork, 'delete', pace.subnetworkDelete);
}
