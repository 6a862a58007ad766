import type { ResourceBehaviour } from '../../provider/behaviour.ts';
import { attachDisk, detachDisk } from '../model/attach-disk.ts';
import { computeCall } from '../model/calls.ts';
import { objects, text } from '../model/fields.ts';
import { find } from '../model/kept.ts';
import { lastName, resolveId, partOf } from '../model/names.ts';
import { change, readResource, timeoutMs } from './compute-client.ts';
import { type Settings, withPlace } from './provider-settings.ts';
import { ignoreMissing } from './resource-kit.ts';
import { refresh, settleAttributes, suppress } from './settle.ts';
import { text as textOf } from '../../../plugin/attributes.ts';
import { body } from './values.ts';

/** `google_compute_attached_disk`: its id is `projects/p/zones/z/instances/i/disk`. */
export function attachedDiskResource(settings: Settings): ResourceBehaviour {
  const parts = (id: string) => ({ instance: id.replace(/\/[^/]+$/, ''), disk: lastName(id) });
  return {
    type: 'google_compute_attached_disk',
    defaults: { mode: 'READ_WRITE' },
    plan: ({ prior, planned }, context) => (prior === null ? withPlace(settings, planned, context, ['project', 'zone']) : suppress(prior, planned)),
    async create(planned, context) {
      const given = textOf(planned, 'instance') ?? '';
      const project = partOf(given, 'projects') ?? settings.project(planned, context);
      const zone = partOf(given, 'zones') ?? settings.zone(planned, context);
      const instance = resolveId(given, 'instances', { project, zone });
      const source = resolveId(textOf(planned, 'disk') ?? '', 'disks', { project, zone });
      const request = body({ source, mode: textOf(planned, 'mode'), deviceName: textOf(planned, 'device_name') });
      await change(context, computeCall(context.caller, 'instances', 'attachDisk', instance, { disk: source }), (tx) => attachDisk(tx, instance, request), {
        wording: { creating: 'Error attaching disk', waiting: 'Error waiting for disk to attach' },
        request: { method: 'Post', path: `${instance}/attachDisk` },
        timeoutMs: timeoutMs(planned, 'create'),
      });
      const id = `${instance}/${lastName(source)}`;
      const attached = await context.world.read((view) => objects(find(view, 'instance', instance)?.props ?? {}, 'disks').find((entry) => entry.source === source) ?? {});
      return settleAttributes(planned, { id, project, zone, device_name: text(attached, 'deviceName') });
    },
    async read(prior, context) {
      const { instance, disk } = parts(textOf(prior, 'id') ?? '');
      const found = await readResource(context, computeCall(context.caller, 'instances', 'get', instance), 'instance', instance, (_tx, { props }) =>
        objects(props, 'disks').find((entry) => lastName(text(entry, 'source') ?? '') === disk),
      );
      if (found === null || found === undefined) return null;
      return refresh(prior, {
        id: `${instance}/${disk}`,
        project: partOf(instance, 'projects'),
        zone: partOf(instance, 'zones'),
        instance,
        disk: text(found, 'source'),
        mode: text(found, 'mode'),
        device_name: text(found, 'deviceName'),
      });
    },
    async delete(prior, context) {
      const { instance, disk } = parts(textOf(prior, 'id') ?? '');
      const deviceName = await context.world.read((view) => {
        const entry = objects(find(view, 'instance', instance)?.props ?? {}, 'disks').find((attached) => lastName(text(attached, 'source') ?? '') === disk);
        return entry === undefined ? null : text(entry, 'deviceName');
      });
      if (deviceName === null) return;
      await change(context, computeCall(context.caller, 'instances', 'detachDisk', instance, { disk }), (tx) => detachDisk(tx, instance, deviceName), {
        wording: { creating: 'Error detaching disk', waiting: 'Error waiting for disk to detach' },
        request: { method: 'Post', path: `${instance}/detachDisk` },
        timeoutMs: timeoutMs(prior, 'delete'),
      }).catch(ignoreMissing);
    },
  };
}
