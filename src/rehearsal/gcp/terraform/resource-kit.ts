import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { type Attributes, ProviderError } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { computeCall } from '../model/calls.ts';
import type { Kind } from '../model/kept.ts';
import { isName, nameRule, partOf, resolveId } from '../model/names.ts';
import type { Pending } from '../model/pending.ts';
import { CloudError } from '../../engine/cloud-error.ts';
import { change, readResource, timeoutMs } from './compute-client.ts';
import { providerError } from './errors.ts';
import { refresh, settleAttributes } from './settle.ts';
import { text as textOf } from '../../../plugin/attributes.ts';

/** One of the resources whose code Google generates: they all create, wait, read and word their errors the same way. */
export interface GeneratedResource {
  readonly type: string;
  readonly kind: Kind;
  readonly collection: string;
  /** `Network`, `Subnetwork`: as the provider's errors name it. */
  readonly title: string;
  /** Where it will be. */
  id(attributes: Attributes, context: ProviderContext): string;
  /** The request, from the attributes. */
  toBody(planned: Attributes, context: ProviderContext): JsonObject;
  insert(tx: Transaction, id: string, body: JsonObject): Pending;
  remove(tx: Transaction, id: string): Pending;
  /** Attributes, from the answer. */
  toAttributes(tx: Transaction, resource: SimResource, prior: Attributes): Attributes;
}

/** Create, read, delete and import of a generated resource. */
export function generated(resource: GeneratedResource): Pick<ResourceBehaviour, 'create' | 'read' | 'delete' | 'import' | 'validate'> {
  const { collection, kind, title } = resource;
  const read = (id: string, prior: Attributes, context: ProviderContext): Promise<Attributes | null> =>
    readResource(context, computeCall(context.caller, collection, 'get', id), kind, id, (tx, found) => resource.toAttributes(tx, found, prior)).catch((error: unknown) => {
      throw error instanceof CloudError ? providerError(`Error when reading or editing ${title} "${id}": googleapi: Error ${error.status}: ${error.message}, ${error.code}`, error) : error;
    });
  return {
    validate: (config) => (textOf(config, 'name') === null || isName(textOf(config, 'name') ?? '') ? [] : [badName(textOf(config, 'name') ?? '')]),
    async create(planned, context) {
      const id = resource.id(planned, context);
      const name = textOf(planned, 'name') ?? '';
      await change(context, computeCall(context.caller, collection, 'insert', id, { name }), (tx) => resource.insert(tx, id, resource.toBody(planned, context)), {
        wording: { creating: `Error creating ${title}`, waiting: `Error waiting to create ${title}: Error waiting for Creating ${title}` },
        request: { method: 'Post', path: id.replace(/\/[^/]+$/, '') },
        timeoutMs: timeoutMs(planned, 'create'),
      });
      const actual = await read(id, planned, context);
      if (actual === null) throw providerError(`Error when reading or editing ${title} "${id}": it vanished while it was being created`);
      return settleAttributes(planned, { id, ...actual });
    },
    async read(prior, context) {
      const id = textOf(prior, 'id') ?? '';
      const actual = await read(id, prior, context);
      return actual === null ? null : refresh(prior, actual);
    },
    async delete(prior, context) {
      const id = textOf(prior, 'id') ?? '';
      await change(context, computeCall(context.caller, collection, 'delete', id), (tx) => resource.remove(tx, id), {
        wording: { creating: `Error when reading or editing ${title}`, waiting: `Error waiting for Deleting ${title}` },
        request: { method: 'Delete', path: id },
        timeoutMs: timeoutMs(prior, 'delete'),
      }).catch(ignoreMissing);
    },
    import: async (given, context) => Promise.resolve({ id: importId(resource, given, context) }),
  };
}

/** A resource that is gone already needs no deleting. */
export function ignoreMissing(error: unknown): null {
  if (error instanceof ProviderError && error.cause instanceof CloudError && error.cause.code === 'notFound') return null;
  throw error;
}

/** An in-place change of a generated resource, in its words. */
export async function patch(context: ProviderContext, resource: GeneratedResource, id: string, method: string, prior: Attributes, work: (tx: Transaction) => Pending): Promise<void> {
  await change(context, computeCall(context.caller, resource.collection, method, id), work, {
    wording: { creating: `Error updating ${resource.title} "${id}"`, waiting: `Error waiting for Updating ${resource.title}` },
    request: { method: 'Patch', path: id },
    timeoutMs: timeoutMs(prior, 'update'),
  });
}

/** The state after an in-place change. */
export async function afterUpdate(context: ProviderContext, resource: GeneratedResource, id: string, planned: Attributes): Promise<Attributes> {
  const actual = await readResource(context, computeCall(context.caller, resource.collection, 'get', id), resource.kind, id, (tx, found) => resource.toAttributes(tx, found, planned));
  return settleAttributes(planned, { id, ...(actual ?? {}) });
}

const badName = (name: string) => ({ severity: 'error' as const, summary: `"name" ("${name}") doesn't match regexp "^${nameRule}$"`, path: ['name'] });

/** `projects/p/...`, `p/region/name`, `region/name` or `name`. */
function importId(resource: GeneratedResource, given: string, context: ProviderContext): string {
  const { collection } = resource;
  if (given.startsWith('projects/')) return given;
  const parts = given.split('/');
  const name = parts.at(-1) ?? '';
  const usual = resource.id({ name }, context);
  if (parts.length === 1) return usual;
  const isGlobal = partOf(usual, 'zones') === null && partOf(usual, 'regions') === null;
  const project = isGlobal ? parts[0] : (parts[parts.length - 3] ?? partOf(usual, 'projects'));
  const place = isGlobal ? '' : (parts[parts.length - 2] ?? '');
  const scope = { project: project ?? '', region: place, zone: place };
  return collection === 'networks' || collection === 'subnetworks' || collection === 'firewalls' || collection === 'addresses' || collection === 'disks'
    ? resolveId(name, collection, scope)
    : usual;
}
