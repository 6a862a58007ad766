import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { isObject, objectAt, present, textAt } from './fields.ts';
import { document, find, get, kept, propertiesOf } from './kept.ts';
import { checkLocation } from './locations.ts';
import { requireGroup } from './resource-groups.ts';
import { simulatedTenant, uuidOf } from './subscription.ts';
import type { TypeRules } from './type-rules.ts';

const type = 'Microsoft.Logic/workflows';

/** The timer of a logic app whose recurrence is due. */
export const recurrenceTimer = 'recurrence';

const hourMs = 3_600_000;

function shown(app: SimResource): JsonObject {
  return document(app, { provisioningState: 'Succeeded', ...propertiesOf(app) });
}

/** Consumption logic apps: a definition with triggers and actions, and an identity of their own. */
export const logicApps: TypeRules = {
  type,
  subject: 'other',
  createMs: 0,
  deleteMs: 0,
  has: (view, id) => find(view, id) !== null,
  put(tx, id, body) {
    requireGroup(tx, id);
    const location = checkLocation(tx, textAt(body, 'location'), type);
    const before = find(tx, id);
    const given = objectAt(body, 'properties');
    const properties = { state: textAt(given, 'state') ?? 'Enabled', definition: objectAt(given, 'definition'), parameters: objectAt(given, 'parameters') };
    const identity = textAt(body, 'identity', 'type') === 'SystemAssigned' ? systemIdentity(tx, before) : null;
    const after = kept(tx, { id, kind: 'workflows', location, body, properties, more: { identity } });
    tx.put(after);
    scheduleNext(tx, after);
  },
  show: (view, id) => shown(get(view, id)),
  remove(tx, id) {
    const app = find(tx, id);
    if (app !== null) tx.remove('azure', app.id);
  },
  list: (view) => view.list('azure', 'workflows').map(shown),
};

function systemIdentity(tx: Transaction, before: SimResource | null): JsonObject {
  const known = objectAt(before?.props, 'identity');
  if (textAt(known, 'principalId') !== null) return known;
  return { type: 'SystemAssigned', principalId: uuidOf(tx.newId(32)), tenantId: simulatedTenant };
}

/** The next time of its recurrence: at its start, then every hour. Others are not simulated. */
export function scheduleNext(tx: Transaction, app: SimResource): void {
  tx.cancel('azure', app.id, recurrenceTimer);
  const properties = propertiesOf(app);
  if (textAt(properties, 'state') !== 'Enabled') return;
  const starts = Object.values(objectAt(properties, 'definition', 'triggers')).flatMap((trigger) => {
    const start = Date.parse(textAt(trigger, 'recurrence', 'startTime') ?? '');
    return Number.isNaN(start) ? [] : [start];
  });
  if (starts.length === 0) return;
  const firstMs = Math.min(...starts);
  const atMs = firstMs > tx.nowMs ? firstMs : firstMs + Math.ceil((tx.nowMs - firstMs + 1) / hourMs) * hourMs;
  tx.schedule({ cloud: 'azure', id: app.id, what: recurrenceTimer, atMs });
}

/** What it deletes when it runs, as paths of Resource Manager. */
export function deletedBy(app: SimResource): readonly string[] {
  return Object.values(objectAt(propertiesOf(app), 'definition', 'actions')).flatMap((action) => {
    const inputs = isObject(action) ? objectAt(action, 'inputs') : {};
    const uri = textAt(inputs, 'uri') ?? '';
    const isDelete = textAt(inputs, 'method') === 'DELETE' && textAt(inputs, 'authentication', 'type') === 'ManagedServiceIdentity';
    return isDelete && URL.canParse(uri) ? [new URL(uri).pathname] : [];
  });
}

export function principalOf(app: SimResource): string | null {
  return textAt(present(app.props), 'identity', 'principalId');
}
