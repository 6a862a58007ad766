import { afterEach, describe, expect, it } from 'vitest';
import { openAzureApi } from '../../../src/clouds/azure/api.ts';
import type { LeftResource } from '../../../src/core/events.ts';
import { type Answers, hasty, ok, type Opened, openFake, refuses } from './fake-arm.ts';
import { sessionId, settings, stackPlan, subscription } from './stack-inputs.ts';

let opened: Opened | null = null;
afterEach(async () => {
  await opened?.close();
  opened = null;
});

const open = async (answers: Answers = {}, target: Parameters<typeof openFake>[1] = {}): Promise<Opened> => {
  await opened?.close();
  opened = await openFake(answers, target);
  return opened;
};

const base = `/subscriptions/${subscription}`;
const group = `${sessionId}-azure`;
const inGroup = (type: string, name: string) => `${base}/resourceGroups/${group}/providers/${type}/${name}`;
const tags = { 'labtui-session-id': sessionId };

describe('who is asking', () => {
  it('is the subscription by name and id, and who the token belongs to', async () => {
    const { api } = await open();
    expect(await api.whoAmI()).toEqual({ account: `Pay-As-You-Go (${subscription})`, accountId: subscription, principal: 'simulated' });
  });

  it('needs no subscription named where there is but one', async () => {
    const { api, arm } = await open({}, { azure: { subscriptionId: null } });
    expect((await api.whoAmI()).account).toContain(subscription);
    expect(arm.asked[0]).toBe('GET /subscriptions');
    const two = { 'GET /subscriptions': () => ok({ value: ['a', 'b'].map((subscriptionId) => ({ subscriptionId, displayName: subscriptionId, state: 'Enabled' })) }) };
    await expect((await open(two, { azure: { subscriptionId: null } })).api.whoAmI()).rejects.toMatchObject({
      problem: { kind: 'credentials', summary: 'no Azure subscription is chosen, and there are 2', detail: 'a  a\nb  b' },
    });
    await expect((await open({ 'GET /subscriptions': () => ok({ value: [] }) }, { azure: { subscriptionId: null } })).api.whoAmI()).rejects.toMatchObject({ problem: { kind: 'credentials' } });
  });

  it('is the subscription that the stack was pinned to, whatever is set now', async () => {
    const { api, arm } = await open({}, { account: subscription, azure: { subscriptionId: '99999999-2222-4333-8444-555555555555' } });
    await api.whoAmI();
    expect(arm.asked).toEqual(['GET /']);
  });
});

describe('when Azure does not answer as it should', () => {
  it('asks again after 429 and 5xx, as long as it says', async () => {
    const { api, arm } = await open({
      'GET /': (_query, call) => (call === 1 ? { ...refuses(429, 'TooManyRequests'), headers: { 'retry-after': '1' } } : call === 2 ? refuses(503, 'ServiceUnavailable') : ok({ subscriptionId: subscription, displayName: 'P', state: 'Enabled' })),
    });
    await api.whoAmI();
    expect(arm.asked).toEqual(['GET /', 'GET /', 'GET /']);
  });

  const refused: readonly (readonly [string, Answers, object])[] = [
    ['an old token', { 'GET /': () => refuses(401, 'ExpiredAuthenticationToken', 'The access token expiry UTC time is earlier than current UTC time.') }, { kind: 'credentials', hint: expect.stringContaining('az login') as string }],
    ['no permission', { 'GET /': () => refuses(403, 'AuthorizationFailed', "The client 'x' does not have authorization to perform action 'Microsoft.Resources/subscriptions/read' over scope '/x'") }, { kind: 'permission' }],
    ['too many calls for good', { 'GET /': () => refuses(429, 'TooManyRequests') }, { kind: 'throttled' }],
    ['a refusal without a wrapping', { 'GET /': () => ({ status: 409, body: { code: 'SkuNotAvailable', message: "currently not available in location 'westus'" } }) }, { kind: 'capacity' }],
    ['details inside', { 'GET /': () => ({ status: 400, body: { error: { code: 'Outer', message: 'x', details: [{ code: 'QuotaExceeded', message: 'too many. x' }] } } }) }, { kind: 'quota', code: 'QuotaExceeded' }],
    ['a proxy', { 'GET /': () => ok('<html>please sign in</html>') }, { kind: 'network', summary: 'something else than Azure answered' }],
    ['another form', { 'GET /': () => ok({ id: 1 }) }, { kind: 'conflict', summary: 'Azure answered in a form that labtui does not know' }],
    ['an empty refusal', { 'GET /': () => ({ status: 410 }) }, { kind: 'conflict', code: 'Http410' }],
  ];
  it.each(refused)('says what is wrong: %s', async (_what, answers, problem) => {
    await expect((await open(answers)).api.whoAmI()).rejects.toMatchObject({ name: 'LabError', problem });
  });

  it('says who cannot be reached', async () => {
    const api = await openAzureApi({ region: null, settings: settings({ subscriptionId: subscription }), simulatedAt: 'http://127.0.0.1:1' }, {}, hasty);
    await expect(api.whoAmI()).rejects.toMatchObject({ problem: { kind: 'network' } });
    api.close();
  });

  it('ends what is under way when it is closed', async () => {
    const { api } = await open();
    api.close();
    await expect(api.lookup(stackPlan(), 'x', () => undefined)).rejects.toThrow();
  });
});

describe('what is left of a session', () => {
  const resources = [
    { id: `${base}/resourceGroups/${group.toUpperCase()}/providers/Microsoft.Compute/virtualMachines/lab-azure`, name: 'lab-azure', location: 'westeurope', tags: { ...tags, Name: 'lab-azure' } },
    { id: inGroup('Microsoft.Network/publicIPAddresses', 'lab-azure'), name: 'lab-azure', location: 'westeurope', tags: { ...tags, Name: 'lab-azure' } },
  ];
  const untagged = { id: inGroup('Microsoft.Compute/disks', 'lab-azure-os'), name: 'lab-azure-os', location: 'westeurope' };
  const stray = { id: `${base}/resourceGroups/other/providers/Microsoft.Network/networksecuritygroups/moved`, name: 'moved', location: 'West Europe', tags: { 'LABTUI-Session-Id': sessionId } };
  const listing: Answers = {
    'GET /resourcegroups': () => ok({ value: [{ id: `${base}/resourceGroups/${group}`, name: group, location: 'westeurope', tags: { ...tags, Name: group } }] }),
    'GET /resources': (query) =>
      query.get('$skiptoken') === null
        ? ok({ value: resources, nextLink: `https://elsewhere.example${base}/resources?$skiptoken=2&api-version=2021-04-01` })
        : ok({ value: [stray] }),
    [`GET /resourceGroups/${group}/resources`]: () => ok({ value: [...resources, untagged] }),
    'GET /resourceGroups/other': () => ok({ name: 'other' }),
  };

  it("is all that carries its tag and all in its groups, in Terraform's words; the token stays with Azure", async () => {
    const { api, arm } = await open(listing);
    expect(await api.listBySession(sessionId)).toEqual([
      { type: 'azurerm_resource_group', id: `${base}/resourceGroups/${group}`, name: group, region: 'westeurope', seenBy: 'listing' },
      { type: 'azurerm_linux_virtual_machine', id: inGroup('Microsoft.Compute/virtualMachines', 'lab-azure'), name: 'lab-azure', region: 'westeurope', seenBy: 'listing' },
      { type: 'azurerm_public_ip', id: inGroup('Microsoft.Network/publicIPAddresses', 'lab-azure'), name: 'lab-azure', region: 'westeurope', seenBy: 'listing' },
      // By its group's name: another stack of the session is not its owner.
      { type: 'azurerm_managed_disk', id: inGroup('Microsoft.Compute/disks', 'lab-azure-os'), name: group, region: 'westeurope', seenBy: 'listing' },
      { type: 'azurerm_network_security_group', id: `${base}/resourceGroups/other/providers/Microsoft.Network/networkSecurityGroups/moved`, name: 'moved', region: 'westeurope', seenBy: 'listing' },
    ]);
    expect(arm.asked).toContain(`GET /resources?$filter=tagName+eq+'labtui-session-id'+and+tagValue+eq+'${sessionId}'`);
    expect(arm.asked).toContain('GET /resources?$skiptoken=2');
  });

  it('is nothing where nothing is, and a group that goes meanwhile is no failure', async () => {
    const nothing = { 'GET /resourcegroups': () => ok({ value: [] }), 'GET /resources': () => ok({ value: [] }) };
    expect(await (await open(nothing)).api.listBySession(sessionId)).toEqual([]);
    const going = { ...listing, 'GET /resources': nothing['GET /resources'], [`GET /resourceGroups/${group}/resources`]: () => refuses(404, 'ResourceGroupNotFound') };
    expect(await (await open(going)).api.listBySession(sessionId)).toHaveLength(1);
  });

  it('is not what the listing still shows of a group that is gone', async () => {
    const stale = { ...listing, 'GET /resourcegroups': () => ok({ value: [] }), 'GET /resources': () => ok({ value: [...resources, stray] }), [`GET /resourceGroups/${group}`]: () => refuses(404, 'ResourceGroupNotFound') };
    expect((await (await open(stale)).api.listBySession(sessionId)).map(({ name }) => name)).toEqual(['moved']);
  });

  it("of everybody is what carries labtui's marker, or lies in a group that does, with what its tags tell", async () => {
    const at = (name: string, location: string, own: Readonly<Record<string, string>> | undefined) => ({ id: `${base}/resourceGroups/${name}`, name, location, tags: own });
    const marked = (session: string, more: object = {}) => ({ labtui: 'true', 'labtui-session-id': session, 'labtui-owner': 'ada@desk', 'labtui-timestamp': '2026-11-20T10:00:00.000Z', 'labtui-expires': '2026-11-20T14:00:00.000Z', ...more });
    const disk = { id: `${base}/resourceGroups/ONE/providers/Microsoft.Compute/disks/os`, name: 'os', location: 'westeurope' };
    const halfTagged = { id: `${base}/resourceGroups/one/providers/Microsoft.Compute/virtualMachines/vm`, name: 'vm', location: 'westeurope', tags: { LABTUI: 'true', 'Labtui-Expires': 'never' } };
    const foreign = { id: `${base}/resourceGroups/other/providers/Microsoft.Compute/disks/theirs`, name: 'theirs', location: 'westeurope', tags: { labtui: 'false' } };
    const answers: Answers = {
      // As if the filter had been overlooked.
      'GET /resourcegroups': () => ok({ value: [at('one', 'westeurope', marked('one-aaaaaa')), at('two', 'East US', marked('two-bbbbbb')), at('other', 'westeurope', { labtui: 'no' })] }),
      'GET /resources': () => ok({ value: [halfTagged, foreign] }),
      'GET /resourceGroups/one/resources': () => ok({ value: [halfTagged, disk] }),
      'GET /resourceGroups/two/resources': () => ok({ value: [] }),
      'GET /resourceGroups/other/resources': () => ok({ value: [foreign] }),
    };
    const { api, arm } = await open(answers);
    const everywhere = await api.listMarked?.('everywhere');
    expect(everywhere).toMatchObject({ regions: [null], unanswered: [] });
    expect(everywhere?.found.map(({ id, sessionId: session, owner, expiresAt, region }) => [id.slice(base.length + '/resourceGroups/'.length), session, owner, expiresAt, region])).toEqual([
      ['one', 'one-aaaaaa', 'ada@desk', '2026-11-20T14:00:00.000Z', 'westeurope'],
      ['two', 'two-bbbbbb', 'ada@desk', '2026-11-20T14:00:00.000Z', 'eastus'],
      ['one/providers/Microsoft.Compute/virtualMachines/vm', 'one-aaaaaa', 'ada@desk', 'never', 'westeurope'],
      ['one/providers/Microsoft.Compute/disks/os', 'one-aaaaaa', 'ada@desk', '2026-11-20T14:00:00.000Z', 'westeurope'],
    ]);
    expect(arm.asked).toContain("GET /resources?$filter=tagName+eq+'labtui'+and+tagValue+eq+'true'");
    const east = await api.listMarked?.(['eastus']);
    expect([east?.regions, east?.found.map(({ name }) => name)]).toEqual([['eastus'], ['two']]);

    const closed = await open({ ...answers, 'GET /resourceGroups/two/resources': () => refuses(403, 'AuthorizationFailed', 'does not have authorization to perform action') });
    const partial = await closed.api.listMarked?.(['eastus', 'westeurope']);
    expect(partial).toMatchObject({ regions: ['westeurope'], unanswered: [{ region: 'eastus', problem: { kind: 'permission' } }] });
    // The group tells enough to take it away.
    expect(partial?.found.map(({ name }) => name)).toEqual(['one', 'two', 'vm', 'os']);
    await expect(closed.api.listBySession('two-bbbbbb')).rejects.toMatchObject({ problem: { kind: 'permission' } });
    const none = await open({ ...answers, 'GET /resources': () => refuses(403, 'AuthorizationFailed', 'does not have authorization to perform action') });
    await expect(none.api.listMarked?.('everywhere')).rejects.toMatchObject({ problem: { kind: 'permission' } });
  });

  const left = (type: string, id: string): LeftResource => ({ type, id, name: null, region: null, seenBy: 'listing' });
  const accepted = (link: Readonly<Record<string, string>>) => ({ status: 202, headers: link });

  it('goes with its group, strays after it, each when the operation is done', async () => {
    const nsg = `${base}/resourceGroups/other/providers/Microsoft.Network/networkSecurityGroups/moved`;
    const { api, arm } = await open({
      [`DELETE /resourceGroups/${group}`]: () => accepted({ location: `https://management.azure.com${base}/operationresults/1?api-version=2021-04-01` }),
      'GET /operationresults/1': (_query, call) => (call < 3 ? accepted({}) : { status: 200 }),
      [`DELETE ${nsg.slice(base.length)}`]: () => accepted({ 'azure-asyncoperation': `${base}/operations/2?api-version=2023-11-01`, location: 'https://x/y' }),
      'GET /operations/2': (_query, call) => ok({ status: call < 2 ? 'InProgress' : 'Succeeded' }),
    });
    const found = [left('azurerm_network_security_group', nsg), left('azurerm_managed_disk', inGroup('Microsoft.Compute/disks', 'd')), left('azurerm_resource_group', `${base}/resourceGroups/${group}`)];
    expect(await api.deleteLeftovers?.(found)).toEqual([]);
    expect(arm.asked).toEqual([
      `DELETE /resourceGroups/${group}`,
      ...Array<string>(3).fill('GET /operationresults/1'),
      `DELETE ${nsg.slice(base.length)}`,
      ...Array<string>(2).fill('GET /operations/2'),
    ]);
  });

  it('is waited for while something that is on its way out holds it', async () => {
    const network = `${base}/resourceGroups/other/providers/Microsoft.Network/virtualNetworks/v`;
    const { api, arm } = await open({
      [`DELETE ${network.slice(base.length)}`]: (_query, call) => (call < 4 ? refuses(400, 'InUseSubnetCannotBeDeleted', 'Subnet lab is in use by x.') : { status: 204 }),
    });
    expect(await api.deleteLeftovers?.([left('azurerm_virtual_network', network)])).toEqual([]);
    expect(arm.asked).toHaveLength(4);
  });

  it('is named with the reason where it stays; what is gone already counts as deleted', async () => {
    const locked = left('azurerm_resource_group', `${base}/resourceGroups/${group}`);
    const gone = left('azurerm_public_ip', `${base}/resourceGroups/other/providers/Microsoft.Network/publicIPAddresses/a`);
    const failing = left('azurerm_virtual_network', `${base}/resourceGroups/other/providers/Microsoft.Network/virtualNetworks/v`);
    const foreign = left('Microsoft.Web/sites', `${base}/resourceGroups/other/providers/Microsoft.Web/sites/w`);
    const { api } = await open({
      [`DELETE /resourceGroups/${group}`]: () => refuses(409, 'ScopeLocked', 'The scope cannot perform delete operation because following scope(s) are locked'),
      [`DELETE ${gone.id.slice(base.length)}`]: () => refuses(404, 'ResourceNotFound'),
      [`DELETE ${failing.id.slice(base.length)}`]: () => accepted({ 'azure-asyncoperation': `${base}/operations/3` }),
      'GET /operations/3': () => ok({ status: 'Failed', error: { code: 'InUseSubnetCannotBeDeleted', message: 'Subnet lab is in use by x. y' } }),
    });
    expect(await api.deleteLeftovers?.([locked, gone, failing, foreign])).toMatchObject([
      { resource: locked, problem: { kind: 'conflict', code: 'ScopeLocked' } },
      { resource: failing, problem: { kind: 'conflict', code: 'InUseSubnetCannotBeDeleted' } },
      { resource: foreign, problem: { summary: expect.stringContaining('labtui does not delete Microsoft.Web/sites') as string } },
    ]);
  });
});

describe("a machine's console", () => {
  const vm = inGroup('Microsoft.Compute/virtualMachines', 'lab-azure');
  const ask = `POST ${vm.slice(base.length)}/retrieveBootDiagnosticsData`;

  it('is read from where Azure says, without a token', async () => {
    // The blob is on the same host here; its address is known only once the server runs.
    let origin = '';
    const { api, arm } = await open({
      [ask]: () => ok({ serialConsoleLogBlobUri: `${origin}/blob/serialconsole.log?sig=secret` }),
      'GET /blob/serialconsole.log': () => ok('[    0.000000] Linux version 6.1\n'),
    });
    origin = arm.origin;
    expect(await api.consoleOutput?.(vm)).toBe('[    0.000000] Linux version 6.1\n');
    expect(arm.authorizations.map((value) => value !== '')).toEqual([true, false]);
  });

  it('is empty while there is none', async () => {
    expect(await (await open({ [ask]: () => ok({}) })).api.consoleOutput?.(vm)).toBe('');
  });

  it('says when boot diagnostics are off', async () => {
    await expect((await open({ [ask]: () => refuses(409, 'OperationNotAllowed', 'Boot diagnostics is not enabled on the VM.') })).api.consoleOutput?.(vm)).rejects.toMatchObject({ name: 'LabError' });
  });
});
