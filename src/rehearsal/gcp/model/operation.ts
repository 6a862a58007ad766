import type { CloudError } from '../../engine/cloud-error.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { object, objects, text, whole } from './fields.ts';
import { create, find } from './kept.ts';
import { globalId, lastName, partOf, regionalId, selfLink, zonalId } from './names.ts';
import { timestamp } from './numeric-id.ts';
import type { Pending } from './pending.ts';

/** Finished operations are kept that long; Compute Engine keeps them for two weeks and more. */
const keptMs = 3_600_000;
/** How long Compute Engine looks for a place before it says that there is none; an order of magnitude. */
const failsAfterMs = 2_000;
export const forgotten = 'forgotten';

const scoped = (project: string, scope: { readonly region: string | null; readonly zone: string | null }, name: string): string => {
  if (scope.zone !== null) return zonalId(project, scope.zone, 'operations', name);
  return scope.region === null ? globalId(project, 'operations', name) : regionalId(project, scope.region, 'operations', name);
};

/** Keeps the operation of a call, for those who ask after it. */
export function recordOperation(tx: Transaction, { target, operationType, durationMs, until }: Pending): SimResource {
  return keep(tx, target.id, target, {
    operationType,
    until,
    targetNumber: text(target.props, 'id') ?? '',
    endMs: tx.nowMs + tx.paced(durationMs),
  });
}

/** Keeps an operation that fails: capacity, quotas. */
export function recordFailure(tx: Transaction, targetId: string, operationType: string, error: CloudError): SimResource {
  const region = partOf(targetId, 'regions');
  const place = { region, zone: partOf(targetId, 'zones') };
  return keep(tx, targetId, place, {
    operationType,
    until: null,
    targetNumber: '0',
    endMs: tx.nowMs + tx.paced(failsAfterMs),
    error: { code: error.code, message: error.message, status: error.status, errorDetails: objects(error.details, 'errorDetails') },
  });
}

function keep(tx: Transaction, targetId: string, scope: { readonly region: string | null; readonly zone: string | null }, props: JsonObject): SimResource {
  const name = `operation-${tx.nowMs}-${tx.newId(13)}-${tx.newId(8)}-${tx.newId(8)}`;
  const id = scoped(targetId.split('/')[1] ?? '', scope, name);
  const operation = create(tx, 'operation', id, { ...props, target: targetId, startMs: tx.nowMs });
  tx.schedule({ atMs: tx.nowMs + keptMs, cloud: 'gcp', id, what: forgotten });
  return operation;
}

/** An operation by its name, or by its number in the name's place: clients use either. null: there is none. */
export function findOperation(view: WorldView, id: string): SimResource | null {
  const word = lastName(id);
  if (!/^\d+$/.test(word)) return find(view, 'operation', id);
  const place = id.slice(0, -word.length);
  return view.list('gcp', 'operation').find((operation) => operation.props.id === word && operation.id.startsWith(place)) ?? null;
}

/** Whether an operation is over. A machine's ends with its state: one that never starts never ends. */
export function isDone(view: WorldView, operation: SimResource): boolean {
  const target = find(view, 'instance', text(operation.props, 'target') ?? '');
  const same = target !== null && target.props.id === operation.props.targetNumber;
  switch (text(operation.props, 'until')) {
    case 'started':
      return !same || target.machine?.state !== 'pending';
    case 'stopped':
      return !same || target.machine?.state !== 'stopping';
    case 'gone':
      return !same;
    case null:
    default:
      return view.nowMs >= (whole(operation.props, 'endMs') ?? 0);
  }
}

/** An operation as the API shows it. */
export function operationView(view: WorldView, operation: SimResource): JsonObject {
  const { props } = operation;
  const done = isDone(view, operation);
  const startMs = whole(props, 'startMs') ?? operation.createdAtMs;
  const endMs = Math.max(startMs, Math.min(view.nowMs, whole(props, 'endMs') ?? view.nowMs));
  const project = operation.id.split('/')[1] ?? '';
  const started = done || view.nowMs > startMs;
  const status = done ? 'DONE' : started ? 'RUNNING' : 'PENDING';
  return {
    kind: 'compute#operation',
    id: text(props, 'id') ?? '',
    name: operation.name,
    operationType: text(props, 'operationType') ?? '',
    status,
    progress: done ? 100 : 0,
    user: 'rehearsal@labtui.invalid',
    insertTime: timestamp(startMs),
    ...(started ? { startTime: timestamp(startMs) } : {}),
    ...(done ? { endTime: timestamp(endMs) } : {}),
    targetLink: selfLink(text(props, 'target') ?? ''),
    targetId: text(props, 'targetNumber') ?? '0',
    selfLink: selfLink(operation.id),
    ...(operation.zone === null ? {} : { zone: selfLink(`projects/${project}/zones/${operation.zone}`) }),
    ...(operation.zone === null && operation.region !== null ? { region: selfLink(`projects/${project}/regions/${operation.region}`) } : {}),
    ...(done ? failure(props) : {}),
  };
}

function failure(props: JsonObject): JsonObject {
  const kept = object(props, 'error');
  if (kept === null) return {};
  const details = objects(kept, 'errorDetails');
  const status = whole(kept, 'status') ?? 400;
  return {
    error: { errors: [{ code: text(kept, 'code') ?? '', message: text(kept, 'message') ?? '', ...(details.length === 0 ? {} : { errorDetails: details }) }] },
    httpErrorStatusCode: status,
    httpErrorMessage: status === 403 ? 'FORBIDDEN' : status === 503 ? 'SERVICE UNAVAILABLE' : 'BAD REQUEST',
  };
}
