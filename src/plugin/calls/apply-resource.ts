import { type Attributes, type ProviderDiagnostic, ProviderError } from '../behaviour.ts';
import { complete } from '../plan/complete.ts';
import { inconsistencies } from '../plan/consistency.ts';
import type { BlockSchema } from '../schema/block-schema.ts';
import { isMap, withoutUnknown } from '../value/value-kinds.ts';
import type { RequestOf, ResponseOf } from '../wire/messages.ts';
import { diagnosticOf, wireDiagnostic } from './diagnostics.ts';
import { decodeBlock, encodeBlock } from './resource-value.ts';
import { type ServedResource, servedResource, type Serving } from './serving.ts';

interface Applied {
  /** null: it does not exist. */
  readonly state: Attributes | null;
  readonly problems: readonly ProviderDiagnostic[];
}

/** Creates, updates or deletes. Whatever fails, the answer has what exists: Terraform forgets what it is not told. */
export async function applyResource(serving: Serving, request: RequestOf<'ApplyResourceChange'>): Promise<ResponseOf<'ApplyResourceChange'>> {
  const resource = await servedResource(serving, request.typeName);
  const { block } = resource.schema;
  const prior = decodeBlock(block, request.priorState);
  const planned = decodeBlock(block, request.plannedState);
  const config = complete(block, decodeBlock(block, request.config) ?? {});
  const { state, problems } = planned === null ? await remove(serving, resource, prior) : await change(serving, resource, { prior, planned, config });
  return {
    newState: encodeBlock(block, state),
    private: request.plannedPrivate,
    diagnostics: problems.map(wireDiagnostic),
    legacyTypeSystem: true,
  };
}

async function remove(serving: Serving, { behaviour }: ServedResource, prior: Attributes | null): Promise<Applied> {
  if (prior === null) return { state: null, problems: [] };
  try {
    await behaviour.delete(prior, serving.context());
    return { state: null, problems: [] };
  } catch (error) {
    return failed(serving, error, prior);
  }
}

interface Change {
  readonly prior: Attributes | null;
  readonly planned: Attributes;
  readonly config: Attributes;
}

async function change(serving: Serving, { schema: { block }, behaviour }: ServedResource, { prior, planned, config }: Change): Promise<Applied> {
  const context = serving.context();
  try {
    // Without an update of its own only timeouts can change: everything else was planned as a replacement.
    const made = prior === null ? await behaviour.create(planned, context, config) : ((await behaviour.update?.(prior, planned, context, config)) ?? planned);
    const state = complete(block, { ...planned, ...made });
    const problems = inconsistencies(block.type, planned, state).map(({ path, problem }) => bug(serving.title, path, problem));
    return { state: known(state), problems };
  } catch (error) {
    const applied = failed(serving, error, prior);
    return { ...applied, state: applied.state === null ? null : whole(block, prior ?? planned, applied.state) };
  }
}

/** The operation failed: what it says is left, else what there was before. */
function failed(serving: Serving, error: unknown, prior: Attributes | null): Applied {
  const partial = error instanceof ProviderError ? error.partial : null;
  return { state: partial ?? prior, problems: [diagnosticOf(error, serving)] };
}

/** What a partial state does not say is as planned, as far as it was known. */
const whole = (block: BlockSchema, before: Attributes, partial: Attributes): Attributes => known(complete(block, { ...before, ...partial }));

function known(state: Attributes): Attributes {
  const value = withoutUnknown(state);
  return isMap(value) ? value : {};
}

const bug = (title: string, path: readonly (string | number)[], problem: string): ProviderDiagnostic => ({
  severity: 'error',
  summary: 'Provider produced an inconsistent result after apply',
  detail: `This is a bug in labtui's ${title}. ${path.join('.')}: ${problem}.`,
  path,
});
