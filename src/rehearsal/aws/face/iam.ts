import { randomUUID } from 'node:crypto';
import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { FaceContext, FaceResponse } from '../../face/face.ts';
import { callEc2 } from '../model/call-ec2.ts';
import type { Ec2 } from '../model/ec2.ts';
import { deleteRole, deleteRolePolicy, getRole, listRoles, pathOf, policyNames, roleArn } from '../model/iam-roles.ts';
import { isOperation, serviceOf } from '../model/operations.ts';
import { text } from '../model/props.ts';
import { regionIds } from '../model/regions.ts';
import { param, type Query, required } from './query.ts';
import { element } from './xml.ts';

type Handler = (ec2: Ec2, query: Query) => string;

/** IAM as far as labtui asks it itself; its lists are of `member`s, where EC2 has items. */
const handlers: Readonly<Record<string, Handler>> = {
  SimulatePrincipalPolicy: (_ec2, query) => {
    const results = members(query, 'ActionNames').map((action) => element('member', { EvalActionName: action, EvalResourceName: '*', EvalDecision: 'allowed' }));
    return `<EvaluationResults>${results.join('')}</EvaluationResults><IsTruncated>false</IsTruncated>`;
  },
  GetRole: ({ tx }, query) => element('Role', roleMembers(getRole(tx, required(query, 'RoleName')))),
  ListRoles: ({ tx }, query) => {
    const roles = listRoles(tx, param(query, 'PathPrefix') ?? '/').map((role) => element('member', roleMembers(role)));
    return `<Roles>${roles.join('')}</Roles><IsTruncated>false</IsTruncated>`;
  },
  ListRoleTags: ({ tx }, query) => {
    const tags = Object.entries(getRole(tx, required(query, 'RoleName')).tags).map(([Key, Value]) => element('member', { Key, Value }));
    return `<Tags>${tags.join('')}</Tags><IsTruncated>false</IsTruncated>`;
  },
  ListRolePolicies: ({ tx }, query) => {
    const names = policyNames(getRole(tx, required(query, 'RoleName'))).map((name) => element('member', name));
    return `<PolicyNames>${names.join('')}</PolicyNames><IsTruncated>false</IsTruncated>`;
  },
  DeleteRolePolicy: ({ tx }, query) => {
    deleteRolePolicy(tx, required(query, 'RoleName'), required(query, 'PolicyName'));
    return '';
  },
  DeleteRole: ({ tx }, query) => {
    deleteRole(tx, required(query, 'RoleName'));
    return '';
  },
};

/** Whether a query is IAM's: its actions are in no other service that is simulated. */
export function isIamQuery({ action }: Query): boolean {
  return isOperation(action) && serviceOf(action) === 'IAM';
}

export async function answerIam(query: Query, context: FaceContext): Promise<FaceResponse> {
  const { action } = query;
  try {
    const handler = handlers[action];
    if (!isOperation(action) || handler === undefined) throw new CloudError('InvalidAction', `Could not find operation ${action} for version 2010-05-08`);
    if (!query.isSigned) throw new CloudError('MissingAuthenticationToken', 'Request is missing Authentication Token', { status: 403 });
    // The region of its signatures may be one that the catalogue does not have.
    const [region = ''] = await context.world.read(({ catalogue }) => regionIds(catalogue));
    const result = await callEc2({ ...context, region }, action, { target: param(query, 'RoleName') }, (ec2) => handler(ec2, query));
    return xml(200, `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result>${metadata()}</${action}Response>`);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const { code, message, status } = error;
    return xml(status, `<ErrorResponse xmlns="${namespace}">${element('Error', { Type: 'Sender', Code: code, Message: message })}${element('RequestId', randomUUID())}</ErrorResponse>`);
  }
}

const namespace = 'https://iam.amazonaws.com/doc/2010-05-08/';

function metadata(): string {
  return element('ResponseMetadata', { RequestId: randomUUID() });
}

function xml(status: number, body: string): FaceResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function roleMembers(role: SimResource) {
  return {
    Path: pathOf(role),
    RoleName: role.name,
    RoleId: text(role, 'uniqueId'),
    Arn: roleArn(role),
    CreateDate: new Date(role.createdAtMs).toISOString(),
    AssumeRolePolicyDocument: encodeURIComponent(text(role, 'trust')),
  };
}

function members(query: Query, name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = param(query, `${name}.member.${index}`);
    if (value === null) return values;
    values.push(value);
  }
}
