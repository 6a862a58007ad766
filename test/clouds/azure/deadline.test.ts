import { describe, expect, it } from 'vitest';
import { offerDeadline } from '../../../src/clouds/azure/deadline-rights.ts';
import type { ArmClient } from '../../../src/clouds/azure/arm-client.ts';
import { triggerTime } from '../../../src/clouds/azure/deadline.ts';
import { moveDeadline } from '../../../src/clouds/azure/move-deadline.ts';
import { readDeadline } from '../../../src/clouds/azure/read-deadline.ts';
import { synthesize } from '../../../src/clouds/azure/stack.ts';
import { LabError } from '../../../src/core/errors.ts';
import { stackInput } from './stack-inputs.ts';

const planned = { kind: 'self-destruct', state: 'planned' } as const;
type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
const resourcesOf = (text: string): Resources => (JSON.parse(text) as { readonly resource: Resources }).resource;

/** Answers by the end of a path; an Error is a refusal, and an unexpected path a failed test. */
function armOf(answers: Readonly<Record<string, unknown>>): ArmClient {
  const answer = (path: string): unknown => {
    const found = Object.entries(answers).find(([end]) => path.endsWith(end));
    if (found === undefined) throw new Error(`nobody expects ${path}`);
    return found[1] instanceof Error ? Promise.reject(found[1]) : found[1];
  };
  return {
    get: async (path, _version, schema) => schema.parse(await answer(path)),
    list: async (path, _version, item) => ((await answer(path)) as unknown[]).map((one) => item.parse(one)),
    post: () => Promise.reject(new Error('nobody expects a POST')),
    remove: () => Promise.reject(new Error('nobody expects a DELETE')),
    act: () => Promise.reject(new Error('nobody expects an action')),
  };
}

const registered = { '/providers/Microsoft.Logic': { registrationState: 'Registered' } };
const permissions = (...entries: readonly object[]) => ({ '/providers/Microsoft.Authorization/permissions': entries });
const refusal = new LabError({ kind: 'permission', code: 'AuthorizationFailed', summary: 'you may not' });

describe('whether an Azure lab may delete itself', () => {
  it.each([
    ['an owner', permissions({ actions: ['*'], notActions: [] })],
    ['a contributor who also administers access', permissions({ actions: ['*'], notActions: ['Microsoft.Authorization/*/Write', 'Microsoft.Authorization/*/Delete'] }, { actions: ['*/read', 'Microsoft.Authorization/*'], notActions: [] })],
  ])('it may, says %s', async (_, rights) => {
    expect(await offerDeadline(armOf({ ...registered, ...rights }), 's', true)).toEqual(planned);
  });

  it.each([
    ['a contributor', { ...registered, ...permissions({ actions: ['*'], notActions: ['Microsoft.Authorization/*/Write', 'Microsoft.Authorization/*/Delete'] }) }, true, /may not Microsoft\.Authorization\/roleAssignments\/write, Microsoft\.Authorization\/roleAssignments\/delete/],
    ['a subscription that is not registered', { '/providers/Microsoft.Logic': { registrationState: 'NotRegistered' }, ...permissions({ actions: ['*'] }) }, true, /not registered for Microsoft\.Logic: az provider register/],
    ['who may not ask', { ...registered, '/providers/Microsoft.Authorization/permissions': refusal }, true, /does not say.*AuthorizationFailed/],
    ['a sovereign cloud', {}, false, /public cloud/],
  ])('it may not, says %s, and labtui registers nothing', async (_, answers, isPublic, reason) => {
    expect(await offerDeadline(armOf(answers), 's', isPublic)).toEqual({ kind: null, state: 'missing', reason: expect.stringMatching(reason) as string });
  });
});

describe('the logic app in the stack', () => {
  it('deletes the group that it is in, as an identity with rights on that group alone, and its trigger comes last', () => {
    const resources = resourcesOf(synthesize(stackInput({ stack: { cloudDeadline: planned } })));
    const action = JSON.parse(String(resources.azurerm_logic_app_action_custom?.['deadline-action']?.body)) as object;
    expect(action).toMatchObject({ type: 'Http', inputs: { method: 'DELETE', uri: expect.stringMatching(/^https:\/\/management\.azure\.com\$\{azurerm_resource_group\.lab\.id\}\?api-version=/) as string, authentication: { type: 'ManagedServiceIdentity' } } });
    expect(resources.azurerm_role_assignment?.['deadline-role']).toMatchObject({ scope: '${azurerm_resource_group.lab.id}', role_definition_name: 'Contributor' });
    expect(resources.azurerm_logic_app_trigger_recurrence?.['deadline-trigger']).toMatchObject({
      start_time: '2026-11-20T14:00:00Z',
      depends_on: ['azurerm_logic_app_action_custom.deadline-action', 'azurerm_role_assignment.deadline-role'],
    });
    expect(JSON.stringify(resources.azurerm_linux_virtual_machine)).not.toContain('deadline');
    expect(synthesize(stackInput())).not.toContain('deadline');
  });

  it('moves with the tags, and nothing else changes', () => {
    const [from, until] = ['2026-11-20T14:00:00Z', '2026-11-20T16:00:00.500Z'];
    const before = synthesize(stackInput({ stack: { cloudDeadline: planned } }));
    const after = moveDeadline(before, { from, until, deadline: planned });
    const changed = before.split('\n').flatMap((line, index) => (line === after.split('\n')[index] ? [] : [after.split('\n')[index]?.trim()]));
    expect([...new Set(changed)].sort()).toEqual(['"labtui-expires": "2026-11-20T16:00:00.500Z",', '"start_time": "2026-11-20T16:00:01Z",']);
    expect(triggerTime('2026-11-20T14:00:00.000Z')).toBe('2026-11-20T14:00:00Z');
  });
});

describe('the logic app as Azure has it', () => {
  const group = '/subscriptions/s/resourceGroups/lab';
  const app = `${group}/providers/Microsoft.Logic/workflows/lab`;
  const resource = (type: string, id: string) => ({ address: `${type}.x`, type, id, name: null, tainted: false, attributes: {} });
  const query = { sessionId: 's', stackId: 'azure', resources: [resource('azurerm_resource_group', group), resource('azurerm_logic_app_workflow', app)] };
  const document = {
    identity: { principalId: 'p' },
    properties: {
      state: 'Enabled',
      definition: {
        triggers: { deadline: { recurrence: { startTime: '2026-11-20T14:00:00Z' } } },
        actions: { 'delete-the-group': { inputs: { method: 'DELETE', uri: `https://management.azure.com${group.toUpperCase()}?api-version=2021-04-01` } } },
      },
    },
  };
  const assignments = [{ properties: { principalId: 'p', roleDefinitionId: '/x/b24988ac-6180-42a0-ab88-20f7382dd24c' } }];
  const read = (changed: object = {}, granted: readonly object[] = assignments) =>
    readDeadline(armOf({ '/workflows/lab': { ...document, ...changed }, '/roleAssignments': granted }), query);

  it('is armed where it is enabled, deletes this group at its time, and its identity may', async () => {
    expect(await read()).toEqual({ armed: true, at: '2026-11-20T14:00:00.000Z' });
  });

  it.each([
    ['disabled', { properties: { ...document.properties, state: 'Disabled' } }, assignments, /is Disabled/],
    ['without its action', { properties: { ...document.properties, definition: { ...document.properties.definition, actions: {} } } }, assignments, /does not delete the group/],
    ['without its trigger', { properties: { ...document.properties, definition: { ...document.properties.definition, triggers: {} } } }, assignments, /has no time/],
    ['without rights', {}, [], /may not delete the group/],
    ['an identity other than the one that may', { identity: { principalId: 'q' } }, assignments, /may not delete the group/],
  ])('is not armed %s', async (_, changed, granted, reason) => {
    expect(await read(changed, granted)).toEqual({ armed: false, reason: expect.stringMatching(reason) as string });
  });

  it('is not armed where it is gone, or was never made', async () => {
    const gone = new LabError({ kind: 'not-found', code: 'ResourceNotFound', summary: 'gone' });
    expect(await readDeadline(armOf({ '/workflows/lab': gone }), query)).toMatchObject({ armed: false });
    expect(await readDeadline(armOf({}), { ...query, resources: [] })).toMatchObject({ armed: false });
  });
});
