import { describe, expect, it } from 'vitest';
import { hostsOf } from '../../../src/clouds/azure/hosts.ts';
import type { StateResource } from '../../../src/core/cloud.ts';

const resource = (address: string, type: string, attributes: StateResource['attributes'], more: Partial<StateResource> = {}): StateResource => ({
  address,
  type,
  id: `id-of-${address}`,
  name: null,
  tainted: false,
  attributes,
  ...more,
});

describe('the hosts of an Azure state', () => {
  it('are its machines by their Name tags, in the order of their numbers', () => {
    const vm = (index: number, more: StateResource['attributes'] = {}) =>
      resource(`azurerm_linux_virtual_machine.vm-${index}`, 'azurerm_linux_virtual_machine', { name: `vm${index}`, location: 'westeurope', tags: { Name: `lab-azure-${index}` }, ...more });
    const hosts = hostsOf([
      vm(10, { zone: '' }),
      resource('azurerm_resource_group.lab', 'azurerm_resource_group', { tags: { Name: 'lab' } }),
      vm(2, { public_ip_address: '203.0.113.9', private_ip_address: '10.0.0.4', zone: '2' }),
    ]);
    expect(hosts.map(({ name, zone }) => [name, zone])).toEqual([
      ['lab-azure-2', 'westeurope-2'],
      ['lab-azure-10', 'westeurope'],
    ]);
    expect(hosts[0]).toEqual({
      name: 'lab-azure-2',
      instanceId: 'id-of-azurerm_linux_virtual_machine.vm-2',
      state: 'running',
      zone: 'westeurope-2',
      publicIp: '203.0.113.9',
      publicDns: null,
      privateIp: '10.0.0.4',
    });
  });

  it('have the address of their interface while the machine itself knows none yet', () => {
    const [host] = hostsOf([
      resource('azurerm_linux_virtual_machine.vm', 'azurerm_linux_virtual_machine', { name: 'lab-azure', network_interface_ids: ['/x/NIC'], public_ip_address: '' }, { tainted: true }),
      resource('azurerm_network_interface.nic', 'azurerm_network_interface', { id: '/x/nic', ip_configuration: [{ public_ip_address_id: '/x/pip' }] }),
      resource('azurerm_public_ip.address', 'azurerm_public_ip', { id: '/X/pip', ip_address: '203.0.113.5' }),
    ]);
    expect(host).toMatchObject({ name: 'lab-azure', state: 'unknown', publicIp: '203.0.113.5', zone: null });
  });

  it('stay readable when the state says less, or something new', () => {
    expect(hostsOf([resource('azurerm_linux_virtual_machine.vm', 'azurerm_linux_virtual_machine', { tags: null, zone: 7 }, { id: null })])).toEqual([
      { name: 'azurerm_linux_virtual_machine.vm', instanceId: null, state: 'unknown', zone: null, publicIp: null, publicDns: null, privateIp: null },
    ]);
  });
});
