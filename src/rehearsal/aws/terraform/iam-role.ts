import type { SimResource } from '../../engine/resource.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { number, text } from '../../../plugin/attributes.ts';
import { createRole, deleteRole, deleteRolePolicy, findRole, getRole, pathOf, policyNames, policyOf, putRolePolicy, roleArn, updateRoleTags } from '../model/iam-roles.ts';
import { text as prop } from '../model/props.ts';
import { askEc2, hasCode } from './ask-ec2.ts';
import { explained, saying } from './failures.ts';
import { planTags } from './plan-tags.ts';
import { allTags, tagAttributes } from './tagging.ts';
import { uniqueName } from './unique-name.ts';

const hourS = 3_600;

export const iamRoleBehaviour: ResourceBehaviour = {
  type: 'aws_iam_role',
  defaults: { path: '/', max_session_duration: hourS, force_detach_policies: false },
  // Filled with what aws_iam_role_policy puts there.
  computedBlocks: ['inline_policy'],
  replacedBy: ['name', 'name_prefix', 'path'],
  plan: planTags,
  create: async (planned, context) => {
    const name = text(planned, 'name') ?? uniqueName(text(planned, 'name_prefix') ?? undefined);
    const role = {
      name,
      path: text(planned, 'path') ?? '/',
      description: text(planned, 'description') ?? '',
      trust: text(planned, 'assume_role_policy') ?? '',
      tags: allTags(context, planned),
    };
    await saying(`creating IAM Role (${name})`, () => askEc2(context, 'CreateRole', { target: name }, ({ tx }) => void createRole(tx, role)));
    return (await read(name, planned, context)) ?? planned;
  },
  read: (prior, context) => read(text(prior, 'id') ?? '', prior, context),
  update: async (prior, planned, context) => {
    const name = text(prior, 'id') ?? '';
    await saying(`updating tags for IAM Role (${name})`, () => askEc2(context, 'TagRole', { target: name }, ({ tx }) => updateRoleTags(tx, name, allTags(context, planned))));
    return (await read(name, planned, context)) ?? planned;
  },
  delete: async (prior, context) => {
    const name = text(prior, 'id') ?? '';
    const inline = Array.isArray(prior.inline_policy) ? prior.inline_policy.length : 0;
    try {
      // As the real provider: a policy that no other resource of the state ends must not hold the role.
      if (prior.force_detach_policies === true || inline > 0) await deletePolicies(name, context);
      await askEc2(context, 'DeleteRole', { target: name }, ({ tx }) => deleteRole(tx, name));
    } catch (error) {
      if (!hasCode(error, 'NoSuchEntity')) throw explained(`deleting IAM Role (${name})`, error);
    }
  },
};

async function deletePolicies(name: string, context: ProviderContext): Promise<void> {
  const names = await askEc2(context, 'ListRolePolicies', { target: name }, ({ tx }) => {
    const role = findRole(tx, name);
    return role === null ? [] : policyNames(role);
  });
  for (const policy of names) await askEc2(context, 'DeleteRolePolicy', { target: name }, ({ tx }) => deleteRolePolicy(tx, name, policy));
}

function read(name: string, prior: Attributes, context: ProviderContext): Promise<Attributes | null> {
  return saying(`reading IAM Role (${name})`, () =>
    askEc2(context, 'GetRole', { target: name }, ({ tx }) => {
      const role = findRole(tx, name);
      return role === null ? null : state(role, prior, context);
    }),
  );
}

function state(role: SimResource, prior: Attributes, context: ProviderContext): Attributes {
  const name = role.name ?? '';
  return {
    id: name,
    arn: roleArn(role),
    name,
    name_prefix: text(prior, 'name_prefix') ?? '',
    path: pathOf(role),
    description: prop(role, 'description'),
    assume_role_policy: prop(role, 'trust'),
    create_date: new Date(role.createdAtMs).toISOString().replace(/\.\d+Z/, 'Z'),
    unique_id: prop(role, 'uniqueId'),
    max_session_duration: number(prior, 'max_session_duration') ?? hourS,
    force_detach_policies: prior.force_detach_policies ?? false,
    permissions_boundary: prior.permissions_boundary ?? null,
    managed_policy_arns: [],
    inline_policy: policyNames(role).map((policy) => ({ name: policy, policy: policyOf(role, policy) })),
    ...tagAttributes(context, role, prior),
  };
}

/** Its id is `ROLE:NAME`. */
export const iamRolePolicyBehaviour: ResourceBehaviour = {
  type: 'aws_iam_role_policy',
  replacedBy: ['name', 'name_prefix', 'role'],
  create: (planned, context) => put(text(planned, 'name') ?? uniqueName(text(planned, 'name_prefix') ?? undefined), planned, context),
  update: (prior, planned, context) => put(text(prior, 'name') ?? '', planned, context),
  read: (prior, context) => readPolicy(prior, context),
  delete: async (prior, context) => {
    const [role = '', name = ''] = (text(prior, 'id') ?? '').split(':');
    try {
      await askEc2(context, 'DeleteRolePolicy', { target: role }, ({ tx }) => deleteRolePolicy(tx, role, name));
    } catch (error) {
      if (!hasCode(error, 'NoSuchEntity')) throw explained(`deleting IAM Role (${role}) Policy (${name})`, error);
    }
  },
};

async function put(name: string, planned: Attributes, context: ProviderContext): Promise<Attributes> {
  const role = text(planned, 'role') ?? '';
  await saying(`putting IAM Role (${role}) Policy (${name})`, () =>
    askEc2(context, 'PutRolePolicy', { target: role }, ({ tx }) => putRolePolicy(tx, role, name, text(planned, 'policy') ?? '')),
  );
  return (await readPolicy({ ...planned, id: `${role}:${name}` }, context)) ?? planned;
}

function readPolicy(prior: Attributes, context: ProviderContext): Promise<Attributes | null> {
  const id = text(prior, 'id') ?? '';
  const [role = '', name = ''] = id.split(':');
  return saying(`reading IAM Role Policy (${id})`, () =>
    askEc2(context, 'GetRolePolicy', { target: role }, ({ tx }) => {
      const policy = findRole(tx, role) === null ? null : policyOf(getRole(tx, role), name);
      return policy === null ? null : { id, role, name, name_prefix: text(prior, 'name_prefix') ?? '', policy };
    }),
  );
}
