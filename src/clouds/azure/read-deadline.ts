import * as z from 'zod';
import type { DeadlineQuery } from '../../core/cloud.ts';
import type { DeadlineReading } from '../../core/deadline.ts';
import { apiVersion } from './api-versions.ts';
import { type ArmClient, isMissing } from './arm-client.ts';
import { sameText } from './arm-id.ts';
import { actionName, roleDefinition, triggerName } from './deadline.ts';

const workflow = z.object({
  identity: z.object({ principalId: z.string().optional() }).optional(),
  properties: z.object({
    state: z.string().optional(),
    definition: z.object({
      triggers: z.record(z.string(), z.object({ recurrence: z.object({ startTime: z.string().optional() }).optional() })).default({}),
      actions: z.record(z.string(), z.object({ inputs: z.object({ method: z.string().optional(), uri: z.string().optional() }).optional() })).default({}),
    }),
  }),
});
const assignment = z.object({ properties: z.object({ principalId: z.string(), roleDefinitionId: z.string() }) });

/** The lab's logic app, as Azure has it: it acts where it is enabled, deletes this group, and its identity may. */
export async function readDeadline(arm: ArmClient, { resources }: DeadlineQuery): Promise<DeadlineReading> {
  const app = resources.find(({ type }) => type === 'azurerm_logic_app_workflow')?.id ?? null;
  const group = resources.find(({ type }) => type === 'azurerm_resource_group')?.id ?? null;
  if (app === null || group === null) return { armed: false, reason: 'there is no logic app that deletes the group' };
  try {
    const { identity, properties } = await arm.get(app, apiVersion.logic, workflow);
    const { triggers, actions } = properties.definition;
    const inputs = actions[actionName]?.inputs;
    const at = triggers[triggerName]?.recurrence?.startTime;
    if (properties.state !== 'Enabled') return { armed: false, reason: `the logic app is ${properties.state ?? 'in no known state'}` };
    if (inputs?.method !== 'DELETE' || !sameText(pathIn(inputs.uri), group)) return { armed: false, reason: 'the logic app does not delete the group' };
    if (at === undefined || Number.isNaN(Date.parse(at))) return { armed: false, reason: 'the logic app has no time' };
    const assignments = await arm.list(`${group}/providers/Microsoft.Authorization/roleAssignments`, apiVersion.authorization, assignment, { $filter: 'atScope()' });
    const may = assignments.some((each) => each.properties.principalId === identity?.principalId && each.properties.roleDefinitionId.endsWith(roleDefinition));
    return may ? { armed: true, at: new Date(at).toISOString() } : { armed: false, reason: "the logic app's identity may not delete the group" };
  } catch (error) {
    if (isMissing(error)) return { armed: false, reason: 'the logic app that deletes the group is gone' };
    throw error;
  }
}

function pathIn(uri: string | undefined): string {
  return uri !== undefined && URL.canParse(uri) ? new URL(uri).pathname : '';
}
