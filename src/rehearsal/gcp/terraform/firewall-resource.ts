import type { JsonObject } from '../../engine/json.ts';
import { type Attributes, unknown, type Value } from '../../../plugin/behaviour.ts';
import type { ResourceBehaviour } from '../../provider/behaviour.ts';
import { objects, text, texts } from '../model/fields.ts';
import { deleteFirewall, insertFirewall, patchFirewall } from '../model/firewall.ts';
import { globalId, resolveId, selfLink } from '../model/names.ts';
import { firewallView } from '../model/views.ts';
import { type Settings, withPlace } from './provider-settings.ts';
import { afterUpdate, generated, type GeneratedResource, patch } from './resource-kit.ts';
import { suppress } from './settle.ts';
import { bool as flagOf, text as textOf, texts as textsOf } from '../../../plugin/attributes.ts';
import { blockOf, blocksOf, body, fromJson, numberOf } from './values.ts';

/** `google_compute_firewall`. */
export function firewallResource(settings: Settings): ResourceBehaviour {
  const resource: GeneratedResource = {
    type: 'google_compute_firewall',
    kind: 'firewall',
    collection: 'firewalls',
    title: 'Firewall',
    id: (attributes, context) => globalId(settings.project(attributes, context), 'firewalls', textOf(attributes, 'name') ?? ''),
    toBody: (planned, context) =>
      body({
        name: textOf(planned, 'name'),
        description: textOf(planned, 'description'),
        network: resolveId(textOf(planned, 'network') ?? '', 'networks', { project: settings.project(planned, context) }),
        direction: textOf(planned, 'direction'),
        priority: numberOf(planned, 'priority'),
        disabled: flagOf(planned, 'disabled'),
        allowed: blocksOf(planned, 'allow').map(rule),
        denied: blocksOf(planned, 'deny').map(rule),
        sourceRanges: textsOf(planned, 'source_ranges'),
        destinationRanges: textsOf(planned, 'destination_ranges'),
        sourceTags: textsOf(planned, 'source_tags'),
        targetTags: textsOf(planned, 'target_tags'),
        sourceServiceAccounts: textsOf(planned, 'source_service_accounts'),
        targetServiceAccounts: textsOf(planned, 'target_service_accounts'),
        logConfig: blockOf(planned, 'log_config') === null ? null : { enable: true, metadata: textOf(blockOf(planned, 'log_config') ?? {}, 'metadata') },
      }),
    insert: (tx, id, request) => insertFirewall(tx, id.split('/')[1] ?? '', request),
    remove: deleteFirewall,
    toAttributes(_tx, firewall, prior) {
      const seen = firewallView(firewall);
      return {
        id: firewall.id,
        name: firewall.name,
        project: firewall.id.split('/')[1] ?? null,
        description: fromJson(seen, 'description'),
        network: fromJson(seen, 'network'),
        direction: fromJson(seen, 'direction'),
        priority: fromJson(seen, 'priority'),
        disabled: fromJson(seen, 'disabled'),
        allow: rules(seen, 'allowed', prior, 'allow'),
        deny: rules(seen, 'denied', prior, 'deny'),
        source_ranges: texts(seen, 'sourceRanges'),
        destination_ranges: texts(seen, 'destinationRanges'),
        source_tags: texts(seen, 'sourceTags'),
        target_tags: texts(seen, 'targetTags'),
        source_service_accounts: texts(seen, 'sourceServiceAccounts'),
        target_service_accounts: texts(seen, 'targetServiceAccounts'),
        creation_timestamp: fromJson(seen, 'creationTimestamp'),
        enable_logging: null,
        self_link: selfLink(firewall.id),
      };
    },
  };
  return {
    type: resource.type,
    ...generated(resource),
    defaults: { priority: 1000 },
    validate: (config) => [
      ...(generated(resource).validate?.(config) ?? []),
      ...(config.allow !== unknown && config.deny !== unknown && blocksOf(config, 'allow').length + blocksOf(config, 'deny').length === 0
        ? [{ severity: 'error' as const, summary: 'Missing required argument', detail: '"allow": one of `allow,deny` must be specified' }]
        : []),
    ],
    plan: ({ prior, config, planned }, context) => {
      if (prior !== null) return suppress(prior, planned);
      const direction = config.direction === null ? 'INGRESS' : (planned.direction ?? null);
      return { ...withPlace(settings, planned, context, ['project']), direction };
    },
    async update(prior, planned, context) {
      const id = textOf(prior, 'id') ?? '';
      await patch(context, resource, id, 'patch', planned, (tx) => patchFirewall(tx, id, resource.toBody(planned, context)));
      return afterUpdate(context, resource, id, planned);
    },
  };
}

const rule = (block: Attributes): JsonObject => {
  const ports = textsOf(block, 'ports');
  return body({ IPProtocol: textOf(block, 'protocol'), ports: ports.length === 0 ? null : ports });
};

/** The rules as the cloud has them, with the protocol spelt as it was. */
function rules(seen: JsonObject, key: string, prior: Attributes, name: string): Value {
  const spelt = blocksOf(prior, name).map((block) => textOf(block, 'protocol') ?? '');
  return objects(seen, key).map((entry) => {
    const protocol = text(entry, 'IPProtocol') ?? '';
    return { protocol: spelt.find((own) => own.toLowerCase() === protocol) ?? protocol, ports: texts(entry, 'ports') };
  });
}
