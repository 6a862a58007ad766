import type { CloudId } from '../../core/clouds.ts';
import type { ProviderContext as ConfiguredContext, ResourceBehaviour as ResourceOf, ProviderBehaviour as ProviderOf } from '../../plugin/behaviour.ts';
import type { Caller } from '../engine/call.ts';
import type { World } from '../engine/world.ts';

/** What a simulated provider found when it was configured, and where it works. */
export interface ProviderContext extends ConfiguredContext {
  readonly world: World;
  readonly caller: Caller;
}

/** How one resource type of a simulated cloud behaves besides its schema. */
export type ResourceBehaviour = ResourceOf<ProviderContext>;

/** A simulated provider: the schema file of the real one says what there is, this says what it does. */
export interface ProviderBehaviour extends ProviderOf<ProviderContext> {
  readonly cloud: CloudId;
}
