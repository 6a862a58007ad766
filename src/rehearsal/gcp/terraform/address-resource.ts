import type { ResourceBehaviour } from '../../provider/behaviour.ts';
import { deleteAddress, insertAddress } from '../model/address.ts';
import { texts } from '../model/fields.ts';
import { labelFingerprint } from '../model/fingerprint.ts';
import { regionalId, resolveId, selfLink } from '../model/names.ts';
import { setLabels } from '../model/set-labels.ts';
import { addressView } from '../model/views.ts';
import { planLabels, readLabels } from './effective-labels.ts';
import { type Settings, withPlace } from './provider-settings.ts';
import { afterUpdate, generated, type GeneratedResource, patch } from './resource-kit.ts';
import { suppress } from './settle.ts';
import { text as textOf } from '../../../plugin/attributes.ts';
import { body, fromJson, numberOf, textMapOf } from './values.ts';

/** `google_compute_address`. */
export function addressResource(settings: Settings): ResourceBehaviour {
  const resource: GeneratedResource = {
    type: 'google_compute_address',
    kind: 'address',
    collection: 'addresses',
    title: 'Address',
    id: (attributes, context) => regionalId(settings.project(attributes, context), settings.region(attributes, context), 'addresses', textOf(attributes, 'name') ?? ''),
    toBody(planned, context) {
      const subnetwork = textOf(planned, 'subnetwork');
      const scope = { project: settings.project(planned, context), region: settings.region(planned, context) };
      return body({
        name: textOf(planned, 'name'),
        description: textOf(planned, 'description'),
        address: textOf(planned, 'address'),
        addressType: textOf(planned, 'address_type'),
        networkTier: textOf(planned, 'network_tier'),
        purpose: textOf(planned, 'purpose'),
        prefixLength: numberOf(planned, 'prefix_length'),
        subnetwork: subnetwork === null ? null : resolveId(subnetwork, 'subnetworks', scope),
        labels: textMapOf(planned, 'effective_labels'),
      });
    },
    insert: (tx, id, request) => insertAddress(tx, id.split('/')[1] ?? '', id.split('/')[3] ?? '', request),
    remove: deleteAddress,
    toAttributes(tx, address, prior) {
      const seen = addressView(tx, address);
      return {
        id: address.id,
        name: address.name,
        project: address.id.split('/')[1] ?? null,
        region: address.region,
        description: fromJson(seen, 'description'),
        address: fromJson(seen, 'address'),
        address_type: fromJson(seen, 'addressType'),
        network_tier: fromJson(seen, 'networkTier') ?? '',
        purpose: fromJson(seen, 'purpose') ?? '',
        subnetwork: fromJson(seen, 'subnetwork') ?? '',
        prefix_length: 0,
        users: texts(seen, 'users'),
        creation_timestamp: fromJson(seen, 'creationTimestamp'),
        label_fingerprint: labelFingerprint(address.tags),
        ...readLabels(prior, address.tags),
        self_link: selfLink(address.id),
      };
    },
  };
  return {
    type: resource.type,
    ...generated(resource),
    defaults: { address_type: 'EXTERNAL' },
    plan: (planning, context) => {
      const labelled = planLabels(planning, context);
      return planning.prior === null ? withPlace(settings, labelled, context, ['project', 'region']) : suppress(planning.prior, labelled);
    },
    async update(prior, planned, context) {
      const id = textOf(prior, 'id') ?? '';
      const labels = textMapOf(planned, 'effective_labels');
      await patch(context, resource, id, 'setLabels', planned, (tx) => setLabels(tx, 'address', id, { labels, labelFingerprint: labelFingerprint(tx.get('gcp', id)?.tags ?? {}) }));
      return afterUpdate(context, resource, id, planned);
    },
  };
}
