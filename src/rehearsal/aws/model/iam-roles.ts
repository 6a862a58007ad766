import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { accountId } from './account.ts';
import { row, textOrNull, withProps } from './props.ts';
import type { Tags } from './ec2.ts';
import { checkedTags } from './tags.ts';

/** Roles belong to the account: they are in no region. */
const kind = 'iam-role';

export interface NewRole {
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly trust: string;
  readonly tags: Tags;
}

export function findRole(tx: WorldView, name: string): SimResource | null {
  const role = tx.get('aws', idOf(name));
  return role?.kind === kind ? role : null;
}

/** Throws IAM's own `not found`. */
export function getRole(tx: WorldView, name: string): SimResource {
  const role = findRole(tx, name);
  if (role === null) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

export function listRoles(tx: WorldView, pathPrefix: string): readonly SimResource[] {
  return tx.list('aws', kind).filter((role) => pathOf(role).startsWith(pathPrefix));
}

/** CreateRole. */
export function createRole(tx: Transaction, { name, path, description, trust, tags }: NewRole): SimResource {
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) throw validation('roleName', name);
  if (!/^\/(?:[!-~]+\/)?$/.test(path)) throw validation('path', path);
  if (findRole(tx, name) !== null) throw new CloudError('EntityAlreadyExists', `Role with name ${name} already exists.`, { status: 409 });
  const role: SimResource = {
    cloud: 'aws',
    kind,
    id: idOf(name),
    name,
    region: null,
    zone: null,
    tags: checkedTags(tags),
    createdAtMs: tx.nowMs,
    props: { path, description, trust: document(trust), uniqueId: `AROA${tx.newId(17).toUpperCase()}`, policies: {} },
  };
  tx.put(role);
  return role;
}

export function putRolePolicy(tx: Transaction, roleName: string, policyName: string, policy: string): void {
  const role = getRole(tx, roleName);
  tx.put(withProps(role, { policies: { ...row(role, 'policies').props, [policyName]: document(policy) } }));
}

export function policyNames(role: SimResource): readonly string[] {
  return Object.keys(row(role, 'policies').props);
}

/** null: the role has none of that name. */
export function policyOf(role: SimResource, policyName: string): string | null {
  return textOrNull(row(role, 'policies'), policyName);
}

export function deleteRolePolicy(tx: Transaction, roleName: string, policyName: string): void {
  const role = getRole(tx, roleName);
  const { [policyName]: gone, ...kept } = row(role, 'policies').props;
  if (gone === undefined) throw noSuchEntity(`The role policy with name ${policyName} cannot be found.`);
  tx.put(withProps(role, { policies: kept }));
}

export function updateRoleTags(tx: Transaction, name: string, tags: Tags): void {
  tx.put({ ...getRole(tx, name), tags: checkedTags(tags) });
}

/** DeleteRole: only of one without policies. */
export function deleteRole(tx: Transaction, name: string): void {
  const role = getRole(tx, name);
  if (policyNames(role).length > 0) throw new CloudError('DeleteConflict', 'Cannot delete entity, must delete policies first.', { status: 409 });
  tx.remove('aws', role.id);
}

export function roleArn(role: SimResource): string {
  return `arn:aws:iam::${accountId}:role${pathOf(role)}${role.name ?? ''}`;
}

export function roleByArn(tx: WorldView, arn: string): SimResource | null {
  const role = findRole(tx, arn.slice(arn.lastIndexOf('/') + 1));
  return role !== null && roleArn(role) === arn ? role : null;
}

export function pathOf(role: SimResource): string {
  return textOrNull(role, 'path') ?? '/';
}

function idOf(name: string): string {
  return `role/${name}`;
}

function document(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new CloudError('MalformedPolicyDocument', 'Syntax errors in policy.');
  }
}

function noSuchEntity(message: string): CloudError {
  return new CloudError('NoSuchEntity', message, { status: 404 });
}

function validation(name: string, value: string): CloudError {
  return new CloudError('ValidationError', `Value '${value}' at '${name}' failed to satisfy constraint`);
}
