import { type ProviderBehaviour, type ProviderContext, ProviderError, type ResourceBehaviour } from '../behaviour.ts';
import type { ProviderSchema, ResourceSchema } from '../schema/block-schema.ts';

/** What the calls of one provider process work with. */
export interface Serving {
  readonly behaviour: ProviderBehaviour;
  readonly schema: () => Promise<ProviderSchema>;
  /** As configured; before that with an empty configuration. */
  readonly context: () => ProviderContext;
  /** Terraform's log. */
  readonly log: (text: string) => void;
}

export interface ServedResource {
  readonly schema: ResourceSchema;
  readonly behaviour: ResourceBehaviour;
}

/** A resource type that Terraform named. Rejects where it is not simulated: the schema has more than the behaviour. */
export async function servedResource(serving: Serving, type: string): Promise<ServedResource> {
  const schema = (await serving.schema()).resources[type];
  const behaviour = serving.behaviour.resources.find((resource) => resource.type === type);
  if (schema === undefined || behaviour === undefined) {
    throw new ProviderError({ severity: 'error', summary: `${type} is not simulated`, detail: 'A rehearsal has the resources that labtui itself makes.' });
  }
  return { schema, behaviour };
}
