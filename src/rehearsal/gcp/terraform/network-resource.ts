import type { ResourceBehaviour } from '../../provider/behaviour.ts';
import { globalId, selfLink } from '../model/names.ts';
import { text } from '../model/fields.ts';
import { deleteNetwork, insertNetwork, patchNetwork } from '../model/network.ts';
import { networkView } from '../model/views.ts';
import { withPlace, type Settings } from './provider-settings.ts';
import { afterUpdate, generated, type GeneratedResource, patch } from './resource-kit.ts';
import { suppress } from './settle.ts';
import { bool as flagOf, text as textOf } from '../../../plugin/attributes.ts';
import { body, fromJson, numberOf } from './values.ts';

/** `google_compute_network`. */
export function networkResource(settings: Settings): ResourceBehaviour {
  const resource: GeneratedResource = {
    type: 'google_compute_network',
    kind: 'network',
    collection: 'networks',
    title: 'Network',
    id: (attributes, context) => globalId(settings.project(attributes, context), 'networks', textOf(attributes, 'name') ?? ''),
    toBody: (planned) =>
      body({
        name: textOf(planned, 'name'),
        description: textOf(planned, 'description'),
        autoCreateSubnetworks: flagOf(planned, 'auto_create_subnetworks') ?? true,
        mtu: numberOf(planned, 'mtu'),
        networkFirewallPolicyEnforcementOrder: textOf(planned, 'network_firewall_policy_enforcement_order'),
        routingConfig: textOf(planned, 'routing_mode') === null ? null : { routingMode: textOf(planned, 'routing_mode') },
      }),
    insert: (tx, id, request) => insertNetwork(tx, id.split('/')[1] ?? '', request),
    remove: deleteNetwork,
    toAttributes(tx, network) {
      const seen = networkView(tx, network);
      return {
        id: network.id,
        name: network.name,
        project: network.id.split('/')[1] ?? null,
        description: fromJson(seen, 'description'),
        auto_create_subnetworks: fromJson(seen, 'autoCreateSubnetworks'),
        mtu: fromJson(seen, 'mtu'),
        routing_mode: text(network.props, 'routingMode'),
        network_firewall_policy_enforcement_order: fromJson(seen, 'networkFirewallPolicyEnforcementOrder'),
        bgp_best_path_selection_mode: 'LEGACY',
        bgp_always_compare_med: false,
        bgp_inter_region_cost: '',
        gateway_ipv4: '',
        internal_ipv6_range: '',
        network_id: text(network.props, 'id'),
        numeric_id: text(network.props, 'id'),
        self_link: selfLink(network.id),
      };
    },
  };
  return {
    type: resource.type,
    ...generated(resource),
    defaults: { auto_create_subnetworks: true, delete_default_routes_on_create: false, network_firewall_policy_enforcement_order: 'AFTER_CLASSIC_FIREWALL' },
    plan: ({ prior, planned }, context) => (prior === null ? withPlace(settings, planned, context, ['project']) : suppress(prior, planned)),
    async update(prior, planned, context) {
      const id = textOf(prior, 'id') ?? '';
      const { routingConfig, networkFirewallPolicyEnforcementOrder, mtu } = resource.toBody(planned, context);
      await patch(context, resource, id, 'patch', planned, (tx) => patchNetwork(tx, id, body({ routingConfig, networkFirewallPolicyEnforcementOrder, mtu })));
      return afterUpdate(context, resource, id, planned);
    },
  };
}
