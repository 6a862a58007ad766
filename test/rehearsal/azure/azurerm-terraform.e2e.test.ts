import { describe, expect, it } from 'vitest';
import { eachTerraform } from '../../support/terraform/each-terraform.ts';
import { fault, gallery, group, sshKey } from './azure-world.ts';
import { azurermConfiguration, simulatedAzurerm } from './azurerm-terraform.ts';

const open = eachTerraform(simulatedAzurerm);

const where = { location: '${azurerm_resource_group.lab.location}', resource_group_name: '${azurerm_resource_group.lab.name}' };
const ubuntu = { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: '24.04.20261110' };

/** A lab: its own group and network, SSH for the caller only, one machine with a static address. */
const resources = (changes: object = {}, others: object = {}, tags: object = { labtui: 'true' }) => ({
  azurerm_resource_group: { lab: { name: 'lab-k3x9q2', location: 'westeurope', tags } },
  azurerm_virtual_network: { net: { name: 'net', ...where, address_space: ['10.77.0.0/16'], tags } },
  azurerm_subnet: { lab: { name: 'lab', resource_group_name: where.resource_group_name, virtual_network_name: '${azurerm_virtual_network.net.name}', address_prefixes: ['10.77.0.0/24'] } },
  azurerm_network_security_group: { ssh: { name: 'ssh', ...where, tags } },
  azurerm_network_security_rule: {
    ssh: {
      name: 'ssh',
      resource_group_name: where.resource_group_name,
      network_security_group_name: '${azurerm_network_security_group.ssh.name}',
      priority: 100,
      direction: 'Inbound',
      access: 'Allow',
      protocol: 'Tcp',
      source_port_range: '*',
      destination_port_range: '22',
      source_address_prefixes: ['203.0.113.7/32'],
      destination_address_prefix: '*',
    },
  },
  azurerm_subnet_network_security_group_association: { ssh: { subnet_id: '${azurerm_subnet.lab.id}', network_security_group_id: '${azurerm_network_security_group.ssh.id}' } },
  azurerm_public_ip: { ip: { name: 'ip', ...where, allocation_method: 'Static', sku: 'Standard', zones: ['1'], tags } },
  azurerm_network_interface: {
    nic: { name: 'nic', ...where, tags, ip_configuration: [{ name: 'main', subnet_id: '${azurerm_subnet.lab.id}', private_ip_address_allocation: 'Dynamic', public_ip_address_id: '${azurerm_public_ip.ip.id}' }] },
  },
  azurerm_linux_virtual_machine: {
    vm: {
      name: 'lab-1',
      ...where,
      zone: '1',
      size: 'Standard_B2als_v2',
      admin_username: 'lab',
      network_interface_ids: ['${azurerm_network_interface.nic.id}'],
      admin_ssh_key: [{ username: 'lab', public_key: sshKey }],
      os_disk: [{ caching: 'ReadWrite', storage_account_type: 'StandardSSD_LRS', disk_size_gb: 32 }],
      source_image_reference: [ubuntu],
      custom_data: Buffer.from('#cloud-config\n{}\n').toString('base64'),
      boot_diagnostics: [{}],
      secure_boot_enabled: true,
      vtpm_enabled: true,
      tags,
      ...changes,
    },
  },
  ...others,
});
const lab = (...changes: Parameters<typeof resources>) => azurermConfiguration(resources(...changes));

describe('the real terraform on the simulated Azure', () => {
  it('applies a lab, plans no changes, changes tags in place, resizes, replaces for another image, destroys all of it', async () => {
    const { write, succeed, noChanges, state, kinds } = open();
    write(lab());
    await succeed('init');
    await succeed('apply', '-auto-approve');
    const machine = state('azurerm_linux_virtual_machine', 'vm');
    expect(machine).toMatchObject({
      id: `${group}/providers/Microsoft.Compute/virtualMachines/lab-1`,
      computer_name: 'lab-1',
      private_ip_address: '10.77.0.4',
      public_ip_address: state('azurerm_public_ip', 'ip')?.ip_address,
      priority: 'Regular',
      max_bid_price: -1,
      os_disk: [{ disk_size_gb: 32, storage_account_type: 'StandardSSD_LRS' }],
    });
    await noChanges();

    write(lab({}, {}, { labtui: 'true', 'labtui-expires': '2026-11-22T00:00:00Z' }));
    expect(await succeed('apply', '-auto-approve')).toContain('0 added, 6 changed, 0 destroyed');
    await noChanges();

    write(lab({ size: 'Standard_D4as_v5' }));
    expect(await succeed('apply', '-auto-approve')).toContain('0 added, 6 changed, 0 destroyed');
    expect(state('azurerm_linux_virtual_machine', 'vm')?.virtual_machine_id).toBe(machine?.virtual_machine_id);
    await noChanges();

    write(lab({ source_image_reference: [{ publisher: 'Debian', offer: 'debian-12', sku: '12-gen2', version: 'latest' }] }));
    expect(await succeed('apply', '-auto-approve')).toContain('1 added, 0 changed, 1 destroyed');
    expect(state('azurerm_linux_virtual_machine', 'vm')?.virtual_machine_id).not.toBe(machine?.virtual_machine_id);
    await noChanges();

    await succeed('destroy', '-auto-approve');
    expect(await kinds()).toEqual([]);
    await succeed('destroy', '-auto-approve');
  });

  it('has spot machines, gallery images, plans, keys and disks that plan no changes', async () => {
    const { write, succeed, noChanges, kinds } = open();
    write(
      lab(
        { priority: 'Spot', eviction_policy: 'Delete', max_bid_price: -1, source_image_reference: undefined, source_image_id: `${gallery}/versions/latest`, secure_boot_enabled: undefined, vtpm_enabled: undefined },
        {
          azurerm_subnet_network_security_group_association: undefined,
          azurerm_network_interface_security_group_association: { ssh: { network_interface_id: '${azurerm_network_interface.nic.id}', network_security_group_id: '${azurerm_network_security_group.ssh.id}' } },
          azurerm_ssh_public_key: { key: { name: 'key', ...where, public_key: sshKey } },
          azurerm_managed_disk: { data: { name: 'data', ...where, zone: '1', storage_account_type: 'Premium_LRS', create_option: 'Empty', disk_size_gb: 16 } },
          azurerm_virtual_machine_data_disk_attachment: { data: { managed_disk_id: '${azurerm_managed_disk.data.id}', virtual_machine_id: '${azurerm_linux_virtual_machine.vm.id}', lun: 0, caching: 'None' } },
        },
      ),
    );
    await succeed('init');
    await succeed('apply', '-auto-approve');
    await noChanges();
    write(lab({ source_image_reference: [{ publisher: 'resf', offer: 'rockylinux-x86_64', sku: '9-base', version: 'latest' }], plan: [{ name: '9-base', product: 'rockylinux-x86_64', publisher: 'resf' }] }));
    await succeed('apply', '-auto-approve');
    await noChanges();
    await succeed('destroy', '-auto-approve');
    expect(await kinds()).toEqual([]);
  });

  it('imports what is there, by its id', async () => {
    const { write, succeed } = open();
    write(lab());
    await succeed('init');
    await succeed('apply', '-auto-approve');
    for (const [address, id] of [
      ['azurerm_resource_group.lab', group],
      ['azurerm_network_interface.nic', `${group}/providers/Microsoft.Network/networkInterfaces/nic`],
      ['azurerm_subnet_network_security_group_association.ssh', `${group}/providers/Microsoft.Network/virtualNetworks/net/subnets/lab`],
      ['azurerm_linux_virtual_machine.vm', `${group}/providers/Microsoft.Compute/virtualMachines/lab-1`],
    ] as const) {
      await succeed('state', 'rm', address);
      await succeed('import', address, id);
    }
    const output = await succeed('plan');
    // Azure does not give the custom data back: an import cannot know it.
    expect(output).toContain('custom_data');
    expect(output).toContain('1 to add, 0 to change, 1 to destroy');
  });

  it('leaves a tainted machine behind when the polling breaks off, as the id was kept before it', async () => {
    const { write, succeed, run, state, kinds, world } = open();
    write(lab());
    await succeed('init');
    await world.arm([fault('network', { operation: 'Microsoft.Compute/virtualMachines/read' })], null);
    const { exitCode, output } = await run('apply', '-auto-approve');
    expect(exitCode).toBe(1);
    expect(output).toMatch(/polling after CreateOrUpdate: Get "https:\/\/management\.azure\.com.*read: connection reset by peer/s);
    expect(state('azurerm_linux_virtual_machine', 'vm')?.id).toBe(`${group}/providers/Microsoft.Compute/virtualMachines/lab-1`);
    await world.disarm(null);
    await succeed('destroy', '-auto-approve');
    expect(await kinds()).toEqual([]);
  });
});
