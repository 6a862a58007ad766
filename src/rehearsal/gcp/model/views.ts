import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { WorldView } from '../../engine/world.ts';
import { userOf } from './address.ts';
import { objects, present, text, texts } from './fields.ts';
import { partOf, selfLink } from './names.ts';
import { gatewayOf, subnetworkFingerprint, subnetworksOf } from './subnetwork.ts';
import { common, labelled, linkOf, regionLink, zoneLink } from './view-parts.ts';

export function networkView(view: WorldView, network: SimResource): JsonObject {
  const subnetworks = subnetworksOf(view, partOf(network.id, 'projects') ?? '').filter((subnetwork) => subnetwork.props.network === network.id);
  const { autoCreateSubnetworks, mtu, networkFirewallPolicyEnforcementOrder } = network.props;
  return present({
    ...common(network, 'network'),
    selfLinkWithId: selfLink(network.id).replace(/[^/]+$/, text(network.props, 'id') ?? ''),
    autoCreateSubnetworks,
    mtu,
    networkFirewallPolicyEnforcementOrder,
    routingConfig: { routingMode: network.props.routingMode ?? 'REGIONAL', bgpBestPathSelectionMode: 'LEGACY' },
    subnetworks: subnetworks.length === 0 ? null : subnetworks.map((subnetwork) => selfLink(subnetwork.id)),
  });
}

export function subnetworkView(subnetwork: SimResource): JsonObject {
  const { ipCidrRange, privateIpGoogleAccess, privateIpv6GoogleAccess, purpose, stackType } = subnetwork.props;
  const secondary = objects(subnetwork.props, 'secondaryIpRanges');
  return present({
    ...common(subnetwork, 'subnetwork'),
    network: linkOf(subnetwork.props, 'network'),
    region: regionLink(subnetwork),
    ipCidrRange,
    gatewayAddress: gatewayOf(subnetwork),
    privateIpGoogleAccess,
    privateIpv6GoogleAccess,
    purpose,
    stackType,
    fingerprint: subnetworkFingerprint(subnetwork),
    enableFlowLogs: false,
    logConfig: { enable: false },
    secondaryIpRanges: secondary.length === 0 ? null : secondary,
  });
}

const lists = ['allowed', 'denied', 'sourceRanges', 'destinationRanges', 'sourceTags', 'targetTags', 'sourceServiceAccounts', 'targetServiceAccounts'] as const;

export function firewallView(firewall: SimResource): JsonObject {
  const { direction, priority, disabled, logConfig } = firewall.props;
  const given = lists.flatMap((key) => {
    const list = firewall.props[key];
    return Array.isArray(list) && list.length > 0 ? [[key, firewall.props[key]] as const] : [];
  });
  return present({ ...common(firewall, 'firewall'), network: linkOf(firewall.props, 'network'), direction, priority, disabled, logConfig, ...Object.fromEntries(given) });
}

export function addressView(view: WorldView, address: SimResource): JsonObject {
  const user = userOf(view, address);
  const { addressType, networkTier, purpose } = address.props;
  return present({
    ...common(address, 'address'),
    address: address.props.address,
    addressType,
    networkTier,
    purpose,
    region: regionLink(address),
    status: user === null ? 'RESERVED' : 'IN_USE',
    subnetwork: linkOf(address.props, 'subnetwork'),
    users: user === null ? null : [selfLink(user.id)],
    ...labelled(address),
  });
}

export function diskView(disk: SimResource): JsonObject {
  const users = texts(disk.props, 'users');
  const { sizeGb, status, physicalBlockSizeBytes, sourceImageId, architecture, licenses, guestOsFeatures, lastAttachTimestamp, lastDetachTimestamp, provisionedIops, provisionedThroughput } = disk.props;
  return present({
    ...common(disk, 'disk'),
    zone: zoneLink(disk),
    type: linkOf(disk.props, 'type'),
    sourceImage: linkOf(disk.props, 'sourceImage'),
    sourceImageId, sizeGb, status, physicalBlockSizeBytes, architecture, licenses, guestOsFeatures, lastAttachTimestamp, lastDetachTimestamp, provisionedIops, provisionedThroughput,
    resourcePolicies: texts(disk.props, 'resourcePolicies').length === 0 ? null : texts(disk.props, 'resourcePolicies'),
    users: users.length === 0 ? null : users.map(selfLink),
    enableConfidentialCompute: false,
    ...labelled(disk),
  });
}
