import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { azureFacts } from '../../../src/clouds/azure/facts.ts';
import { hasPremiumStorage } from '../../../src/clouds/azure/os-disk.ts';
import { synthesize } from '../../../src/clouds/azure/stack.ts';
import { loadSchema, type ProviderSchema, schemaProblems } from '../../support/schema-check.ts';
import { refusalOf } from '../../support/stack-inputs.ts';
import { readStack, record } from '../../support/stack-text.ts';
import { gallery, type InputChange, publicKey, sessionId, stackInput, subnetId, subscription } from './stack-inputs.ts';
import { almalinux, disk, everyVariant, fedora, ownSubnet, spot, variants } from './stack-variants.ts';

const schema = await loadSchema('azurerm');

/**
 * The schema of azurerm 4.81, from that of 5.2 and what changed in between: the upgrade guide to 5.0 (`subnet.service_endpoints` became a
 * block, `vm_agent_platform_updates_enabled` is read-only, `enhanced_validation` is new among the features, `skip_provider_registration`
 * is gone) and the notes of 5.x (a subnet's security group and route table, write-only).
 */
function as481({ provider, resources, ...rest }: ProviderSchema): ProviderSchema {
  const { azurerm_subnet: subnet = {}, azurerm_linux_virtual_machine: machine = {}, ...others } = resources;
  const { service_endpoint: _, ...subnetBlocks } = subnet.blocks ?? {};
  const subnetAttributes = Object.entries(subnet.attributes ?? {}).filter(([name]) => !/^(?:network_security_group|route_table)_id/.test(name));
  const { features, ...providerBlocks } = provider.blocks ?? {};
  const { enhanced_validation: __, ...featureBlocks } = features?.block.blocks ?? {};
  return {
    ...rest,
    version: '4.81.0',
    resources: {
      ...others,
      azurerm_subnet: { attributes: { ...Object.fromEntries(subnetAttributes), service_endpoints: { type: ['set', 'string'], optional: true } }, blocks: subnetBlocks },
      azurerm_linux_virtual_machine: { ...machine, attributes: { ...machine.attributes, vm_agent_platform_updates_enabled: { type: 'bool', optional: true, computed: true } } },
    },
    provider: {
      attributes: { ...provider.attributes, skip_provider_registration: { type: 'bool', optional: true } },
      blocks: { ...providerBlocks, ...(features === undefined ? {} : { features: { ...features, block: { ...features.block, blocks: featureBlocks } } }) },
    },
  };
}
const schema481 = as481(schema);

const synthesized = (change: InputChange = {}) => readStack(synthesize(stackInput(change)));

describe('the Azure stack', () => {
  it.each(Object.entries(variants))('fits the schema of provider 5.2, and what is known of 4.81: %s', (_name, change) => {
    const { text } = synthesized(change);
    expect(schemaProblems(text, schema)).toEqual([]);
    expect(schemaProblems(text, schema481)).toEqual([]);
  });

  it('fits both in many combinations of image, market, network, zone and count', () => {
    // A fifth of them, evenly: no dimension has a multiple of five. All of them meet the real provider where there is one.
    const some = everyVariant().filter((_, index) => index % 5 === 0);
    expect(some.length).toBeGreaterThan(80);
    const wrong = some.flatMap(([name, change]) => {
      const { text } = synthesized(change);
      return [...schemaProblems(text, schema), ...schemaProblems(text, schema481)].map((problem) => `${name}: ${problem}`);
    });
    expect(wrong).toEqual([]);
  });

  it('says nothing that means something else in 4.81 than in 5.2', () => {
    const { text, providerBlock, terraform } = synthesized();
    // What is unsaid would be "legacy" in 4.x, which registers some sixty resource providers, and "none" in 5.x.
    expect(providerBlock.resource_provider_registrations).toBe('none');
    // Known since 4.75 (2026-06-01): a provider of the range that refuses it is none of the range.
    expect(text).toContain('persist_id_on_create_before_polling_for_completion');
    const [, least] = /"version":">= 4\.(\d+)\.0, < 6\.0\.0"/.exec(JSON.stringify(terraform)) ?? [];
    expect(Number(least)).toBeGreaterThanOrEqual(75);
    for (const word of ['service_endpoint', 'vm_agent_platform_updates_enabled', 'skip_provider_registration', 'enhanced_validation', '_wo"']) expect(text).not.toContain(word);
    const wrong = text.replace('"address_prefixes"', '"service_endpoints": ["Microsoft.Storage"], "address_prefixes"');
    expect([schemaProblems(wrong, schema), schemaProblems(wrong, schema481)]).toEqual([['azurerm_subnet.subnet.service_endpoints: unknown'], []]);
  });

  it('names provider and Terraform in full, keeps its state beside it, and holds no path of this computer', () => {
    const { text, terraform } = synthesized();
    expect(terraform).toEqual({
      backend: { local: { path: 'terraform.tfstate' } },
      required_providers: { azurerm: { source: 'hashicorp/azurerm', version: '>= 4.75.0, < 6.0.0' } },
      required_version: '>= 1.5',
    });
    expect(text).not.toContain(process.cwd());
    expect(text).not.toContain('"//"');
  });

  it('registers nothing, stops at no leftovers, and writes a machine into the state before it waits for it', () => {
    expect(synthesized().providerBlock).toEqual({
      subscription_id: subscription,
      resource_provider_registrations: 'none',
      features: [
        {
          persist_id_on_create_before_polling_for_completion: true,
          resource_group: [{ prevent_deletion_if_contains_resources: false }],
          virtual_machine: [{ delete_os_disk_on_deletion: true }],
        },
      ],
    });
  });

  it('keeps everything in one group that is named after session and stack', () => {
    const { resource } = synthesized({ count: 2 });
    expect(resource.azurerm_resource_group?.lab).toMatchObject({ name: `${sessionId}-azure`, location: 'westeurope' });
    for (const [type, all] of Object.entries(resource)) {
      if (type === 'azurerm_resource_group' || type.endsWith('_association')) continue;
      for (const config of Object.values(all)) expect(config.resource_group_name, type).toBe('${azurerm_resource_group.lab.name}');
    }
    const names = ['azure', 'azure-debian-12'].map((id) => synthesized({ stack: { id } }).resource.azurerm_resource_group?.lab?.name);
    expect(new Set(names).size).toBe(2);
  });

  it('lets SSH in from the given ranges only, each by a rule of its own, and guards the subnet with them', () => {
    const { resource } = synthesized({ stack: { allowFrom: ['198.51.100.7/32', '203.0.113.0/24'], sshPort: 2222 } });
    const rules = Object.values(resource.azurerm_network_security_rule ?? {});
    expect(rules.map(({ source_address_prefix, destination_port_range, protocol, direction, access, priority }) => [source_address_prefix, destination_port_range, protocol, direction, access, priority])).toEqual([
      ['198.51.100.7/32', '2222', 'Tcp', 'Inbound', 'Allow', 100],
      ['203.0.113.0/24', '2222', 'Tcp', 'Inbound', 'Allow', 101],
    ]);
    expect(resource.azurerm_network_security_group?.ssh).not.toHaveProperty('security_rule');
    expect(resource.azurerm_subnet_network_security_group_association?.guard).toMatchObject({ subnet_id: '${azurerm_subnet.subnet.id}' });
    expect(resource.azurerm_linux_virtual_machine?.vm?.depends_on).toEqual(['azurerm_subnet_network_security_group_association.guard']);
  });

  it("makes no network beside the user's subnet, and guards each machine's own interface there", () => {
    const { resource } = synthesized({ count: 2, ...ownSubnet });
    expect(Object.keys(resource).filter((type) => /virtual_network|_subnet/.test(type))).toEqual([]);
    expect(Object.keys(resource.azurerm_network_interface_security_group_association ?? {})).toEqual(['guard-1', 'guard-2']);
    expect(resource.azurerm_network_interface?.['nic-2']).toMatchObject({ ip_configuration: [{ subnet_id: subnetId }] });
    expect(resource.azurerm_linux_virtual_machine?.['vm-2']?.depends_on).toEqual(['azurerm_network_interface_security_group_association.guard-2']);
  });

  it('makes each machine with a standard address, a key and no password, trusted launch, and managed boot diagnostics', () => {
    const { resource } = synthesized({ count: 2 });
    const machines = resource.azurerm_linux_virtual_machine ?? {};
    expect(Object.keys(machines)).toEqual(['vm-1', 'vm-2']);
    expect(Object.keys(synthesized().resource.azurerm_linux_virtual_machine ?? {})).toEqual(['vm']);
    expect(machines['vm-2']).toMatchObject({
      name: 'kernel-lab-azure-2',
      computer_name: 'kernel-lab-azure-2',
      size: 'Standard_B2als_v2',
      zone: '2',
      admin_username: 'debian',
      admin_ssh_key: [{ username: 'debian', public_key: publicKey }],
      disable_password_authentication: true,
      boot_diagnostics: {},
      os_disk: { name: 'kernel-lab-azure-2-os', caching: 'ReadWrite', storage_account_type: 'Premium_LRS', disk_size_gb: 30 },
      source_image_reference: { publisher: 'Debian', offer: 'debian-12', sku: '12-gen2', version: '0.20261110.2298' },
      secure_boot_enabled: true,
      vtpm_enabled: true,
      custom_data: Buffer.from('#cloud-config\nhostname: kernel-lab-azure-2\n').toString('base64'),
    });
    expect(machines['vm-2']).not.toHaveProperty('priority');
    expect(machines['vm-2']).not.toHaveProperty('plan');
    expect(resource.azurerm_public_ip?.['address-2']).toMatchObject({ sku: 'Standard', allocation_method: 'Static', zones: ['1', '2', '3'] });
  });

  it('names a zone only where the region has some', () => {
    const { resource } = synthesized({ stack: { region: 'westus', zone: 'westus' } });
    expect(resource.azurerm_linux_virtual_machine?.vm).not.toHaveProperty('zone');
    expect(resource.azurerm_public_ip?.address).not.toHaveProperty('zones');
  });

  it('takes a gallery image by its id and a sold one with its plan; trusted launch only where the image can', () => {
    const community = synthesized(fedora).resource.azurerm_linux_virtual_machine?.vm;
    expect(community).toMatchObject({ source_image_id: `${gallery}/versions/44.1.7` });
    expect(community).not.toHaveProperty('source_image_reference');
    expect(community).not.toHaveProperty('secure_boot_enabled');
    expect(synthesized(almalinux).resource.azurerm_linux_virtual_machine?.vm).toMatchObject({
      plan: { name: '9-gen2', product: 'almalinux-x86_64', publisher: 'almalinux' },
    });
  });

  it("puts the session's tags on everything that can carry them, each with its name; labtui's own win, whatever their case", () => {
    const { resource } = synthesized({ tags: { team: 'kernel', NAME: 'forged', 'Labtui-Owner': 'forged' } });
    const untagged = ['azurerm_subnet', 'azurerm_network_security_rule', 'azurerm_subnet_network_security_group_association'];
    for (const [type, all] of Object.entries(resource)) {
      if (untagged.includes(type)) continue;
      for (const { tags } of Object.values(all)) {
        expect(tags, type).toMatchObject({ labtui: 'true', 'labtui-session-id': sessionId, 'labtui-owner': 'me@here', team: 'kernel' });
        expect(Object.keys(record.parse(tags)).map((key) => key.toLowerCase()).sort(), type).toEqual(
          ['labtui', 'labtui-expires', 'labtui-owner', 'labtui-session-id', 'labtui-timestamp', 'name', 'team'],
        );
      }
    }
    expect(resource.azurerm_linux_virtual_machine?.vm?.tags).toMatchObject({ Name: 'kernel-lab-azure' });
    expect(resource.azurerm_virtual_network?.network?.tags).toMatchObject({ Name: `${sessionId}-azure` });
  });

  it('asks for spot at any price or at most the given one, and lets it go for good', () => {
    expect(synthesized({ stack: { spot } }).resource.azurerm_linux_virtual_machine?.vm).toMatchObject({ priority: 'Spot', eviction_policy: 'Delete', max_bid_price: -1 });
    expect(synthesized({ stack: { spot: { ...spot, maxPrice: 0.0212345 } } }).resource.azurerm_linux_virtual_machine?.vm).toMatchObject({ max_bid_price: 0.02123 });
  });

  it('maps disks by type and by what the size can do', () => {
    const typeOf = (stack: InputChange['stack']) => record.parse(synthesized({ stack }).resource.azurerm_linux_virtual_machine?.vm?.os_disk).storage_account_type;
    expect(typeOf({ disk })).toBe('Premium_LRS');
    expect(typeOf({ disk, instanceType: 'Standard_D2a_v4' })).toBe('StandardSSD_LRS');
    expect(typeOf({ disk: { ...disk, type: 'standard' } })).toBe('Standard_LRS');
    expect(azureFacts.instanceTypes.filter(({ type }) => !hasPremiumStorage(type))).toEqual([]);
    const premium = ['Standard_DS1_v2', 'Standard_GS2', 'Standard_F4s', 'Standard_E64-16s_v3', 'Standard_NC24ads_A100_v4', 'Standard_ND96isr_H100_v5', 'Standard_M8ms'];
    const plain = ['Standard_A2_v2', 'Standard_D2_v3', 'Standard_D4d_v4', 'Standard_NV6', 'Basic_A1', 'Standard_HB120-16_v1'];
    expect([...premium, ...plain].filter(hasPremiumStorage)).toEqual(premium);
  });

  it('compresses user data over 65535 bytes for cloud-init, the same way each time', () => {
    const large = `#!/bin/sh\n${'echo "${HOME}" ü\n'.repeat(6_000)}`;
    const packed = () => String(synthesized({ userData: large }).resource.azurerm_linux_virtual_machine?.vm?.custom_data);
    expect(gunzipSync(Buffer.from(packed(), 'base64')).toString()).toBe(large);
    expect(packed()).toBe(packed());
  });

  it('shortens names that Azure would find too long, and keeps them apart', () => {
    const long = 'a-very-long-name-of-a-lab-for-nothing-40-azure-germanywestcentral-opensuse-tumbleweed-rolling';
    const { resource } = synthesized({ stack: { id: long.slice(5), machines: [1, 2].map((index) => ({ name: `${long}-${index}`, index })) } });
    const machines = Object.values(resource.azurerm_linux_virtual_machine ?? {});
    expect(machines.map(({ name }) => String(name).length)).toEqual([64, 64]);
    expect(new Set(machines.map(({ name }) => name)).size).toBe(2);
    expect(String(resource.azurerm_resource_group?.lab?.name).length).toBeLessThanOrEqual(90);
    expect(String(resource.azurerm_virtual_network?.network?.name).length).toBeLessThanOrEqual(64);
  });

  const noise = Array.from({ length: 1_600 }, (_, index) => createHash('sha512').update(`${index}`).digest('hex')).join('');
  const refused: Readonly<Record<string, readonly [InputChange, string]>> = {
    'a reserved login user': [{ stack: { user: 'admin' } }, '--set ssh.user=lab'],
    'root as login user': [{ stack: { user: 'root' } }, '--set ssh.user=lab'],
    'iops': [{ stack: { disk: { ...disk, iops: 5_000 } } }, 'leave it out'],
    'throughput': [{ stack: { disk: { ...disk, throughput: 200 } } }, 'leave it out'],
    'provisioned iops': [{ stack: { disk: { ...disk, type: 'provisioned-iops' } } }, 'disk.type: ssd'],
    'a disk over 4 TB': [{ stack: { disk: { ...disk, sizeGb: 5_000 } } }, 'change disk.sizeGb'],
    'a tag with a slash': [{ tags: { 'team/area': 'x' } }, 'another name'],
    "a tag that begins as Azure's own": [{ tags: { 'windows-like': 'x' } }, 'another name'],
    'two tags that differ in case': [{ tags: { team: 'x', Team: 'y' } }, 'another name'],
    'a spot price that Azure cannot read': [{ stack: { spot: { ...spot, maxPrice: 0.000001 } } }, '--max-price'],
    'user data that stays too large': [{ userData: noise }, 'shorten userData'],
    'large user data for Ignition': [{ stack: { distro: { ...stackInput().stack.distro, init: 'ignition' } }, userData: ' '.repeat(65_536) }, 'shorten userData'],
  };

  it.each(Object.entries(refused))('refuses before anything exists: %s', (_name, [change, hint]) => {
    expect(refusalOf(() => synthesized(change)).problem).toMatchObject({ kind: 'invalid-input', hint: expect.stringContaining(hint) });
  });
});
