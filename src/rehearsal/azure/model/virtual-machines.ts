import type { WorldView } from '../../engine/world.ts';
import { groupId, lastName, parseArmId } from './arm-id.ts';
import { objectAt, present, tagsOf } from './fields.ts';
import { find, get, propertiesOf } from './kept.ts';
import { changeMachine, updated } from './machine-change.ts';
import { createMachine, identityOf } from './machine-create.ts';
import { machineHooks, terminate } from './machine-life.ts';
import { machineType } from './machine-request.ts';
import { machineDocument } from './machine-view.ts';
import { invalidParameter } from './refuse.ts';
import { requireGroup } from './resource-groups.ts';
import type { TypeRules } from './type-rules.ts';

/** Virtual machines. */
export const virtualMachines: TypeRules = {
  type: machineType,
  subject: 'instance',
  createMs: machineHooks.pace.pendingMs,
  deleteMs: machineHooks.pace.terminatingMs,
  has: (view, id) => find(view, id) !== null,
  put(tx, id, body) {
    const group = requireGroup(tx, id);
    const before = find(tx, id);
    if (before === null) {
      const name = lastName(id);
      if (name.length > 64 || !/^[\w](?:[\w.-]*\w)?$/.test(name)) throw invalidParameter('vmName', `The entity name 'vmName' is invalid according to its validation rule: ^[^_\\W][\\w-._]{0,79}(?<![-.])$.`);
      createMachine(tx, `${groupId(parseArmId(id)?.subscription ?? '', group.name ?? '')}/providers/${machineType}/${name}`, body);
      return;
    }
    changeMachine(tx, before, updated(propertiesOf(before), objectAt(body, 'properties')), tagsOf(body), present({ identity: identityOf(tx, body.identity) ?? before.props.identity }));
  },
  patch(tx, id, body) {
    const machine = get(tx, id);
    const tags = body.tags === undefined ? machine.tags : tagsOf(body);
    changeMachine(tx, machine, updated(propertiesOf(machine), objectAt(body, 'properties')), tags, body.identity === undefined ? {} : present({ identity: identityOf(tx, body.identity) }));
  },
  show: (view: WorldView, id) => machineDocument(get(view, id)),
  remove(tx, id) {
    const machine = find(tx, id);
    if (machine !== null) terminate(tx, machine);
  },
  list: (view) => view.list('azure', 'instance').map((machine) => machineDocument(machine)),
};
