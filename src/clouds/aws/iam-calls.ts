import { LabError } from '../../core/errors.ts';
import { type AwsCaller, type AwsService, refusalOf, signedRequest } from './signed-request.ts';

export interface Role {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
}

/** What a simulation says of one action: `allowed`, `implicitDeny`, `explicitDeny`. */
export interface Decision {
  readonly action: string;
  readonly decision: string;
}

export interface Simulation {
  /** ARN of the user or role whose rights are asked for. */
  readonly principalArn: string;
  readonly actions: readonly string[];
  readonly resourceArn: string;
  /** Condition keys and their values in the request that is imagined. */
  readonly context?: Readonly<Record<string, string>> | undefined;
}

const version = '2010-05-08';

/** SimulatePrincipalPolicy. Rejects with a LabError: also where the caller may not ask. */
export async function simulate(caller: AwsCaller, region: string, { principalArn, actions, resourceArn, context = {} }: Simulation): Promise<readonly Decision[]> {
  const entries = Object.entries(context).flatMap(([key, value], index): readonly (readonly [string, string])[] => {
    const entry = `ContextEntries.member.${index + 1}`;
    return [
      [`${entry}.ContextKeyName`, key],
      [`${entry}.ContextKeyType`, 'string'],
      [`${entry}.ContextKeyValues.member.1`, value],
    ];
  });
  const text = await ask(caller, region, 'SimulatePrincipalPolicy', {
    PolicySourceArn: principalArn,
    'ResourceArns.member.1': resourceArn,
    ...Object.fromEntries(actions.map((action, index) => [`ActionNames.member.${index + 1}`, action])),
    ...Object.fromEntries(entries),
  });
  // One of each in every result, and results have lists of their own inside.
  const said = elements(text, 'EvalDecision');
  const decisions = elements(text, 'EvalActionName').map((action, index) => ({ action, decision: said[index] ?? '' }));
  const unsaid = actions.find((action) => !decisions.some((each) => each.action === action));
  if (unsaid === undefined) return decisions;
  throw new LabError({ kind: 'internal', summary: `IAM answered SimulatePrincipalPolicy without a word on ${unsaid}` });
}

/** GetRole; null: there is none of that name. */
export async function getRole(caller: AwsCaller, region: string, name: string): Promise<Role | null> {
  const text = await unlessGone(ask(caller, region, 'GetRole', { RoleName: name }));
  return text === null ? null : roleIn(text);
}

/** ListRoles below a path. */
export async function listRoles(caller: AwsCaller, region: string, pathPrefix: string): Promise<readonly Role[]> {
  const pages = await allPages((marker) => ask(caller, region, 'ListRoles', { PathPrefix: pathPrefix, ...marker }));
  return pages.flatMap((page) => elements(element(page, 'Roles') ?? '', 'member').flatMap((member) => roleIn(member) ?? []));
}

/** ListRoleTags; none for a role that is gone. */
export async function roleTags(caller: AwsCaller, region: string, name: string): Promise<Readonly<Record<string, string>>> {
  const text = (await unlessGone(ask(caller, region, 'ListRoleTags', { RoleName: name }))) ?? '';
  return Object.fromEntries(elements(text, 'member').map((tag) => [element(tag, 'Key') ?? '', element(tag, 'Value') ?? '']));
}

/** Deletes a role with its own policies. One that is gone is no error. */
export async function deleteRole(caller: AwsCaller, region: string, name: string): Promise<void> {
  const text = (await unlessGone(ask(caller, region, 'ListRolePolicies', { RoleName: name }))) ?? '';
  for (const PolicyName of elements(element(text, 'PolicyNames') ?? '', 'member')) {
    await unlessGone(ask(caller, region, 'DeleteRolePolicy', { RoleName: name, PolicyName: plain(PolicyName) }));
  }
  await unlessGone(ask(caller, region, 'DeleteRole', { RoleName: name }));
}

async function ask(caller: AwsCaller, region: string, operation: string, params: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ Action: operation, Version: version, ...params }).toString();
  const answer = await signedRequest(caller, serviceIn(region), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body,
    again: ({ status, text }) => status === 400 && text.includes('<Code>Throttling</Code>'),
  });
  if (answer.status >= 200 && answer.status < 300) return answer.text;
  throw refusalOf(answer, operation, { code: element(answer.text, 'Code'), message: plain(element(answer.text, 'Message') ?? '') });
}

/** One endpoint for each partition, with the region that its signatures name (IAM endpoints and quotas, AWS General Reference). */
function serviceIn(region: string): AwsService {
  const iam = { service: 'iam', variable: 'IAM' };
  if (region.startsWith('cn-')) return { ...iam, region: 'cn-north-1', host: 'iam.cn-north-1.amazonaws.com.cn' };
  if (region.startsWith('us-gov-')) return { ...iam, region: 'us-gov-west-1', host: 'iam.us-gov.amazonaws.com' };
  return { ...iam, region: 'us-east-1', host: 'iam.amazonaws.com' };
}

async function unlessGone(answer: Promise<string>): Promise<string | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof LabError && error.problem.code === 'NoSuchEntity') return null;
    throw error;
  }
}

async function allPages(page: (marker: Readonly<Record<string, string>>) => Promise<string>): Promise<readonly string[]> {
  const pages: string[] = [];
  let marker: Readonly<Record<string, string>> | null = {};
  while (marker !== null) {
    const text: string = await page(marker);
    pages.push(text);
    const next: string | null = element(text, 'IsTruncated') === 'true' ? element(text, 'Marker') : null;
    marker = next === null ? null : { Marker: plain(next) };
  }
  return pages;
}

function roleIn(xml: string): Role | null {
  const [name, path, arn] = [element(xml, 'RoleName'), element(xml, 'Path'), element(xml, 'Arn')];
  return name === null || path === null || arn === null ? null : { name: plain(name), path: plain(path), arn: plain(arn) };
}

/** What is inside of the first element of that name. The few answers that are read here nest none in one of its own name. */
function element(xml: string, name: string): string | null {
  return elements(xml, name)[0] ?? null;
}

function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(([, inside = '']) => inside.trim());
}

function plain(xml: string): string {
  return xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
