import type { ResourceBehaviour } from '../../provider/behaviour.ts';
import { objects, text } from '../model/fields.ts';
import { need } from '../model/kept.ts';
import { regionalId, resolveId, selfLink } from '../model/names.ts';
import { deleteSubnetwork, expandSubnetwork, insertSubnetwork, patchSubnetwork, setPrivateAccess, subnetworkFingerprint } from '../model/subnetwork.ts';
import { subnetworkView } from '../model/views.ts';
import { type Settings, withPlace } from './provider-settings.ts';
import { afterUpdate, generated, type GeneratedResource, patch } from './resource-kit.ts';
import { same, suppress } from './settle.ts';
import { bool as flagOf, text as textOf } from '../../../plugin/attributes.ts';
import { blocksOf, body, fromJson } from './values.ts';

/** `google_compute_subnetwork`. */
export function subnetworkResource(settings: Settings): ResourceBehaviour {
  const resource: GeneratedResource = {
    type: 'google_compute_subnetwork',
    kind: 'subnetwork',
    collection: 'subnetworks',
    title: 'Subnetwork',
    id: (attributes, context) => regionalId(settings.project(attributes, context), settings.region(attributes, context), 'subnetworks', textOf(attributes, 'name') ?? ''),
    toBody: (planned, context) =>
      body({
        name: textOf(planned, 'name'),
        description: textOf(planned, 'description'),
        ipCidrRange: textOf(planned, 'ip_cidr_range'),
        network: resolveId(textOf(planned, 'network') ?? '', 'networks', { project: settings.project(planned, context) }),
        privateIpGoogleAccess: flagOf(planned, 'private_ip_google_access'),
        purpose: textOf(planned, 'purpose'),
        stackType: textOf(planned, 'stack_type'),
        privateIpv6GoogleAccess: textOf(planned, 'private_ipv6_google_access'),
        secondaryIpRanges: blocksOf(planned, 'secondary_ip_range').map((range) => body({ rangeName: textOf(range, 'range_name'), ipCidrRange: textOf(range, 'ip_cidr_range') })),
      }),
    insert: (tx, id, request) => insertSubnetwork(tx, id.split('/')[1] ?? '', id.split('/')[3] ?? '', request),
    remove: deleteSubnetwork,
    toAttributes(_tx, subnetwork) {
      const seen = subnetworkView(subnetwork);
      return {
        id: subnetwork.id,
        name: subnetwork.name,
        project: subnetwork.id.split('/')[1] ?? null,
        region: subnetwork.region,
        description: fromJson(seen, 'description'),
        network: fromJson(seen, 'network'),
        ip_cidr_range: fromJson(seen, 'ipCidrRange'),
        gateway_address: fromJson(seen, 'gatewayAddress'),
        private_ip_google_access: fromJson(seen, 'privateIpGoogleAccess'),
        private_ipv6_google_access: fromJson(seen, 'privateIpv6GoogleAccess'),
        purpose: fromJson(seen, 'purpose'),
        stack_type: fromJson(seen, 'stackType'),
        creation_timestamp: fromJson(seen, 'creationTimestamp'),
        enable_flow_logs: false,
        external_ipv6_prefix: '',
        internal_ipv6_prefix: '',
        ipv6_cidr_range: '',
        ipv6_gce_endpoint: '',
        state: '',
        subnetwork_id: Number(text(subnetwork.props, 'id') ?? 0),
        secondary_ip_range: objects(seen, 'secondaryIpRanges').map((range) => ({
          range_name: text(range, 'rangeName'),
          ip_cidr_range: text(range, 'ipCidrRange'),
          reserved_internal_range: '',
        })),
        fingerprint: null,
        self_link: selfLink(subnetwork.id),
      };
    },
  };
  return {
    type: resource.type,
    ...generated(resource),
    plan: ({ prior, planned }, context) => (prior === null ? withPlace(settings, planned, context, ['project', 'region']) : suppress(prior, planned)),
    async update(prior, planned, context) {
      const id = textOf(prior, 'id') ?? '';
      const request = resource.toBody(planned, context);
      if (planned.ip_cidr_range !== prior.ip_cidr_range) await patch(context, resource, id, 'expandIpCidrRange', planned, (tx) => expandSubnetwork(tx, id, request));
      if (planned.private_ip_google_access !== prior.private_ip_google_access) {
        await patch(context, resource, id, 'setPrivateIpGoogleAccess', planned, (tx) => setPrivateAccess(tx, id, request));
      }
      if (planned.stack_type !== prior.stack_type || !same('secondary_ip_range', prior.secondary_ip_range ?? null, planned.secondary_ip_range ?? null)) {
        const { stackType, secondaryIpRanges } = request;
        await patch(context, resource, id, 'patch', planned, (tx) =>
          patchSubnetwork(tx, id, body({ stackType, secondaryIpRanges, fingerprint: subnetworkFingerprint(need(tx, 'subnetwork', id)) })),
        );
      }
      return afterUpdate(context, resource, id, planned);
    },
  };
}
