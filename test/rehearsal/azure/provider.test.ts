import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { azurermProvider } from '../../../src/rehearsal/azure/terraform/azurerm-provider.ts';
import { type Attributes, ProviderError } from '../../../src/plugin/behaviour.ts';
import type { ProviderContext } from '../../../src/rehearsal/provider/behaviour.ts';
import { complete } from '../../../src/plugin/plan/complete.ts';
import { planChange } from '../../../src/plugin/plan/plan-change.ts';
import { loadSchema } from '../../../src/rehearsal/provider/load-schema.ts';
import { azureModel } from '../../../src/rehearsal/azure/model/azure-model.ts';
import { createMemoryWorld, type MemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { rulesFor } from '../../../src/rehearsal/azure/model/resources.ts';
import { caller, catalogue, fault, group, network, nicBody, sshKey, subscription, location } from './azure-world.ts';

const schema = await loadSchema('azurerm');
let world: MemoryWorld;
let context: ProviderContext;

function configured(features: Attributes): ProviderContext {
  return { world, caller: { ...caller, actor: 'terraform' }, config: complete(schema.provider, { subscription_id: subscription, features: [features] }), signal: new AbortController().signal };
}

afterEach(() => void vi.unstubAllEnvs());
beforeEach(async () => {
  vi.stubEnv('ARM_SUBSCRIPTION_ID', undefined);
  world = createMemoryWorld({ models: [azureModel], catalogue, speed: 20_000 });
  context = configured({});
  for (const [id, body] of [
    [group, location],
    [`${network}/virtualNetworks/net`, { ...location, properties: { addressSpace: { addressPrefixes: ['10.77.0.0/16'] }, subnets: [{ name: 'lab', properties: { addressPrefix: '10.77.0.0/24' } }] } }],
    [`${network}/publicIPAddresses/ip`, { ...location, sku: { name: 'Standard' }, properties: { publicIPAllocationMethod: 'Static' } }],
    [`${network}/networkInterfaces/nic`, nicBody()],
  ] as const) {
    await world.call({ cloud: 'azure', operation: 'test', verb: 'read', subject: 'other', caller }, (tx) => rulesFor(id).put(tx, id, body));
  }
});

const machine = (changes: Attributes = {}): Attributes => ({
  name: 'lab-1',
  resource_group_name: 'lab-k3x9q2',
  location: 'West Europe',
  zone: '1',
  size: 'Standard_B2als_v2',
  admin_username: 'lab',
  network_interface_ids: [`${network}/networkInterfaces/nic`],
  admin_ssh_key: [{ username: 'lab', public_key: sshKey }],
  os_disk: [{ caching: 'ReadWrite', storage_account_type: 'StandardSSD_LRS' }],
  source_image_reference: [{ publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' }],
  ...changes,
});

function kit(type: string) {
  const behaviour = azurermProvider.resources.find((resource) => resource.type === type)!;
  const resource = schema.resources[type]!;
  const completed = (config: Attributes): Attributes => complete(resource.block, config);
  return {
    behaviour,
    completed,
    create: (config: Attributes, where = context): Promise<Attributes> => {
      const { planned } = planChange(resource, behaviour, { config: completed(config), prior: null }, where);
      return behaviour.create(planned, where, completed(config));
    },
  };
}

const vm = kit('azurerm_linux_virtual_machine');

async function failure(work: Promise<unknown>): Promise<ProviderError> {
  const error = await work.then(() => null).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProviderError);
  return error as ProviderError;
}

const label = `Linux Virtual Machine (Subscription: "${subscription}"\nResource Group Name: "lab-k3x9q2"\nVirtual Machine Name: "lab-1")`;

describe('the simulated azurerm provider', () => {
  it.each([
    ['capacity', `polling after CreateOrUpdate: polling failed: the Azure API returned the following error:\n\nStatus: "ZonalAllocationFailed"\nCode: ""\nMessage: "Allocation failed.`],
    ['capacity-region', "performing CreateOrUpdate: unexpected status 409 (409 Conflict) with error: SkuNotAvailable: The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: Standard_B2als_v2' is currently not available in location 'westeurope'."],
    ['quota', 'performing CreateOrUpdate: unexpected status 409 (409 Conflict) with error: OperationNotAllowed: Operation could not be completed as it results in exceeding approved standardBasv2Family Cores quota.'],
    ['expired', 'performing CreateOrUpdate: unexpected status 401 (401 Unauthorized) with error: ExpiredAuthenticationToken: The access token expiry UTC time'],
    ['permission', "performing CreateOrUpdate: unexpected status 403 (403 Forbidden) with error: AuthorizationFailed: The client 'rehearsal@labtui.invalid' with object id"],
    ['terms', 'performing CreateOrUpdate: unexpected status 400 (400 Bad Request) with error: MarketplacePurchaseEligibilityFailed: Marketplace purchase eligibilty check'],
    ['throttled', 'performing CreateOrUpdate: unexpected status 429 (429 Too Many Requests) with error: ResourceCollectionRequestsThrottled:'],
    ['conflict', 'performing CreateOrUpdate: unexpected status 409 (409 Conflict) with error: AnotherOperationInProgress:'],
    ['invalid-input', 'performing CreateOrUpdate: unexpected status 400 (400 Bad Request) with error: InvalidParameter: The value of parameter vmSize is invalid.'],
    ['network', 'performing CreateOrUpdate: Put "https://management.azure.com/subscriptions/'],
  ] as const)('says what a fault of kind %s is in the real provider’s words', async (kind, words) => {
    await world.arm([fault(kind)], null);
    const { diagnostic, partial } = await failure(vm.create(machine()));
    expect(diagnostic.summary.startsWith(`creating ${label}: ${words}`), diagnostic.summary).toBe(true);
    expect(partial).toBeNull();
  });

  it('tries a throttled call again', async () => {
    await world.arm([fault('throttled', { times: 2 })], null);
    expect(await vm.create(machine())).toMatchObject({ private_ip_address: '10.77.0.4' });
  });

  it('fails to be configured without credentials or a subscription', async () => {
    await world.arm([fault('credentials')], null);
    expect((await failure(azurermProvider.configure!(context))).diagnostic.summary).toMatch(/^building account: .*could not configure AzureCli Authorizer: .*AADSTS700082: The refresh token has expired due to inactivity/s);
    const without = { ...context, config: complete(schema.provider, { features: [{}] }) };
    expect((await failure(azurermProvider.configure!(without))).diagnostic.summary).toContain('`subscription_id` is a required provider property');
  });

  it('asks for an import where the resource is there already', async () => {
    await vm.create(machine());
    expect((await failure(vm.create(machine()))).diagnostic.summary).toBe(
      `a resource with the ID "${group}/providers/Microsoft.Compute/virtualMachines/lab-1" already exists - to be managed via Terraform this resource needs to be imported into the State. Please see the resource documentation for "azurerm_linux_virtual_machine" for more information`,
    );
  });

  it('keeps the id of a machine whose polling broke off only where it is told to', async () => {
    await world.arm([fault('network', { operation: 'Microsoft.Compute/virtualMachines/read' })], null);
    expect((await failure(vm.create(machine()))).partial).toBeNull();
    await world.call({ cloud: 'azure', operation: 'test', verb: 'read', subject: 'other', caller }, (tx) => rulesFor(group).remove(tx, `${group}/providers/Microsoft.Compute/virtualMachines/lab-1`));
    await world.sleep(60_000);
    const { partial } = await failure(vm.create(machine(), configured({ persist_id_on_create_before_polling_for_completion: true })));
    expect(partial).toMatchObject({ id: `${group}/providers/Microsoft.Compute/virtualMachines/lab-1`, name: 'lab-1', public_ip_address: null });
  });

  it('gives up a machine that never leaves Creating when its time is over', async () => {
    await world.arm([fault('stuck')], null);
    expect((await failure(vm.create(machine({ timeouts: { create: '5m' } })))).diagnostic.summary).toBe(`creating ${label}: polling after CreateOrUpdate: context deadline exceeded`);
  });

  it('does not delete a group with something in it, unless told so', async () => {
    const groups = kit('azurerm_resource_group');
    const prior = groups.completed({ id: group, name: 'lab-k3x9q2', location: 'westeurope' });
    const { diagnostic } = await failure(groups.behaviour.delete(prior, context));
    expect(diagnostic.summary).toMatch(/^deleting Resource Group "lab-k3x9q2": the Resource Group still contains Resources\.\n\nTerraform is configured.*\* `\/subscriptions\/.*\/networkInterfaces\/nic`/s);
    await groups.behaviour.delete(prior, configured({ resource_group: [{ prevent_deletion_if_contains_resources: false }] }));
    expect(await world.read((view) => view.list('azure'))).toEqual([]);
  });

  it.each<readonly [Attributes, string]>([
    [{ admin_username: 'admin' }, '"admin_username" specified is not allowed, got "admin"'],
    [{ admin_ssh_key: [{ username: 'lab', public_key: sshKey.replace('ssh-ed25519', 'ssh-dss') }] }, '- the provided ssh-dss SSH key is not supported. Only RSA and ED25519 SSH keys are supported by Azure'],
    [{ custom_data: '#cloud-config' }, 'expected "custom_data" to be a base64 string, got #cloud-config'],
    [{ priority: 'Low' }, 'expected priority to be one of ["Regular" "Spot"], got Low'],
    [{ source_image_id: '/communityGalleries/g/images/i' }, 'Invalid combination of arguments'],
    [{ resource_group_name: 'a b' }, '"resource_group_name" may only contain alphanumeric characters'],
  ])('finds %j wrong without asking', (changes, words) => {
    const [problem] = vm.behaviour.validate!(vm.completed(machine(changes)));
    expect(problem?.summary).toContain(words);
    expect(vm.behaviour.validate!(vm.completed(machine()))).toEqual([]);
  });

  it('wants a policy for a spot machine, and knows what no lab is made of', async () => {
    expect((await failure(vm.create(machine({ priority: 'Spot' })))).diagnostic.summary).toBe('an `eviction_policy` must be specified when `priority` is set to `Spot`');
    const types = azurermProvider.resources.map(({ type }) => type).sort();
    expect(types).toEqual(Object.keys(schema.resources).sort());
    const absent = azurermProvider.resources.find(({ type }) => type === 'azurerm_logic_app_action_http')!;
    expect((await failure(absent.create({}, context, {}))).diagnostic.summary).toBe('azurerm_logic_app_action_http is not part of the simulated Azure');
  });
});
