import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { ec2Arn } from '../model/account.ts';
import { deleteKeyPair, findKeyPair, importKeyPair } from '../model/key-pairs.ts';
import { text as prop } from '../model/props.ts';
import type { Ec2View } from '../model/ec2.ts';
import { askEc2 } from './ask-ec2.ts';
import { text } from '../../../plugin/attributes.ts';
import { saying, withPartial } from './failures.ts';
import { planTags } from './plan-tags.ts';
import { prefixOf } from './security-group.ts';
import { allTags, tagAttributes, updateTags } from './tagging.ts';
import { uniqueName } from './unique-name.ts';

export const keyPairBehaviour: ResourceBehaviour = {
  type: 'aws_key_pair',
  replacedBy: ['key_name_prefix'],
  plan: planTags,
  create: async (planned, context) => {
    const name = text(planned, 'key_name') ?? uniqueName(text(planned, 'key_name_prefix') ?? undefined);
    const publicKey = text(planned, 'public_key') ?? '';
    await saying(`importing EC2 Key Pair (${name})`, () =>
      askEc2(context, 'ImportKeyPair', { target: name, params: { name } }, (ec2) => importKeyPair(ec2, { name, publicKey, tags: allTags(context, planned) })),
    );
    return withPartial(context, (ec2) => state(ec2, context, name, planned), async () => (await read(name, planned, context)) ?? planned);
  },
  read: (prior, context) => read(text(prior, 'id') ?? '', prior, context),
  update: async (prior, planned, context) => {
    const name = text(prior, 'id') ?? '';
    await saying(`updating EC2 Key Pair (${name})`, () => updateTags(context, text(prior, 'key_pair_id') ?? '', prior, planned));
    return (await read(name, planned, context)) ?? planned;
  },
  delete: async (prior, context) => {
    const name = text(prior, 'id') ?? '';
    await saying(`deleting EC2 Key Pair (${name})`, () => askEc2(context, 'DeleteKeyPair', { target: name }, (ec2) => void deleteKeyPair(ec2, name)));
  },
};

function read(name: string, prior: Attributes, context: ProviderContext): Promise<Attributes | null> {
  return saying(`reading EC2 Key Pair (${name})`, () => askEc2(context, 'DescribeKeyPairs', { target: name }, (ec2) => state(ec2, context, name, prior)));
}

/** EC2 does not give the public key back with its comment: the state keeps the configuration's. */
function state(ec2: Ec2View, context: ProviderContext, name: string, prior: Attributes): Attributes | null {
  const pair = findKeyPair(ec2, name);
  if (pair === null) return null;
  return {
    id: name,
    arn: ec2Arn(ec2.region, 'key-pair', name),
    key_name: name,
    key_name_prefix: prefixOf(name),
    key_pair_id: pair.id,
    key_type: prop(pair, 'keyType'),
    fingerprint: prop(pair, 'fingerprint'),
    public_key: prior.public_key ?? null,
    ...tagAttributes(context, pair, prior),
  };
}
