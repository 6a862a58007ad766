import * as z from 'zod';
import type { CloudDeadline } from '../../core/deadline.ts';
import { LabError } from '../../core/errors.ts';
import { registerCommand } from './access-errors.ts';
import { apiVersion } from './api-versions.ts';
import type { ArmClient } from './arm-client.ts';

const namespace = 'Microsoft.Logic';
const needed = ['Microsoft.Logic/workflows/write', 'Microsoft.Authorization/roleAssignments/write', 'Microsoft.Authorization/roleAssignments/delete'] as const;

const provider = z.object({ registrationState: z.string() });
const permission = z.object({ actions: z.array(z.string()).default([]), notActions: z.array(z.string()).default([]) });
type Permission = z.output<typeof permission>;

/**
 * Whether the caller may make what the deadline is made of, by Azure's own list of the caller's rights, and whether the subscription is
 * registered for logic apps: labtui registers nothing by itself. What cannot be told counts as no. Creates nothing.
 */
export async function offerDeadline(arm: ArmClient, subscription: string, isPublicCloud: boolean): Promise<CloudDeadline> {
  const missing = (reason: string): CloudDeadline => ({ kind: null, state: 'missing', reason });
  if (!isPublicCloud) return missing('labtui knows how only for the public cloud');
  const base = `/subscriptions/${subscription}`;
  try {
    const [{ registrationState }, permissions] = await Promise.all([
      arm.get(`${base}/providers/${namespace}`, apiVersion.resources, provider),
      arm.list(`${base}/providers/Microsoft.Authorization/permissions`, apiVersion.authorization, permission),
    ]);
    if (!/^Registered$/i.test(registrationState)) return missing(`the subscription is not registered for ${namespace}: ${registerCommand(namespace)}`);
    const denied = needed.filter((action) => !permissions.some((each) => isAllowed(each, action)));
    return denied.length === 0 ? { kind: 'self-destruct', state: 'planned' } : missing(`the credentials may not ${denied.join(', ')}`);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return missing(`Azure does not say whether a self-destruct could be made (${error.problem.code ?? error.problem.kind}: ${error.problem.summary})`);
  }
}

/** One entry allows what is among its actions and not among its exceptions. */
function isAllowed({ actions, notActions }: Permission, action: string): boolean {
  return actions.some((pattern) => fits(pattern, action)) && !notActions.some((pattern) => fits(pattern, action));
}

/** `*` stands for anything, slashes included; the case does not count. */
function fits(pattern: string, action: string): boolean {
  const source = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 'i').test(action);
}
