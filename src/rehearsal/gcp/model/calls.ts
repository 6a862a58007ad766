import type { CallSubject, CallVerb, Caller, CloudCall } from '../../engine/call.ts';
import type { JsonObject } from '../../engine/json.ts';
import { partOf } from './names.ts';
import { regionOfZone } from './places.ts';

const subjects: Readonly<Record<string, CallSubject>> = {
  projects: 'account',
  networks: 'network',
  subnetworks: 'subnet',
  firewalls: 'firewall',
  addresses: 'address',
  disks: 'disk',
  instances: 'instance',
  images: 'image',
  machineTypes: 'type',
};

const verbOf = (method: string): CallVerb => {
  if (method === 'insert') return 'create';
  if (method === 'delete') return 'delete';
  if (method === 'list' || method === 'aggregatedList') return 'list';
  return method.startsWith('get') ? 'read' : 'update';
};

/** A call of the Compute API for the journal: `compute.instances.insert`. `target` is an id, or where it will be. */
export function computeCall(caller: Caller, collection: string, method: string, target: string, params: JsonObject = {}): CloudCall {
  const zone = partOf(target, 'zones');
  return {
    cloud: 'gcp',
    operation: `compute.${collection}.${method}`,
    verb: collection === 'projects' ? 'identity' : verbOf(method),
    subject: subjects[collection] ?? 'other',
    caller,
    region: zone === null ? partOf(target, 'regions') : regionOfZone(zone),
    zone,
    target,
    params: { project: partOf(target, 'projects') ?? '', ...params },
  };
}
