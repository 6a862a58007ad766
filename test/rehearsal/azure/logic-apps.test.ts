import { describe, expect, it } from 'vitest';
import { deleteAction, recurrence, roleDefinition } from '../../../src/clouds/azure/deadline.ts';
import { groupId, resourceId } from '../../../src/rehearsal/azure/model/arm-id.ts';
import { azureModel } from '../../../src/rehearsal/azure/model/azure-model.ts';
import { rulesFor } from '../../../src/rehearsal/azure/model/resources.ts';
import type { Json, JsonObject } from '../../../src/rehearsal/engine/json.ts';
import { createMemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import type { Transaction } from '../../../src/rehearsal/engine/world.ts';
import { catalogue, subscription } from './azure-world.ts';

const hourMs = 3_600_000;
const group = groupId(subscription, 'lab');
const app = resourceId(subscription, 'lab', 'Microsoft.Logic/workflows', 'lab');
const assignment = resourceId(subscription, 'lab', 'Microsoft.Authorization/roleAssignments', '00000000-0000-4000-8000-00000000000a');

function lab({ granted = true, state = 'Enabled', startsInMs = hourMs } = {}) {
  let nowMs = Date.UTC(2026, 10, 21);
  const world = createMemoryWorld({ models: [azureModel], catalogue, speed: 1, now: () => nowMs });
  const call = <T>(work: (tx: Transaction) => T): Promise<T> =>
    world.call({ cloud: 'azure', operation: 'test', verb: 'update', subject: 'other', caller: { actor: 'client', run: null, session: null, stack: null } }, work);
  const put = (tx: Transaction, id: string, body: JsonObject): void => rulesFor(id).put(tx, id, body);
  const definition = {
    triggers: { deadline: { type: 'Recurrence', recurrence: { ...recurrence, startTime: new Date(nowMs + startsInMs).toISOString() } } },
    actions: { 'delete-the-group': JSON.parse(deleteAction(group)) as Json },
  };
  const prepared = call((tx) => {
    put(tx, group, { location: 'westeurope', tags: {} });
    put(tx, app, { location: 'westeurope', identity: { type: 'SystemAssigned' }, properties: { state, definition } });
    const { identity } = rulesFor(app).show(tx, app);
    const principalId = typeof identity === 'object' && identity !== null && 'principalId' in identity ? (identity.principalId ?? '') : '';
    if (granted) put(tx, assignment, { properties: { principalId, roleDefinitionId: `/x/${roleDefinition}` } });
  });
  return {
    prepared,
    call,
    after: async (ms: number): Promise<readonly string[]> => {
      nowMs += ms;
      await call(() => undefined);
      return world.read((view) => view.list('azure').filter(({ kind }) => ['resourceGroups', 'workflows', 'roleAssignments'].includes(kind)).map(({ kind }) => kind));
    },
  };
}

describe('a logic app of the simulated cloud', () => {
  it('deletes the group at its time, itself and its role with it', async () => {
    const { prepared, after } = lab();
    await prepared;
    expect(await after(hourMs - 1_000)).toHaveLength(3);
    expect(await after(5 * 60_000)).toEqual([]);
  });

  it('tries again every hour until it may', async () => {
    const { prepared, call, after } = lab({ granted: false });
    await prepared;
    expect(await after(2 * hourMs)).toEqual(['resourceGroups', 'workflows']);
    await call((tx) => {
      const { identity } = rulesFor(app).show(tx, app);
      const principalId = typeof identity === 'object' && identity !== null && 'principalId' in identity ? (identity.principalId ?? '') : '';
      rulesFor(assignment).put(tx, assignment, { properties: { principalId, roleDefinitionId: `/x/${roleDefinition}` } });
    });
    expect(await after(hourMs + 5 * 60_000)).toEqual([]);
  });

  it('does nothing while it is disabled', async () => {
    const { prepared, after } = lab({ state: 'Disabled' });
    await prepared;
    expect(await after(5 * hourMs)).toHaveLength(3);
  });
});
