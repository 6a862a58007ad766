import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { flag, object, text, whole } from './fields.ts';
import { change, create, find, ofProject } from './kept.ts';
import { globalId, isName, projectId } from './names.ts';
import { pace, pending, type Pending } from './pending.ts';
import { requireProject } from './places.ts';
import { checkGlobalQuota } from './quota.ts';
import { alreadyExists, badName, inUse, invalid, notFound, required } from './refuse.ts';

const defaultNetworkId = (project: string): string => globalId(project, 'networks', 'default');

/** Every project has the network `default` until somebody deletes it: it takes no place in the world. */
function defaultNetwork(view: WorldView, project: string): SimResource | null {
  if (find(view, 'project', projectId(project))?.props.defaultNetworkDeleted === true) return null;
  return {
    cloud: 'gcp',
    kind: 'network',
    id: defaultNetworkId(project),
    name: 'default',
    region: null,
    zone: null,
    tags: {},
    createdAtMs: Date.UTC(2026, 0, 1),
    props: { id: '1000000000000000001', description: 'Default network for the project', autoCreateSubnetworks: true, ...fixed, routingMode: 'REGIONAL' },
  };
}

const fixed = { mtu: 1460, networkFirewallPolicyEnforcementOrder: 'AFTER_CLASSIC_FIREWALL' } as const;

/** A network by its id; null: there is none. */
export function findNetwork(view: WorldView, id: string): SimResource | null {
  const project = id.split('/')[1] ?? '';
  return find(view, 'network', id) ?? (id === defaultNetworkId(project) ? defaultNetwork(view, project) : null);
}

export function needNetwork(view: WorldView, id: string): SimResource {
  const network = findNetwork(view, id);
  if (network === null) throw notFound(id);
  return network;
}

/** The networks of a project, its default one included. */
export function networksOf(view: WorldView, project: string): readonly SimResource[] {
  const preset = findNetwork(view, defaultNetworkId(project));
  return [...(preset === null ? [] : [preset]), ...ofProject(view, 'network', project)];
}

/** `compute.networks.insert`. */
export function insertNetwork(tx: Transaction, project: string, body: JsonObject): Pending {
  requireProject(project);
  const name = text(body, 'name');
  if (name === null) throw required('resource.name');
  if (!isName(name)) throw badName('resource.name', name);
  const mtu = whole(body, 'mtu') ?? fixed.mtu;
  if (mtu < 1300 || mtu > 8896) throw invalid('resource.mtu', String(mtu), 'Must be greater than or equal to 1300 and less than or equal to 8896');
  const id = globalId(project, 'networks', name);
  if (findNetwork(tx, id) !== null) throw alreadyExists(id);
  checkGlobalQuota(tx, project, 'NETWORKS', 1);
  const network = create(tx, 'network', id, {
    description: text(body, 'description') ?? '',
    autoCreateSubnetworks: flag(body, 'autoCreateSubnetworks') ?? true,
    mtu,
    networkFirewallPolicyEnforcementOrder: text(body, 'networkFirewallPolicyEnforcementOrder') ?? fixed.networkFirewallPolicyEnforcementOrder,
    routingMode: text(object(body, 'routingConfig') ?? {}, 'routingMode') ?? 'REGIONAL',
  });
  return pending(network, 'insert', pace.network);
}

/** `compute.networks.patch`: what can be changed in place. */
export function patchNetwork(tx: Transaction, id: string, body: JsonObject): Pending {
  const network = needNetwork(tx, id);
  if (find(tx, 'network', id) === null) throw invalid('network', id, 'The default network cannot be changed in a rehearsal.');
  const routingMode = text(object(body, 'routingConfig') ?? {}, 'routingMode');
  const order = text(body, 'networkFirewallPolicyEnforcementOrder');
  const mtu = whole(body, 'mtu');
  const changes = {
    ...(routingMode === null ? {} : { routingMode }),
    ...(order === null ? {} : { networkFirewallPolicyEnforcementOrder: order }),
    ...(mtu === null ? {} : { mtu }),
  };
  return pending(change(tx, network, changes), 'compute.networks.patch', pace.change);
}

const users = (view: WorldView, network: SimResource): readonly SimResource[] =>
  [...view.list('gcp', 'instance'), ...view.list('gcp', 'subnetwork'), ...view.list('gcp', 'firewall')].filter((other) => uses(other, network.id));

function uses(resource: SimResource, networkId: string): boolean {
  if (resource.props.network === networkId) return true;
  const interfaces = resource.props.networkInterfaces;
  return Array.isArray(interfaces) && interfaces.some((nic: unknown) => typeof nic === 'object' && nic !== null && 'network' in nic && nic.network === networkId);
}

/** `compute.networks.delete`. Refuses while anything is in it. */
export function deleteNetwork(tx: Transaction, id: string): Pending {
  const network = needNetwork(tx, id);
  const user = users(tx, network)[0];
  if (user !== undefined) throw inUse('network', id, user.id);
  if (find(tx, 'network', id) !== null) tx.remove('gcp', id);
  else {
    const project = id.split('/')[1] ?? '';
    create(tx, 'project', projectId(project), { defaultNetworkDeleted: true });
  }
  return pending(network, 'delete', pace.networkDelete);
}
