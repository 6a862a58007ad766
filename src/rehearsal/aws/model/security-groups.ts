import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { add, all, type Ec2, get, remove, type Tags } from './ec2.ts';
import { dependencyViolation, invalidParameter } from './errors.ts';
import { text, texts } from './props.ts';
import { allTraffic, putRule, rulesOf } from './security-group-rules.ts';
import { checkedTags } from './tags.ts';

export interface NewSecurityGroup {
  readonly name: string;
  readonly description: string;
  /** null: of the default VPC. */
  readonly vpcId: string | null;
  readonly tags?: Tags;
}

const alphabet = /^[\w .:/()#,@[\]+=&;{}!$*-]*$/;

/** CreateSecurityGroup: with the rule that lets everything out, as EC2 makes it. */
export function createSecurityGroup(ec2: Ec2, { name, description, vpcId, tags = {} }: NewSecurityGroup): SimResource {
  const home = vpcId ?? defaultVpc(ec2);
  get(ec2, 'vpc', home);
  if (name === '' || name.length > 255 || name.startsWith('sg-') || !alphabet.test(name)) {
    throw invalidParameter(`Value (${name}) for parameter GroupName is invalid. Character sets beyond ASCII are not supported.`);
  }
  if (!alphabet.test(description) || description.length > 255) {
    throw invalidParameter(`Value (${description}) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.`);
  }
  if (all(ec2, 'security-group').some((group) => group.name === name && text(group, 'vpcId') === home)) {
    throw new CloudError('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${home}'`);
  }
  const group = add(ec2, 'security-group', { name, tags: checkedTags(tags), props: { vpcId: home, description } });
  putRule(ec2, { groupId: group.id, egress: true, ...allTraffic, cidrIpv4: '0.0.0.0/0' });
  return group;
}

/** DeleteSecurityGroup: when neither a network interface nor a rule of another group refers to it. */
export function deleteSecurityGroup(ec2: Ec2, id: string): void {
  const group = get(ec2, 'security-group', id);
  if (group.name === 'default') throw new CloudError('CannotDelete', `the specified group: "${id}" name: "default" cannot be deleted by a user`);
  const used = all(ec2, 'network-interface').some((each) => texts(each, 'groupIds').includes(id));
  const referred = all(ec2, 'security-group-rule').some((rule) => text(rule, 'referencedGroupId') === id && text(rule, 'groupId') !== id);
  if (used || referred) throw dependencyViolation(`resource ${id} has a dependent object`);
  for (const rule of rulesOf(ec2, id)) remove(ec2, rule);
  remove(ec2, group);
}

function defaultVpc(ec2: Ec2): string {
  const vpc = all(ec2, 'vpc').find(({ props }) => props.isDefault === true);
  if (vpc === undefined) throw new CloudError('VPCIdNotSpecified', 'No default VPC for this user');
  return vpc.id;
}
