import type { JsonObject } from '../../engine/json.ts';
import type { Attributes, Planning, ProviderDiagnostic } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { resourceId } from '../model/arm-id.ts';
import { rulesFor } from '../model/resources.ts';
import { create, refresh, remove, update } from './arm.ts';
import { problem } from './failures.ts';
import { importOf, labelOf, ownId } from './ids.ts';
import { settingsOf } from './settings.ts';
import { groupName } from './validation.ts';
import { required, settled } from './values.ts';

/** An ordinary resource of Azure's: a PUT makes and changes it, a GET reads it, a DELETE ends it. */
export interface ArmResource {
  readonly type: string;
  /** `Microsoft.Network/virtualNetworks`. */
  readonly armType: string;
  /** `Virtual Network`, as the provider's messages call it. */
  readonly title: string;
  /** Attributes with the names in its id, outermost first. @default ['name'] */
  readonly nameFrom?: readonly string[];
  /** Those names as the messages call them. */
  readonly fields: readonly string[];
  /** @default 'creating' */
  readonly creating?: string;
  readonly defaults?: Attributes;
  readonly replacedBy?: readonly string[];
  plan?(planning: Planning, context: ProviderContext): Attributes;
  validate?(config: Attributes): readonly ProviderDiagnostic[];
  /** The body of a PUT; `current` is the document as it is, when it changes. */
  body(planned: Attributes, current: JsonObject | null): JsonObject;
  /** Attributes as the document has them. */
  state(document: JsonObject, before: Attributes): Attributes;
}

export function armResource(of: ArmResource): ResourceBehaviour {
  const nameFrom = of.nameFrom ?? ['name'];
  const label = (id: string): string => labelOf(of.title, id, of.fields);
  const state = async (context: ProviderContext, id: string, before: Attributes): Promise<Attributes | null> => {
    const document = await refresh(context, label(id), id);
    if (document === null) return null;
    const { group, names } = ownId({ id });
    const own = Object.fromEntries(nameFrom.map((name, index) => [name, names[index] ?? null]));
    return { ...settled(before), id, resource_group_name: group, ...own, ...of.state(document, before) };
  };
  const there = async (context: ProviderContext, id: string, before: Attributes): Promise<Attributes> => {
    const found = await state(context, id, before);
    if (found === null) throw problem(`retrieving ${label(id)}: unexpected status 404 (404 Not Found) with error: ResourceNotFound: it was deleted outside of Terraform`);
    return found;
  };
  return {
    type: of.type,
    ...(of.defaults === undefined ? {} : { defaults: of.defaults }),
    ...(of.replacedBy === undefined ? {} : { replacedBy: of.replacedBy }),
    ...(of.plan === undefined ? {} : { plan: (planning, context) => of.plan?.(planning, context) ?? planning.planned }),
    validate: (config) => [...groupName(config), ...(of.validate?.(config) ?? [])],
    import: importOf(of.armType, of.title),
    async create(planned, context) {
      const { subscription } = settingsOf(context);
      const id = resourceId(subscription, required(planned, 'resource_group_name'), of.armType, ...nameFrom.map((name) => required(planned, name)));
      await create(context, { type: of.type, id, label: label(id), verb: of.creating ?? 'creating', body: of.body(planned, null), planned });
      return await there(context, id, planned);
    },
    read: (prior, context) => state(context, ownId(prior).id, prior),
    async update(prior, planned, context) {
      const { id } = ownId(prior);
      await update(context, `updating ${label(id)}`, id, (tx, document) => rulesFor(id).put(tx, id, of.body(planned, document)));
      return await there(context, id, planned);
    },
    async delete(prior, context) {
      const { id } = ownId(prior);
      await remove(context, `deleting ${label(id)}`, id, prior);
    },
  };
}
