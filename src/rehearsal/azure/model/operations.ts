import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { textAt } from './fields.ts';
import { find } from './kept.ts';
import { refused } from './refuse.ts';
import { rulesFor } from './resources.ts';
import { uuidOf } from './subscription.ts';

/** What an operation waits for: the resource is there and settled, or it is gone. */
export type Goal = 'settled' | 'gone';

/** The timer of an operation that nobody asks for any more. */
export const operationTimer = 'forgotten';

/** Starts a long-running operation; `provider`: `Microsoft.Compute`. Returns its path, without a host. */
export function startOperation(tx: Transaction, options: { readonly subscription: string; readonly provider: string; readonly location: string; readonly target: string; readonly goal: Goal }): string {
  const { subscription, provider, location, target, goal } = options;
  const name = uuidOf(tx.newId(32));
  const id = `/subscriptions/${subscription}/providers/${provider}/locations/${location}/operations/${name}`;
  tx.put({ cloud: 'azure', kind: 'operations', id, name, region: location, zone: null, tags: {}, createdAtMs: tx.nowMs, props: { target, goal } });
  tx.schedule({ cloud: 'azure', id, what: operationTimer, atMs: tx.nowMs + tx.paced(3_600_000) });
  return id;
}

function isDone(view: WorldView, operation: SimResource): boolean {
  const target = textAt(operation.props, 'target') ?? '';
  const rule = rulesFor(target);
  const there = rule.has(view, target);
  if (textAt(operation.props, 'goal') === 'gone' || !there) return !there;
  const state = textAt(rule.show(view, target), 'properties', 'provisioningState') ?? 'Succeeded';
  // A machine being deleted has settled whatever came before.
  return state === 'Succeeded' || state === 'Deleting';
}

/** An operation as its URL answers; throws Azure's 404 for one that is unknown. */
export function operationStatus(view: WorldView, id: string): JsonObject & { readonly status: string } {
  const operation = find(view, id);
  if (operation?.kind !== 'operations') throw refused(404, 'NotFound', 'The entity was not found.');
  const done = isDone(view, operation);
  return {
    startTime: new Date(operation.createdAtMs).toISOString(),
    ...(done ? { endTime: new Date(view.nowMs).toISOString() } : {}),
    status: done ? 'Succeeded' : 'InProgress',
    name: operation.name ?? '',
  };
}
