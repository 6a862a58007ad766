import { type Attributes, type ProviderDiagnostic, ProviderError } from '../behaviour.ts';
import { complete } from '../plan/complete.ts';
import { planChange } from '../plan/plan-change.ts';
import type { BlockSchema } from '../schema/block-schema.ts';
import { decodeJson } from '../value/dynamic-value.ts';
import { ValueError } from '../value/value-error.ts';
import { isMap } from '../value/value-kinds.ts';
import type { RequestOf, ResponseOf } from '../wire/messages.ts';
import { diagnosticOf, wireDiagnostic, wirePath } from './diagnostics.ts';
import { decodeBlock, encodeBlock } from './resource-value.ts';
import { servedResource, type Serving } from './serving.ts';
import { countBlocks } from './validation.ts';

export async function validateResource(serving: Serving, { typeName, config }: RequestOf<'ValidateResourceConfig'>): Promise<ResponseOf<'ValidateResourceConfig'>> {
  const { schema, behaviour } = await servedResource(serving, typeName);
  const given = decodeBlock(schema.block, config) ?? {};
  const problems: readonly ProviderDiagnostic[] = [...countBlocks(schema.block, given), ...(behaviour.validate?.(given) ?? [])];
  return { diagnostics: problems.map(wireDiagnostic) };
}

/** The state as the state file has it, by today's schema: attributes that went are dropped, those that came are null. */
export async function upgradeState(serving: Serving, { typeName, rawState }: RequestOf<'UpgradeResourceState'>): Promise<ResponseOf<'UpgradeResourceState'>> {
  const { schema } = await servedResource(serving, typeName);
  const state = rawState?.json === undefined ? null : decodeJson(schema.block.type, rawState.json);
  if (state !== null && !isMap(state)) throw new ValueError('an object was expected', []);
  return { upgradedState: encodeBlock(schema.block, state) };
}

export async function readResource(serving: Serving, { typeName, currentState, private: kept }: RequestOf<'ReadResource'>): Promise<ResponseOf<'ReadResource'>> {
  const { schema, behaviour } = await servedResource(serving, typeName);
  const prior = decodeBlock(schema.block, currentState);
  if (prior === null) return { newState: encodeBlock(schema.block, null), private: kept };
  try {
    const found = await behaviour.read(prior, serving.context());
    return { newState: encodeBlock(schema.block, found === null ? null : withUnsaid(schema.block, prior, found)), private: kept };
  } catch (error) {
    // Without a state Terraform would take the resource for gone.
    return { newState: currentState, private: kept, diagnostics: [wireDiagnostic(diagnosticOf(error, serving))] };
  }
}

export async function planResource(serving: Serving, request: RequestOf<'PlanResourceChange'>): Promise<ResponseOf<'PlanResourceChange'>> {
  const { schema, behaviour } = await servedResource(serving, request.typeName);
  const { block } = schema;
  // A destruction: nothing to work out, and nothing may be planned but nothing.
  if (decodeBlock(block, request.proposedNewState) === null) return { plannedState: encodeBlock(block, null), plannedPrivate: request.priorPrivate };
  const config = complete(block, decodeBlock(block, request.config) ?? {});
  const prior = decodeBlock(block, request.priorState);
  const { planned, requiresReplace } = planChange(schema, behaviour, { config, prior }, serving.context());
  return {
    plannedState: encodeBlock(block, planned),
    requiresReplace: requiresReplace.map((path) => wirePath(path)),
    plannedPrivate: request.priorPrivate,
    // The providers that the rehearsal stands in for are of the old SDK: it plans defaults that no computed flag announces.
    legacyTypeSystem: true,
  };
}

export async function importResource(serving: Serving, { typeName, id }: RequestOf<'ImportResourceState'>): Promise<ResponseOf<'ImportResourceState'>> {
  const { schema, behaviour } = await servedResource(serving, typeName);
  if (!('id' in schema.block.attributes) && behaviour.import === undefined) {
    throw new ProviderError({ severity: 'error', summary: `resource ${typeName} doesn't support import` });
  }
  const state = (await behaviour.import?.(id, serving.context())) ?? { id };
  return { importedResources: [{ typeName, state: encodeBlock(schema.block, state) }] };
}

/** What a behaviour leaves out stays as it was. */
const withUnsaid = (block: BlockSchema, before: Attributes, after: Attributes): Attributes => complete(block, { ...before, ...after });
