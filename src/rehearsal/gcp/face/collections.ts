import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { deleteAddress, insertAddress } from '../model/address.ts';
import { deleteDisk, insertDisk, resizeDisk } from '../model/disk.ts';
import { deleteFirewall, insertFirewall, patchFirewall, updateFirewall } from '../model/firewall.ts';
import { updateProperties } from '../model/instance-properties.ts';
import { insertInstance } from '../model/instance-insert.ts';
import { deleteInstance } from '../model/instance-life.ts';
import { type Kind, find, ofProject } from '../model/kept.ts';
import { deleteNetwork, findNetwork, insertNetwork, networksOf, patchNetwork } from '../model/network.ts';
import { findOperation, isDone, operationView } from '../model/operation.ts';
import type { Pending } from '../model/pending.ts';
import { setLabels } from '../model/set-labels.ts';
import { deleteSubnetwork, expandSubnetwork, findSubnetwork, insertSubnetwork, patchSubnetwork, setPrivateAccess, subnetworksOf } from '../model/subnetwork.ts';
import { instanceView } from '../model/instance-view.ts';
import { addressView, diskView, firewallView, networkView, subnetworkView } from '../model/views.ts';
import { badRequest, notFound } from '../model/refuse.ts';
import type { Actions, Changes } from './actions.ts';
import { instanceActions } from './instance-actions.ts';

/** A collection of resources under `global`, `regions/r` or `zones/z`, and what can be done with them. */
export interface Collection {
  readonly name: string;
  /** `instance` of `compute#instanceList`. */
  readonly kind: Kind;
  readonly scope: 'global' | 'regions' | 'zones' | 'any';
  find(view: WorldView, id: string): SimResource | null;
  all(view: WorldView, project: string): readonly SimResource[];
  show(view: WorldView, resource: SimResource): JsonObject;
  readonly insert?: (tx: Transaction, project: string, place: string, body: JsonObject) => Pending;
  /** By the methods that change the whole resource. */
  readonly change?: Changes;
  readonly remove?: (tx: Transaction, id: string) => Pending;
  readonly actions?: Actions;
}

const usual = (kind: Kind): Pick<Collection, 'kind' | 'find' | 'all'> => ({
  kind,
  find: (view, id) => find(view, kind, id),
  all: (view, project) => ofProject(view, kind, project),
});

export const collections: readonly Collection[] = [
  {
    name: 'networks',
    kind: 'network',
    scope: 'global',
    find: findNetwork,
    all: networksOf,
    show: networkView,
    insert: (tx, project, _place, body) => insertNetwork(tx, project, body),
    change: { PATCH: patchNetwork },
    remove: deleteNetwork,
  },
  {
    name: 'subnetworks',
    kind: 'subnetwork',
    scope: 'regions',
    find: findSubnetwork,
    all: subnetworksOf,
    show: (_view, resource) => subnetworkView(resource),
    insert: insertSubnetwork,
    change: { PATCH: patchSubnetwork },
    remove: deleteSubnetwork,
    actions: { POST: { expandIpCidrRange: expandSubnetwork, setPrivateIpGoogleAccess: setPrivateAccess } },
  },
  {
    ...usual('firewall'),
    name: 'firewalls',
    scope: 'global',
    show: (_view, resource) => firewallView(resource),
    insert: (tx, project, _place, body) => insertFirewall(tx, project, body),
    change: { PATCH: patchFirewall, PUT: updateFirewall },
    remove: deleteFirewall,
  },
  {
    ...usual('address'),
    name: 'addresses',
    scope: 'regions',
    show: addressView,
    insert: insertAddress,
    remove: deleteAddress,
    actions: { POST: { setLabels: (tx, id, body) => setLabels(tx, 'address', id, body) } },
  },
  {
    ...usual('disk'),
    name: 'disks',
    scope: 'zones',
    show: (_view, resource) => diskView(resource),
    insert: insertDisk,
    remove: deleteDisk,
    actions: { POST: { setLabels: (tx, id, body) => setLabels(tx, 'disk', id, body), resize: resizeDisk } },
  },
  {
    ...usual('instance'),
    name: 'instances',
    scope: 'zones',
    show: instanceView,
    insert: insertInstance,
    change: { PUT: updateProperties },
    remove: deleteInstance,
    actions: instanceActions,
  },
  { ...usual('operation'), name: 'operations', scope: 'any', find: findOperation, show: operationView, remove: forgetOperation },
];

/** Only an operation that is done can be deleted; the answer has no body, and no operation of its own. */
function forgetOperation(tx: Transaction, id: string): Pending {
  const operation = findOperation(tx, id);
  if (operation === null) throw notFound(id);
  if (!isDone(tx, operation)) throw badRequest(`The operation '${id}' is not done.`);
  tx.remove('gcp', operation.id);
  return { target: operation, operationType: 'delete', durationMs: 0, until: null };
}
