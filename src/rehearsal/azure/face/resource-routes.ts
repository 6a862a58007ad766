import type { JsonObject } from '../../engine/json.ts';
import type { FaceResponse } from '../../face/face.ts';
import { armId, groupId, keyOf, parseArmId } from '../model/arm-id.ts';
import { callOf } from '../model/call-of.ts';
import { textAt } from '../model/fields.ts';
import { find, get } from '../model/kept.ts';
import { machineDocument } from '../model/machine-view.ts';
import { operationStatus, startOperation, type Goal } from '../model/operations.ts';
import { groupNotFound, notFound } from '../model/refuse.ts';
import { checkRegistered } from '../model/registrations.ts';
import { listResources, patchResource, rulesFor, rulesOfType } from '../model/resources.ts';
import { type Asked, bodyOf, empty, filterOf, fits, type Handler, json, page } from './answer.ts';

/** Headers of an operation that goes on; the delays are the world's. */
export function operationHeaders({ request, context: { world } }: Asked, operation: string): Readonly<Record<string, string>> {
  const version = request.query.get('api-version') ?? '2024-03-01';
  const { speed } = world.clock();
  const url = `${request.origin}${operation}?api-version=${version}`;
  return {
    'azure-asyncoperation': url,
    location: `${url}&monitor=true`,
    'retry-after': String(Math.max(1, Math.round(10 / speed))),
    // HashiCorp's SDK waits ten seconds between polls unless it is told so.
    ...(speed > 1 ? { 'x-go-azure-sdk-skip-polling-delay': 'true' } : {}),
  };
}

function idOf({ request }: Asked): string {
  const parsed = parseArmId(decodeURIComponent(request.path));
  return parsed === null ? request.path : armId(parsed);
}

/** What an operation needs to know of its target. */
export function operationFor(id: string, document: JsonObject | null, goal: Goal) {
  const parsed = parseArmId(id);
  return { subscription: parsed?.subscription ?? '', provider: parsed?.namespace ?? 'Microsoft.Resources', location: textAt(document, 'location') ?? 'global', target: id, goal };
}

export const getResource: Handler = async (asked) => {
  const id = idOf(asked);
  const rule = rulesFor(id);
  const userData = asked.request.query.get('$expand')?.toLowerCase() === 'userdata';
  const { world, caller } = asked.context;
  return json(200, await world.call({ ...callOf('read', id), caller }, (view) => (rule.subject === 'instance' && userData ? machineDocument(get(view, id), { userData }) : rule.show(view, id))));
};

export const headResource: Handler = async (asked) => {
  const id = idOf(asked);
  const { world, caller } = asked.context;
  const there = await world.call({ ...callOf('read', id), caller }, (view) => rulesFor(id).has(view, id));
  return empty(there ? 204 : 404);
};

export const putResource: Handler = async (asked) => {
  const id = idOf(asked);
  const rule = rulesFor(id);
  const body = bodyOf(asked.request);
  const { world, caller } = asked.context;
  const existed = await world.read((view) => rule.has(view, id));
  return await world.call({ ...callOf(existed ? 'update' : 'create', id, body), caller }, (tx): FaceResponse => {
    checkRegistered(tx, id);
    rule.put(tx, id, body);
    const document = rule.show(tx, id);
    const headers = rule.createMs === 0 ? {} : operationHeaders(asked, startOperation(tx, operationFor(id, document, 'settled')));
    return json(existed ? 200 : 201, document, headers);
  });
};

export const changeResource: Handler = async (asked) => {
  const id = idOf(asked);
  const rule = rulesFor(id);
  const body = bodyOf(asked.request);
  const { world, caller } = asked.context;
  return await world.call({ ...callOf('update', id, body), caller }, (tx): FaceResponse => {
    patchResource(tx, id, body);
    const document = rule.show(tx, id);
    const headers = rule.subject === 'instance' || rule.subject === 'disk' ? operationHeaders(asked, startOperation(tx, operationFor(id, document, 'settled'))) : {};
    return json(200, document, headers);
  });
};

export const deleteResource: Handler = async (asked) => {
  const id = idOf(asked);
  const rule = rulesFor(id);
  const { world, caller } = asked.context;
  return await world.call({ ...callOf('delete', id), caller }, (tx): FaceResponse => {
    if (!rule.has(tx, id)) {
      if (rule.subject === 'group') throw groupNotFound(parseArmId(id)?.group ?? '');
      return empty(204);
    }
    const document = rule.show(tx, id);
    rule.remove(tx, id);
    if (rule.deleteMs === 0) return empty(200);
    const headers = operationHeaders(asked, startOperation(tx, operationFor(id, document, 'gone')));
    if (rule.subject !== 'group') return empty(202, headers);
    // Groups have the location only.
    const { 'azure-asyncoperation': _, ...others } = headers;
    return empty(202, others);
  });
};

/** A type's list: of a subscription, a group, or a parent. */
export const listOfType: Handler = async (asked) => {
  const { names, request, context } = asked;
  const path = decodeURIComponent(request.path).replace(/\/$/, '');
  const parent = path.split('/').slice(0, -1).join('/');
  const subscription = names.subscription ?? '';
  const type = names.type ?? '';
  const rule = rulesOfType(type);
  if (rule === null) throw notFound(path);
  const isChild = type.split('/').length > 2;
  const scope = isChild ? parent : names.group === undefined ? `/subscriptions/${subscription}` : groupId(subscription, names.group);
  const items = await context.world.call(
    { cloud: 'azure', operation: `${rule.type}/read`, verb: 'list', subject: rule.subject, caller: context.caller, target: scope },
    (view) => {
      if (!isChild && names.group !== undefined && find(view, scope) === null) throw groupNotFound(names.group);
      if (isChild) get(view, parent);
      return rule.list(view).filter((item) => keyOf(textAt(item, 'id') ?? '').startsWith(`${keyOf(scope)}/`));
    },
  );
  const filter = filterOf(request.query);
  return page(asked, items.filter((item) => fits(item, filter)));
};

/** `/resources`, of a subscription or a group. */
export const listAll: Handler = async (asked) => {
  const { names, request, context } = asked;
  const subscription = names.subscription ?? '';
  const scope = names.group === undefined ? `/subscriptions/${subscription}` : groupId(subscription, names.group);
  const filter = filterOf(request.query);
  const expand = (request.query.get('$expand') ?? '').split(',');
  const region = names.group === undefined ? null : await context.world.read((view) => find(view, scope)?.region ?? null);
  const items = await context.world.call({ cloud: 'azure', operation: 'Microsoft.Resources/subscriptions/resources/read', verb: 'list', subject: 'other', caller: context.caller, target: scope, region }, (view) => {
    if (names.group !== undefined && find(view, scope) === null) throw groupNotFound(names.group);
    return listResources(view, scope);
  });
  const short = items.map(({ provisioningState, createdTime, changedTime, ...item }) => ({
    ...item,
    ...(expand.includes('provisioningState') && provisioningState !== undefined ? { provisioningState } : {}),
    ...(expand.includes('createdTime') && createdTime !== undefined ? { createdTime } : {}),
    ...(expand.includes('changedTime') && changedTime !== undefined ? { changedTime } : {}),
  }));
  return page(asked, short.filter((item) => fits(item, filter)), 1000);
};

/** How far an operation has come. `monitor`: as the `Location` header's URL answers. */
export const operation: Handler = async (asked) => {
  const { request, context } = asked;
  const id = decodeURIComponent(request.path);
  const status = await context.world.call({ cloud: 'azure', operation: 'Microsoft.Resources/locations/operations/read', verb: 'read', subject: 'other', caller: context.caller, target: id }, (view) => operationStatus(view, id));
  const done = status.status === 'Succeeded';
  const headers = done ? {} : operationHeaders(asked, id);
  if (request.query.get('monitor') !== 'true') return json(200, status, headers);
  return done ? empty(200) : empty(202, headers);
};
