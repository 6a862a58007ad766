import type { JsonObject } from '../../engine/json.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { computeCall } from '../model/calls.ts';
import { diskTypeNames } from '../model/disk.ts';
import { findImage, imageView, publicImages } from '../model/image.ts';
import { findMachineType, machineTypesOf, machineTypeView } from '../model/machine-type.ts';
import { selfLink } from '../model/names.ts';
import { regions, requireZone } from '../model/places.ts';
import { projectView, regionView, zoneView } from '../model/project.ts';
import { notFound } from '../model/refuse.ts';
import { aggregatedAnswer, listAnswer } from './listing.ts';
import type { ComputeRequest } from './requests.ts';

const zonesOf = (view: WorldView): readonly string[] => regions(view).flatMap(({ zones }) => zones);

/** What is there for everybody: the project, regions, zones, machine and disk types, images; null: none of these. */
export async function catalogueAnswer({ method, rest, project, query, context }: ComputeRequest): Promise<JsonObject | null> {
  if (method !== 'GET') return null;
  const id = ['projects', project, ...rest].join('/');
  const call = (collection: string, how: string, work: (tx: Transaction) => JsonObject): Promise<JsonObject> =>
    context.world.call(computeCall(context.caller, collection, how, id), work);
  const [first = '', second, third, fourth, fifth] = rest;
  if (rest.length === 0) return call('projects', 'get', (tx) => projectView(tx, project));
  if (first === 'regions' && rest.length <= 2) {
    if (second !== undefined) return call('regions', 'get', (tx) => regionView(tx, project, second));
    return call('regions', 'list', (tx) => listAnswer('region', id, regions(tx).map(({ region }) => regionView(tx, project, region)), query));
  }
  if (first === 'zones' && rest.length <= 2) {
    if (second !== undefined) return call('zones', 'get', (tx) => zoneView(tx, project, second));
    return call('zones', 'list', (tx) => listAnswer('zone', id, zonesOf(tx).map((zone) => zoneView(tx, project, zone)), query));
  }
  if (first === 'zones' && second !== undefined && third === 'machineTypes') return machineTypes(call, id, project, second, fourth, query);
  if (first === 'zones' && second !== undefined && third === 'diskTypes') return diskTypes(call, id, project, second, fourth, query);
  if (first === 'aggregated' && second === 'machineTypes') {
    return call('machineTypes', 'aggregatedList', (tx) => {
      const zones = zonesOf(tx);
      const all = zones.flatMap((zone) => machineTypesOf(tx, zone).map((type) => machineTypeView(project, zone, type)));
      return aggregatedAnswer({ kind: 'machineType', collection: 'machineTypes', id, scopes: zones.map((zone) => `zones/${zone}`), unreachable: [] }, all, query);
    });
  }
  if (first === 'global' && second === 'images') return images(call, id, project, third, fourth ?? fifth, query);
  if (first === 'global' && second === 'routes' && rest.length === 2) return call('routes', 'list', () => listAnswer('route', id, [], query));
  return null;
}

type Call = (collection: string, how: string, work: (tx: Transaction) => JsonObject) => Promise<JsonObject>;

function machineTypes(call: Call, id: string, project: string, zone: string, name: string | undefined, query: URLSearchParams): Promise<JsonObject> {
  if (name === undefined) {
    return call('machineTypes', 'list', (tx) => {
      requireZone(tx, zone);
      return listAnswer('machineType', id, machineTypesOf(tx, zone).map((type) => machineTypeView(project, zone, type)), query);
    });
  }
  return call('machineTypes', 'get', (tx) => {
    const type = findMachineType(tx, zone, name);
    if (type === null) throw notFound(id);
    return machineTypeView(project, zone, type);
  });
}

function diskTypes(call: Call, id: string, project: string, zone: string, name: string | undefined, query: URLSearchParams): Promise<JsonObject> {
  const view = (type: string): JsonObject => ({
    kind: 'compute#diskType',
    name: type,
    description: type,
    validDiskSize: type.startsWith('hyperdisk') ? '4GB-65536GB' : '10GB-65536GB',
    zone: selfLink(`projects/${project}/zones/${zone}`),
    selfLink: selfLink(`projects/${project}/zones/${zone}/diskTypes/${type}`),
  });
  if (name === undefined) {
    return call('diskTypes', 'list', (tx) => {
      requireZone(tx, zone);
      return listAnswer('diskType', id, diskTypeNames.map(view), query);
    });
  }
  return call('diskTypes', 'get', (tx) => {
    requireZone(tx, zone);
    if (!diskTypeNames.includes(name)) throw notFound(id);
    return view(name);
  });
}

function images(call: Call, id: string, project: string, name: string | undefined, family: string | undefined, query: URLSearchParams): Promise<JsonObject> {
  if (name === undefined) {
    return call('images', 'list', (tx) => {
      const own = publicImages(tx).filter((image) => image.project === project);
      return listAnswer('image', id, own.map(imageView), query);
    });
  }
  return call('images', name === 'family' && family !== undefined ? 'getFromFamily' : 'get', (tx) => {
    const image = findImage(tx, id);
    if (image === null) throw notFound(id);
    return imageView(image);
  });
}
