import type { Attributes, ProviderContext } from '../behaviour.ts';
import { complete } from '../plan/complete.ts';
import type { CallName, RequestOf, ResponseOf, WireDiagnostic } from '../wire/messages.ts';
import { applyResource } from './apply-resource.ts';
import { diagnosticOf, wireDiagnostic } from './diagnostics.ts';
import { importResource, planResource, readResource, upgradeState, validateResource } from './resource-calls.ts';
import { decodeBlock } from './resource-value.ts';
import { getMetadata, getProviderSchema } from './schema-calls.ts';
import type { Serving } from './serving.ts';

export type Calls = { readonly [N in CallName]: (request: RequestOf<N>) => Promise<ResponseOf<N>> };

export interface CallOptions extends Omit<Serving, 'context'> {
  readonly surroundings: Pick<ProviderContext, 'world' | 'caller'>;
}

/** Everything that Terraform can ask. What fails answers with a diagnostic: no call rejects, and none ends the process. */
export function createCalls({ behaviour, schema, log, surroundings }: CallOptions): Calls {
  const stop = new AbortController();
  let config: Attributes = {};
  const serving: Serving = { behaviour, schema, log, context: () => ({ ...surroundings, config, signal: stop.signal }) };

  const answering =
    <Q, R extends { readonly diagnostics?: readonly WireDiagnostic[] | undefined }>(handle: (request: Q) => Promise<R>) =>
    (request: Q): Promise<R | { readonly diagnostics: readonly WireDiagnostic[] }> =>
      handle(request).catch((error: unknown) => ({ diagnostics: [wireDiagnostic(diagnosticOf(error, log))] }));

  return {
    GetMetadata: answering(() => getMetadata(serving)),
    GetProviderSchema: answering(() => getProviderSchema(serving)),
    GetResourceIdentitySchemas: () => Promise.resolve({}),
    ValidateProviderConfig: answering(async (request: RequestOf<'ValidateProviderConfig'>) => {
      const given = decodeBlock((await schema()).provider, request.config) ?? {};
      return { diagnostics: (behaviour.validate?.(given) ?? []).map(wireDiagnostic) };
    }),
    ConfigureProvider: answering(async (request: RequestOf<'ConfigureProvider'>) => {
      const { provider } = await schema();
      config = complete(provider, decodeBlock(provider, request.config) ?? {});
      await behaviour.configure?.(serving.context());
      return {};
    }),
    ValidateResourceConfig: answering((request: RequestOf<'ValidateResourceConfig'>) => validateResource(serving, request)),
    UpgradeResourceState: answering((request: RequestOf<'UpgradeResourceState'>) => upgradeState(serving, request)),
    ReadResource: answering((request: RequestOf<'ReadResource'>) => readResource(serving, request)),
    PlanResourceChange: answering((request: RequestOf<'PlanResourceChange'>) => planResource(serving, request)),
    ApplyResourceChange: answering((request: RequestOf<'ApplyResourceChange'>) => applyResource(serving, request)),
    ImportResourceState: answering((request: RequestOf<'ImportResourceState'>) => importResource(serving, request)),
    StopProvider: () => {
      stop.abort();
      return Promise.resolve({});
    },
  };
}
