import { CloudError, ConnectionLost } from '../../engine/cloud-error.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { Transaction } from '../../engine/world.ts';
import type { FaceContext, FaceResponse } from '../../face/face.ts';
import { computeCall } from '../model/calls.ts';
import { text } from '../model/fields.ts';
import { lastName, partOf } from '../model/names.ts';
import { isDone, operationView, recordFailure, recordOperation } from '../model/operation.ts';
import type { Pending } from '../model/pending.ts';
import { regionOfZone, regions, requireProject } from '../model/places.ts';
import { failsLater, notFound } from '../model/refuse.ts';
import { answer } from './answers.ts';
import { catalogueAnswer } from './catalogue-routes.ts';
import { type Collection, collections } from './collections.ts';
import { instanceExtra } from './instance-routes.ts';
import { aggregatedAnswer, listAnswer } from './listing.ts';
import { selected } from './partial-answer.ts';
import type { ComputeRequest } from './requests.ts';

/** Answers a request to the Compute API. Rejects with the CloudError that is the answer. */
export async function answerCompute(request: ComputeRequest): Promise<FaceResponse> {
  requireProject(request.project);
  const found = (await catalogueAnswer(request)) ?? (await collectionAnswer(request));
  if (found === null) throw new CloudError('notFound', 'Not Found', { status: 404 });
  return answer(selected(found, request.query.get('fields')), 200, request.query.get('prettyPrint') !== 'false');
}

async function collectionAnswer(request: ComputeRequest): Promise<JsonObject | null> {
  const { rest, method, project } = request;
  if (rest[0] === 'aggregated' && method === 'GET') {
    const collection = collections.find(({ name }) => name === rest[1]);
    return collection === undefined || rest.length !== 2 ? null : aggregate(request, collection);
  }
  const isGlobal = rest[0] === 'global';
  const scope = isGlobal ? 'global' : `${rest[0] ?? ''}/${rest[1] ?? ''}`;
  const [name, item, action] = rest.slice(isGlobal ? 1 : 2);
  const collection = collections.find((each) => each.name === name && (each.scope === 'any' || each.scope === rest[0]));
  if (collection === undefined) return null;
  const id = `projects/${project}/${scope}/${collection.name}`;
  if (item === undefined) return wholeCollection(request, collection, id, isGlobal ? '' : (rest[1] ?? ''));
  return action === undefined ? one(request, collection, `${id}/${item}`) : act(request, collection, `${id}/${item}`, action);
}

async function wholeCollection(request: ComputeRequest, collection: Collection, id: string, place: string): Promise<JsonObject | null> {
  const { method, context, project, query, body } = request;
  if (method === 'GET') {
    return context.world.call(computeCall(context.caller, collection.name, 'list', id), (tx) =>
      listAnswer(collection.kind, id, collection.all(tx, project).filter((resource) => resource.id.startsWith(`${id}/`)).map((resource) => collection.show(tx, resource)), query),
    );
  }
  const { insert } = collection;
  if (method !== 'POST' || insert === undefined) return null;
  const name = text(body, 'name') ?? '';
  const params = { name, ...(text(body, 'machineType') === null ? {} : { machineType: lastName(text(body, 'machineType') ?? '') }) };
  return operate(request, collection, 'insert', `${id}/${name}`, params, (tx) => insert(tx, project, place, body));
}

async function one(request: ComputeRequest, collection: Collection, id: string): Promise<JsonObject | null> {
  const { method, context, body } = request;
  const { remove } = collection;
  if (method === 'GET') {
    return context.world.call(computeCall(context.caller, collection.name, 'get', id), (tx) => {
      const resource = collection.find(tx, id);
      if (resource === null) throw notFound(id);
      return collection.show(tx, resource);
    });
  }
  if (method === 'PATCH' || method === 'PUT') {
    const change = collection.change?.[method];
    return change === undefined ? null : operate(request, collection, method === 'PUT' ? 'update' : 'patch', id, {}, (tx) => change(tx, id, body));
  }
  if (method !== 'DELETE' || remove === undefined) return null;
  if (collection.kind !== 'operation') return operate(request, collection, 'delete', id, {}, (tx) => remove(tx, id));
  await context.world.call(computeCall(context.caller, collection.name, 'delete', id), (tx) => remove(tx, id));
  return {};
}

async function act(request: ComputeRequest, collection: Collection, id: string, action: string): Promise<JsonObject | null> {
  const { method, body, query } = request;
  if (collection.kind === 'operation' && action === 'wait' && method === 'POST') return waitForOperation(request, id);
  if (collection.kind === 'instance' && method === 'GET') return instanceExtra(request, id, action);
  const actions = method === 'POST' || method === 'PATCH' ? (collection.actions?.[method] ?? {}) : {};
  const work = Object.hasOwn(actions, action) ? actions[action] : undefined;
  return work === undefined ? null : operate(request, collection, action, id, {}, (tx) => work(tx, id, body, query));
}

/** Makes a change; the answer is its operation. One that the cloud takes and fails later is answered so too. */
async function operate({ context }: ComputeRequest, { name }: Collection, method: string, id: string, params: JsonObject, work: (tx: Transaction) => Pending): Promise<JsonObject> {
  const { world, caller } = context;
  try {
    return await world.call(computeCall(caller, name, method, id, params), (tx) => operationView(tx, recordOperation(tx, work(tx))));
  } catch (error) {
    if (!(error instanceof CloudError) || !failsLater(error)) throw error;
    return world.call(computeCall({ ...caller, actor: 'cloud' }, 'operations', 'fail', id), (tx) => operationView(tx, recordFailure(tx, id, method, error)));
  }
}

const waitMs = 120_000;
const stepMs = 500;

/** `operations.wait`: answers when it is done, or after two minutes as it is then. */
async function waitForOperation({ context }: ComputeRequest, id: string): Promise<JsonObject> {
  const { world, caller } = context;
  for (let waitedMs = 0; ; waitedMs += stepMs) {
    const { done, view } = await world.read((seen) => {
      const operation = collections.find(({ kind }) => kind === 'operation')?.find(seen, id) ?? null;
      if (operation === null) throw notFound(id);
      return { done: isDone(seen, operation), view: operationView(seen, operation) };
    });
    if (done || waitedMs >= waitMs) return world.call(computeCall(caller, 'operations', 'wait', id), () => view);
    await world.sleep(stepMs);
  }
}

/** With `returnPartialSuccess`, a region that a fault keeps away is named in its scopes' warnings; without, it fails the whole list. */
async function aggregate({ context, project, query }: ComputeRequest, collection: Collection): Promise<JsonObject> {
  const id = `projects/${project}/aggregated/${collection.name}`;
  const away = await unreachableRegions(context, project, collection, query.get('returnPartialSuccess') === 'true');
  return context.world.call(computeCall(context.caller, collection.name, 'aggregatedList', id), (tx) => {
    const places = regions(tx);
    const byScope = { global: ['global'], regions: places.map(({ region }) => `regions/${region}`), zones: places.flatMap(({ zones }) => zones.map((zone) => `zones/${zone}`)) };
    const scopes = collection.scope === 'any' ? [...byScope.global, ...byScope.regions, ...byScope.zones] : byScope[collection.scope];
    const items = collection.all(tx, partOf(id, 'projects') ?? project).filter(({ region }) => region === null || !away.has(region));
    const unreachable = scopes.filter((scope) => away.has(regionOfScope(scope) ?? ''));
    return aggregatedAnswer({ kind: collection.kind, collection: collection.name, id, scopes, unreachable }, items.map((resource) => collection.show(tx, resource)), query);
  });
}

/** Only regions that a fault names are asked one by one. Rejects with the first one's refusal where a part is not enough. */
async function unreachableRegions({ world, caller }: FaceContext, project: string, { name }: Collection, partIsEnough: boolean): Promise<ReadonlySet<string>> {
  const named = await world.read(({ faults }) => [...new Set(faults.flatMap(({ fault }) => fault.region ?? []))]);
  const away = new Set<string>();
  for (const region of named) {
    try {
      await world.call(computeCall(caller, name, 'aggregatedList', `projects/${project}/regions/${region}/${name}`), () => null);
    } catch (error) {
      if (!partIsEnough || !(error instanceof CloudError || error instanceof ConnectionLost)) throw error;
      away.add(region);
    }
  }
  return away;
}

function regionOfScope(scope: string): string | null {
  const zone = partOf(scope, 'zones');
  return zone === null ? partOf(scope, 'regions') : regionOfZone(zone);
}
