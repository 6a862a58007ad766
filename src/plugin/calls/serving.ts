import { type ProviderBehaviour, type ProviderContext, type ProviderDiagnostic, ProviderError, type ResourceBehaviour } from '../behaviour.ts';
import type { ProviderSchema, ResourceSchema } from '../schema/block-schema.ts';

/** What the calls of one provider process work with. The context is what the behaviour asks for: createCalls sees to it. */
export interface Serving {
  readonly behaviour: ProviderBehaviour;
  readonly schema: () => Promise<ProviderSchema>;
  /** As configured; before that with an empty configuration. */
  readonly context: () => ProviderContext;
  /** How messages call the provider: `simulated provider aws`. */
  readonly title: string;
  /** A failure in the provider's words; null: it is not one that it knows. */
  readonly describe: (error: unknown) => ProviderDiagnostic | null;
  /** Terraform's log. */
  readonly log: (text: string) => void;
}

export interface ServedResource {
  readonly schema: ResourceSchema;
  readonly behaviour: ResourceBehaviour;
}

/** A resource type that Terraform named. Rejects where it is not served: a simulated provider's schema has more than the behaviour. */
export async function servedResource(serving: Serving, type: string): Promise<ServedResource> {
  const schema = (await serving.schema()).resources[type];
  const behaviour = serving.behaviour.resources.find((resource) => resource.type === type);
  if (schema === undefined || behaviour === undefined) {
    throw new ProviderError({ severity: 'error', summary: `labtui's ${serving.title} has no ${type}`, detail: 'It has the resources that labtui itself makes.' });
  }
  return { schema, behaviour };
}
