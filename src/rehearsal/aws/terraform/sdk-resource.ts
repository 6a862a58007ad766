import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import type { Ec2, Ec2View } from '../model/ec2.ts';
import type { Operation } from '../model/operations.ts';
import { askEc2, hasCode } from './ask-ec2.ts';
import { text } from '../../../plugin/attributes.ts';
import { explained, saying, withPartial } from './failures.ts';
import { planTags } from './plan-tags.ts';
import { updateTags } from './tagging.ts';
import { retryWhile } from './waiting.ts';

const deleteTimeoutMs = 5 * 60_000;

/** A resource with an id of the cloud's, made and ended by one call each. */
export interface SdkResource extends Pick<ResourceBehaviour, 'type' | 'defaults' | 'replacedBy' | 'import'> {
  /** As the provider calls it: `EC2 Route Table`. */
  readonly label: string;
  readonly tagged: boolean;
  readonly createOperation: Operation;
  /** Makes it; its id. */
  create(ec2: Ec2, planned: Attributes, context: ProviderContext): string;
  /** What follows its creation or a change of its configuration. */
  settle?(context: ProviderContext, id: string, prior: Attributes | null, planned: Attributes): Promise<void>;
  readonly readOperation: Operation;
  /** null: it is gone. */
  state(ec2: Ec2View, id: string, prior: Attributes, context: ProviderContext): Attributes | null;
  readonly deleteOperation: Operation;
  delete(ec2: Ec2, id: string, prior: Attributes): void;
  /** Codes that say it is gone already. */
  readonly goneCodes: readonly string[];
}

/** The behaviour of such a resource, its failures said as SDKv2 resources of this provider say them. */
export function sdkResource(resource: SdkResource): ResourceBehaviour {
  const { type, label, tagged, createOperation, readOperation, deleteOperation, goneCodes } = resource;
  const read = (id: string, prior: Attributes, context: ProviderContext): Promise<Attributes | null> =>
    saying(`reading ${label} (${id})`, () => askEc2(context, readOperation, { target: id }, (ec2) => resource.state(ec2, id, prior, context)));
  const update: ResourceBehaviour['update'] = async (prior, planned, context) => {
    const id = text(prior, 'id') ?? '';
    await saying(`updating ${label} (${id})`, async () => {
      if (tagged) await updateTags(context, id, prior, planned);
      await resource.settle?.(context, id, prior, planned);
    });
    return (await read(id, planned, context)) ?? planned;
  };
  return {
    type,
    ...(resource.defaults === undefined ? {} : { defaults: resource.defaults }),
    ...(resource.replacedBy === undefined ? {} : { replacedBy: resource.replacedBy }),
    ...(resource.import === undefined ? {} : { import: resource.import }),
    ...(tagged ? { plan: planTags } : {}),
    create: async (planned, context) => {
      const id = await saying(`creating ${label}`, () => askEc2(context, createOperation, {}, (ec2) => resource.create(ec2, planned, context)));
      return withPartial(context, (ec2) => resource.state(ec2, id, planned, context), async () => {
        await saying(`creating ${label}`, async () => resource.settle?.(context, id, null, planned));
        return (await read(id, planned, context)) ?? planned;
      });
    },
    read: (prior, context) => read(text(prior, 'id') ?? '', prior, context),
    ...(tagged || resource.settle !== undefined ? { update } : {}),
    delete: async (prior, context) => {
      const id = text(prior, 'id') ?? '';
      try {
        await retryWhile(context, ['DependencyViolation', 'VolumeInUse', 'InvalidIPAddress.InUse'], deleteTimeoutMs, deleteOperation, () =>
          askEc2(context, deleteOperation, { target: id }, (ec2) => resource.delete(ec2, id, prior)),
        );
      } catch (error) {
        if (!hasCode(error, ...goneCodes)) throw explained(`deleting ${label} (${id})`, error);
      }
    },
  };
}
