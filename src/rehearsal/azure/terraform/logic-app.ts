import type { Json, JsonObject } from '../../engine/json.ts';
import { type Attributes, ProviderError } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { bool, number, text } from '../../../plugin/attributes.ts';
import { parentId } from '../model/arm-id.ts';
import { isObject, objectAt, present, textAt } from '../model/fields.ts';
import { normalLocation } from '../model/locations.ts';
import { rulesFor } from '../model/resources.ts';
import { importNeeded, readDocument, update } from './arm.ts';
import { armResource } from './arm-resource.ts';
import { failed, problem } from './failures.ts';
import { labelOf } from './ids.ts';
import { block, required, settled, tags, tagsFrom } from './values.ts';

const schema = 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#';
const version = '1.0.0.0';
const title = 'Workflow';
const fields = ['Workflow Name'];

export const logicAppWorkflow = armResource({
  type: 'azurerm_logic_app_workflow',
  armType: 'Microsoft.Logic/workflows',
  title,
  fields,
  defaults: { enabled: true, workflow_schema: schema, workflow_version: version },
  body: (planned, current) => ({
    location: normalLocation(required(planned, 'location')),
    tags: tags(planned),
    identity: { type: text(block(planned, 'identity') ?? {}, 'type') ?? 'None' },
    properties: {
      state: bool(planned, 'enabled') === false ? 'Disabled' : 'Enabled',
      // A PUT of the app alone leaves the triggers and actions that others have put into it.
      definition: current === null ? { $schema: schema, contentVersion: version, triggers: {}, actions: {}, outputs: {} } : objectAt(current, 'properties', 'definition'),
    },
  }),
  state: (document, before) => ({
    location: normalLocation(textAt(document, 'location') ?? ''),
    enabled: textAt(document, 'properties', 'state') === 'Enabled',
    workflow_schema: textAt(document, 'properties', 'definition', '$schema') ?? schema,
    workflow_version: textAt(document, 'properties', 'definition', 'contentVersion') ?? version,
    access_endpoint: 'https://simulated.logic.azure.com',
    connector_endpoint_ip_addresses: [],
    connector_outbound_ip_addresses: [],
    workflow_endpoint_ip_addresses: [],
    workflow_outbound_ip_addresses: [],
    identity: identityOf(document),
    tags: tagsFrom(before, objectAt(document, 'tags')),
  }),
});

function identityOf(document: JsonObject): Attributes['identity'] {
  const identity = objectAt(document, 'identity');
  if (textAt(identity, 'type') === null) return [];
  return [{ type: textAt(identity, 'type'), principal_id: textAt(identity, 'principalId') ?? '', tenant_id: textAt(identity, 'tenantId') ?? '', identity_ids: [] }];
}

interface Part {
  readonly type: string;
  /** `triggers` or `actions` of the definition. */
  readonly section: 'triggers' | 'actions';
  readonly title: string;
  body(planned: Attributes): JsonObject;
  state(found: JsonObject, before: Attributes): Attributes;
}

/** A part of an app's definition, which the provider changes by a PUT of the whole app. */
function definitionPart(of: Part): ResourceBehaviour {
  const label = (app: string): string => labelOf(title, app, fields);
  const write = async (context: ProviderContext, app: string, name: string, part: JsonObject | null): Promise<void> => {
    await update(context, `updating ${of.title} ${JSON.stringify(name)} for ${label(app)}`, app, (tx, document) => rulesFor(app).put(tx, app, withPart(document, of.section, name, part)));
  };
  const read = async (prior: Attributes, context: ProviderContext): Promise<Attributes | null> => {
    const id = text(prior, 'id') ?? '';
    const [app, name] = [parentId(id), id.slice(id.lastIndexOf('/') + 1)];
    try {
      const document = await readDocument(context, app);
      const found = document === null ? undefined : objectAt(document, 'properties', 'definition', of.section)[name];
      return isObject(found) ? { ...settled(prior), id, name, logic_app_id: app, ...of.state(found, prior) } : null;
    } catch (error) {
      throw failed(error, `retrieving ${label(app)}`, { method: null, url: app });
    }
  };
  const put = async (planned: Attributes, context: ProviderContext): Promise<Attributes> => {
    const [app, name] = [required(planned, 'logic_app_id'), required(planned, 'name')];
    await write(context, app, name, of.body(planned));
    const made = await read({ ...planned, id: `${app}/${of.section}/${name}` }, context);
    if (made === null) throw problem(`retrieving ${label(app)}: the ${of.title} is gone`);
    return made;
  };
  return {
    type: of.type,
    async create(planned, context) {
      const [app, name] = [required(planned, 'logic_app_id'), required(planned, 'name')];
      const document = await readDocument(context, app).catch((error: unknown) => {
        throw failed(error, `retrieving ${label(app)}`, { method: null, url: app });
      });
      if (document === null) throw new ProviderError({ severity: 'error', summary: `${label(app)} was not found` });
      if (objectAt(document, 'properties', 'definition', of.section)[name] !== undefined) throw importNeeded(of.type, `${app}/${of.section}/${name}`);
      return put(planned, context);
    },
    read,
    update: (_prior, planned, context) => put(planned, context),
    async delete(prior, context) {
      const id = text(prior, 'id') ?? '';
      const app = parentId(id);
      if (!(await context.world.read((view) => rulesFor(app).has(view, app)))) return;
      await write(context, app, id.slice(id.lastIndexOf('/') + 1), null);
    },
  };
}

function withPart(document: JsonObject, section: Part['section'], name: string, part: JsonObject | null): JsonObject {
  const properties = objectAt(document, 'properties');
  const definition = objectAt(properties, 'definition');
  const { [name]: _, ...others } = objectAt(definition, section);
  const parts: JsonObject = part === null ? others : { ...others, [name]: part };
  return { ...document, properties: { ...properties, definition: { ...definition, [section]: parts } } };
}

export const logicAppRecurrence = definitionPart({
  type: 'azurerm_logic_app_trigger_recurrence',
  section: 'triggers',
  title: 'Trigger',
  body: (planned) => ({
    type: 'Recurrence',
    recurrence: present({ frequency: required(planned, 'frequency'), interval: number(planned, 'interval') ?? 1, startTime: text(planned, 'start_time'), timeZone: text(planned, 'time_zone') }),
  }),
  state: (found, before) => ({
    frequency: textAt(found, 'recurrence', 'frequency'),
    interval: numberIn(found),
    start_time: textAt(found, 'recurrence', 'startTime'),
    time_zone: textAt(found, 'recurrence', 'timeZone') ?? '',
    schedule: before.schedule ?? [],
  }),
});

export const logicAppAction = definitionPart({
  type: 'azurerm_logic_app_action_custom',
  section: 'actions',
  title: 'Action',
  body: (planned) => parsed(required(planned, 'body')),
  // Another spelling of the same JSON is no change.
  state: (found, before) => ({ body: sameJson(text(before, 'body'), found) ? text(before, 'body') : JSON.stringify(found) }),
});

function numberIn(found: JsonObject): number {
  const interval = objectAt(found, 'recurrence').interval;
  return typeof interval === 'number' ? interval : 1;
}

function parsed(body: string): JsonObject {
  const value = JSON.parse(body) as Json;
  return isObject(value) ? value : {};
}

function sameJson(before: string | null, found: JsonObject): boolean {
  return before !== null && JSON.stringify(parsed(before)) === JSON.stringify(found);
}
