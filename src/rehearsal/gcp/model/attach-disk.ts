import type { JsonObject } from '../../engine/json.ts';
import type { Transaction } from '../../engine/world.ts';
import { setUser } from './disk.ts';
import { flag, objects, text, texts } from './fields.ts';
import { change, find, need } from './kept.ts';
import { partOf, resolveId } from './names.ts';
import { pace, pending, type Pending } from './pending.ts';
import { badRequest, inUse, invalid } from './refuse.ts';

/** `attachDisk`. */
export function attachDisk(tx: Transaction, id: string, body: JsonObject): Pending {
  const instance = need(tx, 'instance', id);
  const source = text(body, 'source') ?? '';
  const disk = find(tx, 'disk', resolveId(source, 'disks', { project: partOf(id, 'projects') ?? '', zone: instance.zone }));
  if (disk === null) throw invalid('resource.source', source, 'The referenced disk resource cannot be found.');
  if (disk.zone !== instance.zone) throw invalid('resource.source', source, 'Disk must be in the same zone as the instance.');
  const user = texts(disk.props, 'users')[0];
  if (user !== undefined) throw inUse('disk', disk.id, user);
  const disks = objects(instance.props, 'disks');
  const index = Math.max(-1, ...disks.map((attached) => Number(attached.index ?? 0))) + 1;
  const attached = {
    source: disk.id,
    index,
    boot: false,
    autoDelete: flag(body, 'autoDelete') ?? false,
    deviceName: text(body, 'deviceName') ?? `persistent-disk-${index}`,
    mode: text(body, 'mode') ?? 'READ_WRITE',
    interface: text(body, 'interface') ?? 'SCSI',
    type: 'PERSISTENT',
  };
  setUser(tx, disk, id);
  return pending(change(tx, instance, { disks: [...disks, attached] }), 'attachDisk', pace.disk);
}

/** `detachDisk`: by the name under which the machine has it. */
export function detachDisk(tx: Transaction, id: string, deviceName: string): Pending {
  const instance = need(tx, 'instance', id);
  const disks = objects(instance.props, 'disks');
  const attached = disks.find((disk) => disk.deviceName === deviceName);
  if (attached === undefined) throw invalid('deviceName', deviceName, `No attached disk found with device name '${deviceName}'`);
  if (attached.boot === true && instance.machine?.state !== 'stopped') throw badRequest('Cannot detach the boot disk of a running instance.');
  const disk = find(tx, 'disk', text(attached, 'source') ?? '');
  if (disk !== null) setUser(tx, disk, null);
  return pending(change(tx, instance, { disks: disks.filter((other) => other !== attached) }), 'detachDisk', pace.disk);
}
