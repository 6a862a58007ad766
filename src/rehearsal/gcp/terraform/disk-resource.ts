import type { ResourceBehaviour } from '../../provider/behaviour.ts';
import { deleteDisk, insertDisk, resizeDisk } from '../model/disk.ts';
import { objects, text, texts, whole } from '../model/fields.ts';
import { labelFingerprint } from '../model/fingerprint.ts';
import { detachDisk } from '../model/attach-disk.ts';
import { computeCall } from '../model/calls.ts';
import { find } from '../model/kept.ts';
import { selfLink, zonalId } from '../model/names.ts';
import { setLabels } from '../model/set-labels.ts';
import { diskView } from '../model/views.ts';
import { perform } from './compute-client.ts';
import { planLabels, readLabels, sameMap } from './effective-labels.ts';
import { imageLink } from './image-links.ts';
import { type Settings, withPlace } from './provider-settings.ts';
import { afterUpdate, generated, type GeneratedResource, patch } from './resource-kit.ts';
import { suppress } from './settle.ts';
import { text as textOf } from '../../../plugin/attributes.ts';
import { blocksOf, body, fromJson, numberOf, textMapOf } from './values.ts';

/** `google_compute_disk`. */
export function diskResource(settings: Settings): ResourceBehaviour {
  const resource: GeneratedResource = {
    type: 'google_compute_disk',
    kind: 'disk',
    collection: 'disks',
    title: 'Disk',
    id: (attributes, context) => zonalId(settings.project(attributes, context), settings.zone(attributes, context), 'disks', textOf(attributes, 'name') ?? ''),
    toBody: (planned) =>
      body({
        name: textOf(planned, 'name'),
        description: textOf(planned, 'description'),
        sizeGb: numberOf(planned, 'size')?.toString(),
        type: textOf(planned, 'type'),
        sourceImage: textOf(planned, 'image'),
        provisionedIops: numberOf(planned, 'provisioned_iops')?.toString(),
        provisionedThroughput: numberOf(planned, 'provisioned_throughput')?.toString(),
        labels: textMapOf(planned, 'effective_labels'),
      }),
    insert: (tx, id, request) => {
      const image = text(request, 'sourceImage');
      const project = id.split('/')[1] ?? '';
      return insertDisk(tx, project, id.split('/')[3] ?? '', image === null ? request : { ...request, sourceImage: imageLink(tx, project, image) });
    },
    remove: deleteDisk,
    toAttributes(_tx, disk, prior) {
      const seen = diskView(disk);
      return {
        id: disk.id,
        name: disk.name,
        project: disk.id.split('/')[1] ?? null,
        zone: disk.zone,
        description: fromJson(seen, 'description'),
        disk_id: text(disk.props, 'id'),
        size: whole(seen, 'sizeGb'),
        type: text(disk.props, 'type')?.replace(/^.*\//, '') ?? null,
        image: fromJson(seen, 'sourceImage') ?? '',
        source_image_id: fromJson(seen, 'sourceImageId') ?? '',
        source_disk_id: '',
        source_snapshot_id: '',
        source_instant_snapshot_id: '',
        access_mode: '',
        enable_confidential_compute: false,
        licenses: texts(seen, 'licenses'),
        guest_os_features: blocksOf(prior, 'guest_os_features').length === 0 ? [] : objects(seen, 'guestOsFeatures').map((feature) => ({ type: text(feature, 'type') })),
        physical_block_size_bytes: 4096,
        provisioned_iops: whole(seen, 'provisionedIops') ?? 0,
        provisioned_throughput: whole(seen, 'provisionedThroughput') ?? 0,
        last_attach_timestamp: fromJson(seen, 'lastAttachTimestamp') ?? '',
        last_detach_timestamp: fromJson(seen, 'lastDetachTimestamp') ?? '',
        users: texts(seen, 'users'),
        creation_timestamp: fromJson(seen, 'creationTimestamp'),
        label_fingerprint: labelFingerprint(disk.tags),
        ...readLabels(prior, disk.tags),
        self_link: selfLink(disk.id),
      };
    },
  };
  const basic = generated(resource);
  return {
    type: resource.type,
    ...basic,
    defaults: { type: 'pd-standard' },
    plan: (planning, context) => {
      const labelled = planLabels(planning, context);
      return planning.prior === null ? withPlace(settings, labelled, context, ['project', 'zone']) : suppress(planning.prior, labelled);
    },
    async update(prior, planned, context) {
      const id = textOf(prior, 'id') ?? '';
      const labels = textMapOf(planned, 'effective_labels');
      if (!sameMap(labels, textMapOf(prior, 'effective_labels'))) {
        await patch(context, resource, id, 'setLabels', planned, (tx) => setLabels(tx, 'disk', id, { labels, labelFingerprint: labelFingerprint(tx.get('gcp', id)?.tags ?? {}) }));
      }
      const sizeGb = numberOf(planned, 'size');
      if (sizeGb !== null && sizeGb !== numberOf(prior, 'size')) {
        await patch(context, resource, id, 'resize', planned, (tx) => resizeDisk(tx, id, { sizeGb: String(sizeGb) }));
      }
      return afterUpdate(context, resource, id, planned);
    },
    async delete(prior, context) {
      // The provider takes a disk off its machines before it deletes it.
      const id = textOf(prior, 'id') ?? '';
      const users = await context.world.read((view) => texts(find(view, 'disk', id)?.props ?? {}, 'users'));
      for (const user of users) {
        await perform(context, computeCall(context.caller, 'instances', 'detachDisk', user), (tx) => {
          const attached = objects(find(tx, 'instance', user)?.props ?? {}, 'disks').find((entry) => entry.source === id);
          return attached === undefined ? null : detachDisk(tx, user, text(attached, 'deviceName') ?? '');
        });
      }
      await basic.delete(prior, context);
    },
  };
}
