import type { Attributes, ProviderBehaviour, ProviderContext } from '../behaviour.ts';
import { complete } from '../plan/complete.ts';
import type { CallName, RequestOf, ResponseOf, WireDiagnostic } from '../wire/messages.ts';
import { applyResource } from './apply-resource.ts';
import { diagnosticOf, wireDiagnostic } from './diagnostics.ts';
import { importResource, planResource, readResource, upgradeState, validateResource } from './resource-calls.ts';
import { decodeBlock } from './resource-value.ts';
import { getMetadata, getProviderSchema } from './schema-calls.ts';
import type { Serving } from './serving.ts';

export type Calls = { readonly [N in CallName]: (request: RequestOf<N>) => Promise<ResponseOf<N>> };

export interface CallOptions<Context extends ProviderContext> extends Omit<Serving, 'context' | 'behaviour'> {
  readonly behaviour: ProviderBehaviour<Context>;
  readonly contextOf: (configured: ProviderContext) => Context;
}

/** Everything that Terraform can ask. What fails answers with a diagnostic: no call rejects, and none ends the process. */
export function createCalls<Context extends ProviderContext>({ behaviour, contextOf, ...rest }: CallOptions<Context>): Calls {
  const stop = new AbortController();
  let config: Attributes = {};
  const context = (): Context => contextOf({ config, signal: stop.signal });
  const serving: Serving = { ...rest, behaviour, context };
  const { schema } = rest;

  const answering =
    <Q, R extends { readonly diagnostics?: readonly WireDiagnostic[] | undefined }>(handle: (request: Q) => Promise<R>) =>
    (request: Q): Promise<R | { readonly diagnostics: readonly WireDiagnostic[] }> =>
      handle(request).catch((error: unknown) => ({ diagnostics: [wireDiagnostic(diagnosticOf(error, serving))] }));

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
      await behaviour.configure?.(context());
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
