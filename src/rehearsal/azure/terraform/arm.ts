import { CloudError } from '../../engine/cloud-error.ts';
import type { CallVerb } from '../../engine/call.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { type Attributes, ProviderError } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { callOf } from '../model/call-of.ts';
import { numberAt, textAt } from '../model/fields.ts';
import { checkRegistered } from '../model/registrations.ts';
import { rulesFor } from '../model/resources.ts';
import { failed } from './failures.ts';
import { settingsOf } from './settings.ts';
import { isAttributes, text } from '../../../plugin/attributes.ts';
import { settled } from './values.ts';

/** HashiCorp's SDK asks every ten seconds how far an operation has come. */
const pollMs = 10_000;
const throttledTries = 4;

function url(id: string): string {
  return `${id}?api-version=2024-03-01`;
}

/** A call in this provider's name. A throttled one is tried again after the time that Azure asks for, a few times. */
export async function ask<T>(context: ProviderContext, verb: CallVerb, id: string, work: (tx: Transaction) => T, options: { readonly body?: JsonObject; readonly action?: string } = {}): Promise<T> {
  const { world, caller, signal } = context;
  const call = { ...callOf(verb, id, options.body, options.action), caller };
  for (let tried = 1; ; tried += 1) {
    try {
      return await world.call(call, work);
    } catch (error) {
      if (!(error instanceof CloudError) || error.status !== 429 || tried >= throttledTries) throw error;
      await world.sleep((numberAt(error.details, 'retryAfter') ?? 1) * 1000, signal);
    }
  }
}

/** `30m`, `1h30m` of a `timeouts` block, in ms at real pace. */
function timeoutMs(attributes: Attributes, what: string, usual: number): number {
  const given = isAttributes(attributes.timeouts) ? text(attributes.timeouts, what) : null;
  if (given === null) return usual;
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  return [...given.matchAll(/([\d.]+)(ms|h|m|s)/g)].reduce((sum, [, value, unit]) => sum + Number(value) * (units[unit ?? 's'] ?? 0), 0);
}

/** Waits, one poll after the other, until `probe` gives something; rejects as a Go context does when time or Terraform ends it. */
export async function poll<T>(context: ProviderContext, limitMs: number, probe: () => Promise<T | null>): Promise<T> {
  const { world, signal } = context;
  for (let waited = 0; waited < limitMs; waited += pollMs) {
    await world.sleep(pollMs, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (signal.aborted) throw new Error('context canceled');
    const found = await probe();
    if (found !== null) return found;
  }
  throw new Error('context deadline exceeded');
}

/** Reads a resource's document; null when it is gone. */
export async function readDocument(context: ProviderContext, id: string): Promise<JsonObject | null> {
  try {
    return await ask(context, 'read', id, (view) => rulesFor(id).show(view, id));
  } catch (error) {
    if (error instanceof CloudError && error.status === 404) return null;
    throw error;
  }
}

export interface Creation {
  /** `azurerm_virtual_network`. */
  readonly type: string;
  readonly id: string;
  /** As the provider prints the id: `Virtual Network (Subscription: …)`. */
  readonly label: string;
  /** `creating`. */
  readonly verb: string;
  readonly body: JsonObject;
  readonly planned: Attributes;
}

/** Creates a resource and waits as the provider does. Rejects with a ProviderError in its words. */
export async function create(context: ProviderContext, { type, id, label, verb, body, planned }: Creation): Promise<void> {
  const { persistId, skipImportCheck } = settingsOf(context);
  const rule = rulesFor(id);
  if (!skipImportCheck && (await context.world.read((view: WorldView) => rule.has(view, id)))) throw importNeeded(type, id);
  const step = { method: 'CreateOrUpdate', url: url(id) };
  try {
    await ask(context, 'create', id, (tx) => {
      checkRegistered(tx, id);
      rule.put(tx, id, body);
    }, { body });
  } catch (error) {
    throw failed(error, `${verb} ${label}`, step);
  }
  if (rule.createMs === 0) return;
  try {
    await settle(context, id, timeoutMs(planned, 'create', rule.subject === 'instance' ? 2_700_000 : 1_800_000));
  } catch (error) {
    throw failed(error, `${verb} ${label}`, { ...step, polling: true }, persistId ? { ...settled(planned), id } : null);
  }
}

export function importNeeded(type: string, id: string): ProviderError {
  return new ProviderError({
    severity: 'error',
    summary: `a resource with the ID "${id}" already exists - to be managed via Terraform this resource needs to be imported into the State. Please see the resource documentation for "${type}" for more information`,
  });
}

/** Waits until a resource has settled. */
export async function settle(context: ProviderContext, id: string, limitMs = 1_800_000): Promise<void> {
  await poll(context, limitMs, async () => {
    const document = await readDocument(context, id);
    if (document === null) throw new Error(`the resource ${id} is gone`);
    const state = textAt(document, 'properties', 'provisioningState');
    return state === null || state === 'Succeeded' ? document : null;
  });
}

/** Changes a resource by a PUT or a PATCH and waits. `work` gets the document as it is. */
export async function update(context: ProviderContext, what: string, id: string, work: (tx: Transaction, document: JsonObject) => void, method = 'CreateOrUpdate'): Promise<void> {
  const rule = rulesFor(id);
  try {
    await ask(context, 'update', id, (tx) => work(tx, rule.show(tx, id)));
  } catch (error) {
    throw failed(error, what, { method, url: url(id) });
  }
  if (rule.createMs === 0) return;
  await settle(context, id).catch((error: unknown) => {
    throw failed(error, what, { method, polling: true, url: url(id) });
  });
}

/** Deletes a resource and waits until it is gone. */
export async function remove(context: ProviderContext, what: string, id: string, prior: Attributes): Promise<void> {
  const rule = rulesFor(id);
  const step = { method: 'Delete', url: url(id) };
  try {
    await ask(context, 'delete', id, (tx) => {
      if (rule.has(tx, id)) rule.remove(tx, id);
    });
    if (rule.deleteMs > 0) await poll(context, timeoutMs(prior, 'delete', 2_700_000), async () => ((await context.world.read((view) => rule.has(view, id))) ? null : true));
  } catch (error) {
    throw failed(error, what, step);
  }
}

/** The document for a refresh; null: gone. Rejects with a ProviderError. */
export async function refresh(context: ProviderContext, label: string, id: string): Promise<JsonObject | null> {
  try {
    return await readDocument(context, id);
  } catch (error) {
    throw failed(error, `retrieving ${label}`, { method: null, url: url(id) });
  }
}
