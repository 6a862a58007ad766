import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { accountId, ec2Arn } from '../model/account.ts';
import { type Ec2View, find } from '../model/ec2.ts';
import { attachInternetGateway, createInternetGateway, deleteInternetGateway, detachInternetGateway } from '../model/internet-gateways.ts';
import { text as prop } from '../model/props.ts';
import { askEc2, hasCode } from './ask-ec2.ts';
import { text } from '../../../plugin/attributes.ts';
import { explained, saying, withPartial } from './failures.ts';
import { planTags } from './plan-tags.ts';
import { allTags, tagAttributes, updateTags } from './tagging.ts';
import { retryWhile } from './waiting.ts';

const timeoutMs = 20 * 60_000;

export const internetGatewayBehaviour: ResourceBehaviour = {
  type: 'aws_internet_gateway',
  plan: planTags,
  create: async (planned, context) => {
    const gateway = await saying('creating EC2 Internet Gateway', () => askEc2(context, 'CreateInternetGateway', {}, (ec2) => createInternetGateway(ec2, allTags(context, planned))));
    return withPartial(context, (ec2) => state(ec2, context, gateway.id, planned), async () => {
      const vpcId = text(planned, 'vpc_id');
      if (vpcId !== null) await saying('creating EC2 Internet Gateway', () => attach(context, gateway.id, vpcId));
      return (await read(gateway.id, planned, context)) ?? planned;
    });
  },
  read: (prior, context) => read(text(prior, 'id') ?? '', prior, context),
  update: async (prior, planned, context) => {
    const id = text(prior, 'id') ?? '';
    return saying(`updating EC2 Internet Gateway (${id})`, async () => {
      const [from, to] = [text(prior, 'vpc_id'), text(planned, 'vpc_id')];
      if (from !== to) {
        if (from !== null) await detach(context, id, from);
        if (to !== null) await attach(context, id, to);
      }
      await updateTags(context, id, prior, planned);
      return (await read(id, planned, context)) ?? planned;
    });
  },
  delete: async (prior, context) => {
    const id = text(prior, 'id') ?? '';
    const vpcId = text(prior, 'vpc_id');
    if (vpcId !== null) await detach(context, id, vpcId);
    try {
      await retryWhile(context, ['DependencyViolation'], timeoutMs, 'DeleteInternetGateway', () =>
        askEc2(context, 'DeleteInternetGateway', { target: id }, (ec2) => deleteInternetGateway(ec2, id)),
      );
    } catch (error) {
      if (!hasCode(error, 'InvalidInternetGatewayID.NotFound')) throw explained(`deleting EC2 Internet Gateway (${id})`, error);
    }
  },
};

function attach(context: ProviderContext, id: string, vpcId: string): Promise<unknown> {
  return saying(`attaching EC2 Internet Gateway (${id}) to VPC (${vpcId})`, () =>
    askEc2(context, 'AttachInternetGateway', { target: id, params: { vpcId } }, (ec2) => attachInternetGateway(ec2, id, vpcId)),
  );
}

async function detach(context: ProviderContext, id: string, vpcId: string): Promise<void> {
  try {
    await retryWhile(context, ['DependencyViolation'], timeoutMs, 'DetachInternetGateway', () =>
      askEc2(context, 'DetachInternetGateway', { target: id, params: { vpcId } }, (ec2) => detachInternetGateway(ec2, id, vpcId)),
    );
  } catch (error) {
    if (!hasCode(error, 'Gateway.NotAttached', 'InvalidInternetGatewayID.NotFound')) throw explained(`detaching EC2 Internet Gateway (${id}) from VPC (${vpcId})`, error);
  }
}

function read(id: string, prior: Attributes, context: ProviderContext): Promise<Attributes | null> {
  return saying(`reading EC2 Internet Gateway (${id})`, () => askEc2(context, 'DescribeInternetGateways', { target: id }, (ec2) => state(ec2, context, id, prior)));
}

function state(ec2: Ec2View, context: ProviderContext, id: string, prior: Attributes): Attributes | null {
  const gateway = find(ec2, 'internet-gateway', id);
  if (gateway === null) return null;
  return {
    id,
    arn: ec2Arn(ec2.region, 'internet-gateway', id),
    owner_id: accountId,
    vpc_id: prop(gateway, 'vpcId'),
    ...tagAttributes(context, gateway, prior),
    timeouts: prior.timeouts ?? null,
  };
}
