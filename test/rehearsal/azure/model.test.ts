import { beforeEach, describe, expect, it } from 'vitest';
import { patchResource, rulesFor } from '../../../src/rehearsal/azure/model/resources.ts';
import { power } from '../../../src/rehearsal/azure/model/machine-life.ts';
import { setAccepted } from '../../../src/rehearsal/azure/model/marketplace.ts';
import { checkRegistered, setRegistered } from '../../../src/rehearsal/azure/model/registrations.ts';
import { computeUsages } from '../../../src/rehearsal/azure/model/usages.ts';
import { familyOf } from '../../../src/rehearsal/azure/model/sizes.ts';
import type { JsonObject } from '../../../src/rehearsal/engine/json.ts';
import { type AzureWorld, azureWorld, compute, fault, gallery, group, location, machineBody, network, nicBody, subscription, sshKey, withNetwork } from './azure-world.ts';

let world: AzureWorld;
beforeEach(async () => {
  world = azureWorld();
  await withNetwork(world);
});

const vm = `${compute}/virtualMachines/lab-1`;
const show = (id: string): Promise<JsonObject> => world.work((view) => rulesFor(id).show(view, id));
const osProfile = (changes: JsonObject): JsonObject => ({ osProfile: { ...(machineBody().properties as { osProfile: JsonObject }).osProfile, ...changes } });
const image = (publisher: string, offer: string, sku: string, version = 'latest'): JsonObject => ({
  storageProfile: { imageReference: { publisher, offer, sku, version }, osDisk: { createOption: 'FromImage' } },
});
const rocky = image('resf', 'rockylinux-x86_64', '9-base');
const plan = { plan: { name: '9-base', product: 'rockylinux-x86_64', publisher: 'resf' } };
const nsg = `${network}/networkSecurityGroups/ssh`;
const rule = (name: string, priority: number): JsonObject => ({ name, properties: { priority, direction: 'Inbound', access: 'Allow', protocol: 'Tcp', sourcePortRange: '*', destinationPortRange: '22', sourceAddressPrefix: '*', destinationAddressPrefix: '*' } });

describe('what the simulated Azure refuses', () => {
  it.each<readonly [string, string, JsonObject, string, string]>([
    ['a group in a region that is none', `/subscriptions/${subscription}/resourceGroups/other`, { location: 'atlantis' }, 'LocationNotAvailableForResourceGroup', "location 'atlantis'"],
    ['a group that moves', group, { location: 'westus' }, 'InvalidResourceGroupLocation', "already exists in location 'westeurope'"],
    ['anything in a group that is not there', `/subscriptions/${subscription}/resourceGroups/none/providers/Microsoft.Network/virtualNetworks/n`, location, 'ResourceGroupNotFound', "'none' could not be found"],
    ['a range with host bits', `${network}/virtualNetworks/b`, { ...location, properties: { addressSpace: { addressPrefixes: ['10.0.0.1/24'] } } }, 'InvalidCIDRNotation', '10.0.0.1/24'],
    ['a subnet outside of its network', `${network}/virtualNetworks/net/subnets/b`, { properties: { addressPrefix: '10.78.0.0/24' } }, 'NetcfgInvalidSubnet', "Subnet 'b' is not valid in virtual network 'net'"],
    ['a subnet over another', `${network}/virtualNetworks/net/subnets/b`, { properties: { addressPrefix: '10.77.0.128/25' } }, 'NetcfgSubnetRangesOverlap', "virtual network 'net'"],
    ['a rule without a good priority', nsg, { ...location, properties: { securityRules: [rule('a', 99)] } }, 'SecurityRuleInvalidPriority', '100-4096'],
    ['two rules of one priority', nsg, { ...location, properties: { securityRules: [rule('a', 100), rule('b', 100)] } }, 'SecurityRuleConflict', 'Security rule b conflicts with rule a'],
    ['a Basic address', `${network}/publicIPAddresses/b`, { ...location, sku: { name: 'Basic' }, properties: { publicIPAllocationMethod: 'Dynamic' } }, 'IPv4BasicSkuPublicIpCountLimitReached', 'Cannot create more than 0'],
    ['a zone where there are none', `${network}/publicIPAddresses/b`, { location: 'westus', zones: ['1'], properties: { publicIPAllocationMethod: 'Static' } }, 'AvailabilityZoneNotSupported', "'westus'"],
    ['an address that another has', `${network}/networkInterfaces/b`, nicBody(), 'PublicIPAddressInUse', 'already allocated to resource'],
    ['an interface in no subnet', `${network}/networkInterfaces/b`, { ...location, properties: { ipConfigurations: [{ name: 'x', properties: { subnet: { id: `${network}/virtualNetworks/net/subnets/none` } } }] } }, 'InvalidResourceReference', 'referenced by resource'],
    ['a size that is none', vm, machineBody({ hardwareProfile: { vmSize: 'Standard_X1' } }), 'InvalidParameter', 'Standard_X1'],
    ['an image that is none', vm, machineBody(image('Canonical', 'ubuntu-24_04-lts', 'server', '24.04.20200101')), 'PlatformImageNotFound', 'Canonical:ubuntu-24_04-lts:server:24.04.20200101'],
    ['an image of another architecture', vm, machineBody(image('Canonical', 'ubuntu-24_04-lts', 'server-arm64')), 'BadRequest', "CPU Architecture 'Arm64' was given"],
    ['trusted launch of an image that cannot', vm, machineBody({ storageProfile: { imageReference: { communityGalleryImageId: `${gallery}/versions/latest` }, osDisk: {} }, securityProfile: { securityType: 'TrustedLaunch', uefiSettings: { vTpmEnabled: true } } }), 'BadRequest', 'TrustedLaunch'],
    ['a marketplace image without its plan', vm, machineBody(rocky), 'VMMarketplaceInvalidInput', 'requires Plan information'],
    ['a plan that is not the image’s', vm, machineBody({}, plan), 'VMMarketplaceInvalidInput', 'not as expected'],
    ['a spot machine of a size without', vm, machineBody({ priority: 'Spot', evictionPolicy: 'Delete', hardwareProfile: { vmSize: 'Standard_B2s' } }), 'OperationNotAllowed', 'Azure Spot is not supported'],
    ['an eviction policy without spot', vm, machineBody({ evictionPolicy: 'Delete' }), 'InvalidParameter', 'Eviction policy'],
    ['a disk smaller than the image', vm, machineBody({ storageProfile: { ...(machineBody().properties as { storageProfile: JsonObject }).storageProfile, osDisk: { createOption: 'FromImage', diskSizeGB: 8 } } }), 'OperationNotAllowed', '8 GB is smaller'],
    ['a reserved administrator', vm, machineBody(osProfile({ adminUsername: 'admin' })), 'InvalidParameter', 'Admin Username specified is not allowed'],
    ['an ECDSA key', vm, machineBody(osProfile({ linuxConfiguration: { disablePasswordAuthentication: true, ssh: { publicKeys: [{ path: '/home/lab/.ssh/authorized_keys', keyData: sshKey.replaceAll('ssh-ed25519', 'ecdsa-sha2-nistp256') }] } } })), 'InvalidParameter', 'keyData is invalid'],
    ['custom data over 64 KB', vm, machineBody(osProfile({ customData: Buffer.alloc(65_540, 'a').toString('base64') })), 'InvalidParameter', '87380'],
    ['a host name that is none', vm, machineBody(osProfile({ computerName: 'a_b' })), 'InvalidParameter', 'Linux host name'],
  ])('%s', async (_, id, body, code, words) => {
    const error: unknown = await world.put(id, body).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'CloudError', code });
    expect((error as Error).message).toContain(words);
  });

  it('what is in use, until it is not any more', async () => {
    await world.put(nsg, location);
    await world.put(`${network}/networkInterfaces/nic`, { ...nicBody(), properties: { ...(nicBody().properties as JsonObject), networkSecurityGroup: { id: nsg } } });
    await world.put(vm, machineBody());
    for (const [id, code] of [
      [`${network}/virtualNetworks/net`, 'InUseSubnetCannotBeDeleted'],
      [`${network}/virtualNetworks/net/subnets/LAB`, 'InUseSubnetCannotBeDeleted'],
      [nsg, 'InUseNetworkSecurityGroupCannotBeDeleted'],
      [`${network}/publicIPAddresses/ip`, 'PublicIPAddressCannotBeDeleted'],
      [`${network}/networkInterfaces/nic`, 'NicInUse'],
    ] as const) {
      await expect(world.remove(id)).rejects.toMatchObject({ code, status: 400 });
    }
    const disk = (await world.work((view) => view.list('azure', 'disks').map(({ id }) => id)))[0]!;
    await expect(world.remove(disk)).rejects.toMatchObject({ code: 'OperationNotAllowed', status: 409 });
    await world.remove(vm);
    await expect(world.remove(`${network}/networkInterfaces/nic`)).rejects.toMatchObject({ code: 'NicInUse' });
    world.advance(60_000);
    for (const id of [`${network}/networkInterfaces/nic`, `${network}/publicIPAddresses/ip`, nsg, `${network}/virtualNetworks/net`, disk]) await world.remove(id);
    expect(await world.work((view) => view.list('azure').map(({ kind }) => kind))).toEqual(['resourceGroups']);
  });

  it('a plan whose terms were cancelled, a provider that is not registered', async () => {
    await world.work((tx) => setAccepted(tx, subscription, { publisher: 'resf', offer: 'rockylinux-x86_64', plan: '9-base' }, false));
    await expect(world.put(vm, machineBody(rocky, plan))).rejects.toMatchObject({ code: 'ResourcePurchaseValidationFailed', status: 400 });
    await world.work((tx) => setAccepted(tx, subscription, { publisher: 'resf', offer: 'rockylinux-x86_64', plan: '9-base' }, true));
    await world.put(vm, machineBody(rocky, plan));
    await world.work((tx) => setRegistered(tx, subscription, 'Microsoft.Compute', false));
    await expect(world.work((tx) => checkRegistered(tx, vm))).rejects.toMatchObject({ code: 'MissingSubscriptionRegistration', status: 409 });
  });

  it('vCPUs over the quota, in the family’s own words', async () => {
    await world.put(`${network}/virtualNetworks/net`, { ...location, properties: { addressSpace: { addressPrefixes: ['10.77.0.0/16'] } } });
    await world.put(`${network}/virtualNetworks/net/subnets/wide`, { properties: { addressPrefix: '10.77.16.0/20' } });
    const one = (index: number) => async (): Promise<void> => {
      const nic = `${network}/networkInterfaces/nic-${index}`;
      await world.put(nic, { ...location, properties: { ipConfigurations: [{ name: 'main', properties: { subnet: { id: `${network}/virtualNetworks/net/subnets/wide` } } }] } });
      await world.put(`${compute}/virtualMachines/lab-${index + 10}`, machineBody({ networkProfile: { networkInterfaces: [{ id: nic }] } }));
    };
    for (let index = 0; index < 250; index += 1) await one(index)();
    await expect(one(250)()).rejects.toMatchObject({
      code: 'OperationNotAllowed',
      message: expect.stringMatching(/exceeding approved standardBasv2Family Cores quota\. .*Current Limit: 500, Current Usage: 500, Additional Required: 2, \(Minimum\) New Limit Required: 502/) as string,
    });
    await world.work((tx) => power(tx, `${compute}/virtualMachines/lab-10`, 'deallocate'));
    world.advance(30_000);
    await one(250)();
  });
});

describe('a machine of the simulated Azure', () => {
  it('is created, runs, stops without freeing its vCPUs, is deallocated, keeps its address, starts again and goes with its timer', async () => {
    const state = async (): Promise<string> => ((await show(vm)).properties as { provisioningState: string }).provisioningState;
    const cores = (): Promise<number | undefined> => world.work((view) => computeUsages(view, subscription, 'westeurope').find(({ name }) => name === 'cores')?.current);
    const machine = () => world.work((view) => view.get('azure', vm.toUpperCase())?.machine);
    await world.put(vm, machineBody());
    expect(await state()).toBe('Creating');
    const address = (await show(`${network}/publicIPAddresses/ip`)).properties as { ipAddress: string };
    world.advance(40_000);
    expect(await state()).toBe('Succeeded');
    expect(await machine()).toMatchObject({ state: 'running', defaultUser: 'lab', hostName: 'lab-1', privateIp: '10.77.0.4', publicIp: address.ipAddress, userData: '#cloud-config\n{}\n', authorizedKeys: [{ user: 'lab', publicKey: sshKey }] });
    await world.work((tx) => power(tx, vm, 'powerOff'));
    world.advance(30_000);
    expect([(await machine())?.state, await cores()]).toEqual(['stopped', 2]);
    await expect(world.work((tx) => patchResource(tx, vm, { properties: { networkProfile: { networkInterfaces: [] } } }))).rejects.toMatchObject({ code: 'CannotAddOrRemoveNetworkInterfacesFromARunningVirtualMachine' });
    await world.work((tx) => power(tx, vm, 'deallocate'));
    world.advance(30_000);
    expect([(await machine())?.state, await cores()]).toEqual(['stopped', 0]);
    await world.work((tx) => power(tx, vm, 'start'));
    world.advance(60_000);
    expect(await machine()).toMatchObject({ state: 'running', publicIp: address.ipAddress });
    const shown = JSON.stringify(await show(vm));
    expect(shown).not.toContain('customData');
    expect(await world.work((view) => view.list('azure', 'disks').map((disk) => disk.region))).toEqual(['westeurope']);
  });

  it('takes what says Delete along, and its group takes everything', async () => {
    const properties = machineBody().properties as { storageProfile: { osDisk: JsonObject } & JsonObject };
    await world.put(vm, machineBody({ storageProfile: { ...properties.storageProfile, osDisk: { ...properties.storageProfile.osDisk, deleteOption: 'Delete' } }, networkProfile: { networkInterfaces: [{ id: `${network}/networkInterfaces/nic`, properties: { deleteOption: 'Delete' } }] } }));
    world.advance(60_000);
    await world.remove(vm);
    world.advance(60_000);
    expect(await world.work((view) => view.list('azure').map(({ kind }) => kind).sort())).toEqual(['publicIPAddresses', 'resourceGroups', 'virtualNetworks']);
    await world.put(`${network}/networkInterfaces/nic`, nicBody());
    await world.put(vm, machineBody());
    await world.remove(group);
    await expect(world.put(`${network}/virtualNetworks/b`, location)).rejects.toMatchObject({ code: 'ResourceGroupBeingDeleted' });
    world.advance(61_000);
    expect(await world.work((view) => view.list('azure'))).toEqual([]);
  });

  it('is evicted as its policy says', async () => {
    await world.arm([fault('preemption', { durationMs: 60_000 })], null);
    const launch = (id: string, body: JsonObject): Promise<void> => world.call({ cloud: 'azure', operation: 'Microsoft.Compute/virtualMachines/write', verb: 'create', subject: 'instance', caller: { actor: 'client', run: null, session: null, stack: null } }, (tx) => rulesFor(id).put(tx, id, body));
    await launch(vm, machineBody({ priority: 'Spot', evictionPolicy: 'Deallocate' }));
    world.advance(180_000);
    expect(await world.work((view) => view.get('azure', vm)?.machine?.state)).toBe('stopped');
    expect(await world.work((view) => computeUsages(view, subscription, 'westeurope').find(({ name }) => name === 'lowPriorityCores')?.current)).toBe(0);
    await world.remove(vm);
    world.advance(60_000);
    await launch(vm, machineBody({ priority: 'Spot', evictionPolicy: 'Delete' }));
    world.advance(300_000);
    expect(await world.work((view) => view.get('azure', vm))).toBeNull();
  });
});

it('names the quota families as Azure does', () => {
  expect(['Standard_B2als_v2', 'Standard_B2ls_v2', 'Standard_B2pls_v2', 'Standard_B2s', 'Standard_D4as_v5', 'Standard_D2als_v6'].map(familyOf)).toEqual([
    'standardBasv2Family',
    'standardBsv2Family',
    'standardBpsv2Family',
    'standardBSFamily',
    'standardDASv5Family',
    'standardDalv6Family',
  ]);
});
