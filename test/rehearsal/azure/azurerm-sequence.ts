import * as z from 'zod';
import type { SdkClient } from './sdk-client.ts';

// What azurerm 4.81 and 5.2 do with each resource of a lab, call by call, as read in internal/services/{resource,network,compute}: what a
// create asks before and after, which update is a PUT of everything read before and which a PATCH, and what a read makes of the answer.

export type Config = Readonly<Record<string, unknown>>;

interface Kind {
  /** The resource's id in Resource Manager. */
  id(config: Config): string;
  create(sdk: SdkClient, id: string, config: Config): Promise<void>;
  /** The state, of what a configuration can say; null: it is gone. */
  read(sdk: SdkClient, id: string): Promise<Config | null>;
  /** What the state must be for a plan without changes. */
  wanted(config: Config): Config;
  /** Changes its tags; absent: it has none. */
  retag?(sdk: SdkClient, id: string, tags: Readonly<Record<string, string>>): Promise<void>;
  remove(sdk: SdkClient, id: string): Promise<void>;
}

const network = '2025-01-01';
const compute = '2024-03-01';
const disks = '2023-04-02';
const resources = '2023-07-01';

// As Go's decoder takes them: another type is an error, not a default.
const ref = z.object({ id: z.string() });
const tags = z.record(z.string(), z.string()).default({});
const provisioned = z.string().refine((state) => state === 'Succeeded', { error: 'provisioningState is not Succeeded' });
const timestamp = z.iso.datetime();

const text = (config: Config, key: string): string => z.string().parse(config[key]);
const given = (config: Config, key: string): string => z.string().default('').parse(config[key]);
const tagsOf = (config: Config) => tags.parse(config.tags);
const one = (config: Config, key: string): Config => {
  const value = config[key];
  return z.record(z.string(), z.unknown()).parse(Array.isArray(value) ? value[0] : value);
};

/** Nobody may have one of that name already, and afterwards it is read. */
async function putNew(sdk: SdkClient, id: string, version: string, body: Config): Promise<void> {
  if ((await sdk.get(id, version)) !== null) throw new Error(`a resource with the ID "${id}" already exists`);
  await sdk.send('PUT', id, version, body, [200, 201]);
}

async function readAs<T>(sdk: SdkClient, id: string, version: string, schema: z.ZodType<T>, query?: string): Promise<T | null> {
  const found = await sdk.get(id, version, query);
  return found === null ? null : schema.parse(found);
}

/** The interface, the address and the network are sent back whole, with other tags. */
const retagByPut = (version: string) => async (sdk: SdkClient, id: string, next: Readonly<Record<string, string>>) => {
  const now = z.looseObject({}).parse(await sdk.get(id, version));
  await sdk.send('PUT', id, version, { ...now, tags: next }, [200, 201]);
};

const groupOf = (config: Config, subscription: string): string => `/subscriptions/${subscription}/resourceGroups/${text(config, 'resource_group_name')}`;

/** The kinds of a stack, each before what needs it. */
export function azurermKinds(subscription: string): ReadonlyMap<string, Kind> {
  const inGroup = (type: string) => (config: Config) => `${groupOf(config, subscription)}/providers/${type}/${text(config, 'name')}`;

  const group: Kind = {
    id: (config) => `/subscriptions/${subscription}/resourceGroups/${text(config, 'name')}`,
    async create(sdk, id, config) {
      if ((await sdk.get(id, resources)) !== null) throw new Error(`a resource with the ID "${id}" already exists`);
      await sdk.send('PUT', id, resources, { location: text(config, 'location'), tags: tagsOf(config) }, [200, 201]);
      // It is believed in after three answers in a row.
      for (let times = 0; times < 3; times += 1) if ((await sdk.get(id, resources)) === null) throw new Error('waiting for the resource group');
    },
    async read(sdk, id) {
      const found = await readAs(sdk, id, resources, z.object({ location: z.string(), tags, managedBy: z.string().default('') }));
      return found === null ? null : { location: found.location, tags: found.tags, managed_by: found.managedBy };
    },
    wanted: (config) => ({ location: text(config, 'location'), tags: tagsOf(config), managed_by: '' }),
    retag: (sdk, id, next) => sdk.send('PATCH', id, resources, { tags: next }, [200]),
    remove: (sdk, id) => sdk.remove(id, resources, [200, 202]),
  };

  const securityGroup: Kind = {
    id: inGroup('Microsoft.Network/networkSecurityGroups'),
    create: (sdk, id, config) => putNew(sdk, id, network, { name: text(config, 'name'), location: text(config, 'location'), tags: tagsOf(config), properties: { securityRules: [] } }),
    async read(sdk, id) {
      const found = await readAs(sdk, id, network, z.object({ location: z.string(), tags, properties: z.object({ provisioningState: provisioned, securityRules: z.array(z.unknown()) }) }));
      return found === null ? null : { location: found.location, tags: found.tags };
    },
    wanted: (config) => ({ location: text(config, 'location'), tags: tagsOf(config) }),
    retag: retagByPut(network),
    remove: (sdk, id) => sdk.remove(id, network),
  };

  const ruleFields = ['description', 'protocol', 'source_port_range', 'destination_port_range', 'source_address_prefix', 'destination_address_prefix', 'access', 'direction'] as const;
  const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const rule: Kind = {
    id: (config) => `${groupOf(config, subscription)}/providers/Microsoft.Network/networkSecurityGroups/${text(config, 'network_security_group_name')}/securityRules/${text(config, 'name')}`,
    create: (sdk, id, config) => putNew(sdk, id, network, { name: text(config, 'name'), properties: { ...Object.fromEntries(ruleFields.map((field) => [camel(field), config[field]])), priority: config.priority } }),
    async read(sdk, id) {
      const found = await readAs(sdk, id, network, z.object({ properties: z.looseObject({ priority: z.number().int(), provisioningState: provisioned }) }));
      return found === null ? null : { ...Object.fromEntries(ruleFields.map((field) => [field, found.properties[camel(field)]])), priority: found.properties.priority };
    },
    wanted: (config) => ({ ...Object.fromEntries(ruleFields.map((field) => [field, config[field]])), priority: config.priority }),
    remove: (sdk, id) => sdk.remove(id, network),
  };

  const vnet: Kind = {
    id: inGroup('Microsoft.Network/virtualNetworks'),
    async create(sdk, id, config) {
      await putNew(sdk, id, network, { name: text(config, 'name'), location: text(config, 'location'), tags: tagsOf(config), properties: { addressSpace: { addressPrefixes: config.address_space }, dhcpOptions: { dnsServers: [] }, privateEndpointVNetPolicies: 'Disabled', subnets: [] } });
    },
    async read(sdk, id) {
      const found = await readAs(
        sdk,
        id,
        network,
        z.object({
          location: z.string(),
          tags,
          properties: z.object({
            resourceGuid: z.string(),
            addressSpace: z.object({ addressPrefixes: z.array(z.string()) }),
            provisioningState: provisioned,
            privateEndpointVNetPolicies: z.string(),
            flowTimeoutInMinutes: z.number().int().nullish(),
            bgpCommunities: z.unknown().optional(),
            encryption: z.unknown().optional(),
            ddosProtectionPlan: z.unknown().optional(),
            subnets: z.array(z.object({ id: z.string(), name: z.string(), properties: z.object({ addressPrefix: z.string() }) })),
          }),
        }),
      );
      if (found === null) return null;
      const { properties } = found;
      return { location: found.location, tags: found.tags, address_space: properties.addressSpace.addressPrefixes, private_endpoint_vnet_policies: properties.privateEndpointVNetPolicies, others: [properties.flowTimeoutInMinutes, properties.bgpCommunities, properties.encryption, properties.ddosProtectionPlan].filter((value) => value != null) };
    },
    wanted: (config) => ({ location: text(config, 'location'), tags: tagsOf(config), address_space: config.address_space, private_endpoint_vnet_policies: 'Disabled', others: [] }),
    retag: retagByPut(network),
    remove: (sdk, id) => sdk.remove(id, network),
  };

  const subnetDocument = z.object({
    id: z.string(),
    name: z.string(),
    properties: z.looseObject({
      provisioningState: provisioned,
      addressPrefix: z.string().nullish(),
      addressPrefixes: z.array(z.string()).nullish(),
      defaultOutboundAccess: z.boolean().default(true),
      delegations: z.array(z.unknown()).default([]),
      serviceEndpoints: z.array(z.unknown()).default([]),
      serviceEndpointPolicies: z.array(z.unknown()).default([]),
      privateEndpointNetworkPolicies: z.string(),
      privateLinkServiceNetworkPolicies: z.string(),
      sharingScope: z.string().default(''),
      networkSecurityGroup: ref.nullish(),
      ipConfigurations: z.array(ref).nullish(),
    }),
  });
  const networkSettles = async (sdk: SdkClient, subnetId: string): Promise<void> => {
    const found = await readAs(sdk, subnetId.split('/').slice(0, -2).join('/'), network, z.object({ properties: z.object({ provisioningState: provisioned }) }));
    if (found === null) throw new Error('waiting for provisioning state of virtual network');
  };
  const subnet: Kind = {
    id: (config) => `${groupOf(config, subscription)}/providers/Microsoft.Network/virtualNetworks/${text(config, 'virtual_network_name')}/subnets/${text(config, 'name')}`,
    async create(sdk, id, config) {
      const [prefix] = z.array(z.string()).length(1).parse(config.address_prefixes);
      await putNew(sdk, id, network, {
        name: text(config, 'name'),
        properties: { addressPrefix: prefix, defaultOutboundAccess: config.default_outbound_access_enabled ?? true, delegations: [], privateEndpointNetworkPolicies: 'Disabled', privateLinkServiceNetworkPolicies: 'Enabled', serviceEndpointPolicies: [], serviceEndpoints: [] },
      });
      if ((await readAs(sdk, id, network, subnetDocument)) === null) throw new Error('waiting for provisioning state');
      await networkSettles(sdk, id);
    },
    async read(sdk, id) {
      const found = await readAs(sdk, id, network, subnetDocument);
      if (found === null) return null;
      const { properties: own } = found;
      return {
        address_prefixes: own.addressPrefixes ?? (own.addressPrefix == null ? [] : [own.addressPrefix]),
        default_outbound_access_enabled: own.defaultOutboundAccess,
        delegation: own.delegations,
        service_endpoints: own.serviceEndpoints,
        service_endpoint_policy_ids: own.serviceEndpointPolicies,
        private_endpoint_network_policies: own.privateEndpointNetworkPolicies,
        private_link_service_network_policies_enabled: own.privateLinkServiceNetworkPolicies === 'Enabled',
        sharing_scope: own.sharingScope,
      };
    },
    wanted: (config) => ({ address_prefixes: config.address_prefixes, default_outbound_access_enabled: config.default_outbound_access_enabled ?? true, delegation: [], service_endpoints: [], service_endpoint_policy_ids: [], private_endpoint_network_policies: 'Disabled', private_link_service_network_policies_enabled: true, sharing_scope: '' }),
    remove: (sdk, id) => sdk.remove(id, network),
  };

  /** The parent is read, sent back whole with the security group or without it, and read again. */
  const association = (parentKey: string): Kind => {
    const parent = z.looseObject({ id: z.string(), properties: z.looseObject({ networkSecurityGroup: ref.nullish() }) });
    const put = async (sdk: SdkClient, id: string, groupId: string | null): Promise<void> => {
      const now = parent.parse(await sdk.get(id, network));
      if (groupId !== null && now.properties.networkSecurityGroup != null) throw new Error('an association is there already');
      const { networkSecurityGroup: _, ...rest } = now.properties;
      await sdk.send('PUT', id, network, { ...now, properties: groupId === null ? rest : { ...rest, networkSecurityGroup: { id: groupId } } }, [200, 201]);
      if (parentKey === 'subnet_id') await networkSettles(sdk, id);
    };
    return {
      id: (config) => text(config, parentKey),
      create: (sdk, id, config) => put(sdk, id, text(config, 'network_security_group_id')),
      async read(sdk, id) {
        const found = await readAs(sdk, id, network, parent);
        return found?.properties.networkSecurityGroup == null ? null : { [parentKey]: found.id, network_security_group_id: found.properties.networkSecurityGroup.id };
      },
      wanted: (config) => ({ [parentKey]: config[parentKey], network_security_group_id: config.network_security_group_id }),
      remove: (sdk, id) => put(sdk, id, null),
    };
  };

  const address: Kind = {
    id: inGroup('Microsoft.Network/publicIPAddresses'),
    create: (sdk, id, config) =>
      putNew(sdk, id, network, {
        name: text(config, 'name'),
        location: text(config, 'location'),
        tags: tagsOf(config),
        sku: { name: text(config, 'sku'), tier: 'Regional' },
        ...(config.zones === undefined ? {} : { zones: config.zones }),
        properties: { publicIPAllocationMethod: text(config, 'allocation_method'), publicIPAddressVersion: 'IPv4', idleTimeoutInMinutes: 4, ddosSettings: { protectionMode: 'VirtualNetworkInherited' } },
      }),
    async read(sdk, id) {
      const found = await readAs(
        sdk,
        id,
        network,
        z.object({
          location: z.string(),
          tags,
          zones: z.array(z.string()).default([]),
          sku: z.object({ name: z.string(), tier: z.string() }),
          properties: z.object({ provisioningState: provisioned, publicIPAllocationMethod: z.string(), publicIPAddressVersion: z.string(), idleTimeoutInMinutes: z.number().int(), ddosSettings: z.object({ protectionMode: z.string() }), ipTags: z.array(z.unknown()).default([]), ipAddress: z.ipv4(), dnsSettings: z.unknown().optional(), publicIPPrefix: z.unknown().optional() }),
        }),
      );
      if (found === null) return null;
      const { properties: own } = found;
      return { location: found.location, tags: found.tags, zones: found.zones, sku: found.sku.name, sku_tier: found.sku.tier, allocation_method: own.publicIPAllocationMethod, ip_version: own.publicIPAddressVersion, idle_timeout_in_minutes: own.idleTimeoutInMinutes, ddos_protection_mode: own.ddosSettings.protectionMode, ip_tags: own.ipTags, dns: own.dnsSettings, prefix: own.publicIPPrefix };
    },
    wanted: (config) => ({ location: text(config, 'location'), tags: tagsOf(config), zones: config.zones ?? [], sku: config.sku, sku_tier: 'Regional', allocation_method: config.allocation_method, ip_version: 'IPv4', idle_timeout_in_minutes: 4, ddos_protection_mode: 'VirtualNetworkInherited', ip_tags: [], dns: undefined, prefix: undefined }),
    retag: retagByPut(network),
    remove: (sdk, id) => sdk.remove(id, network),
  };

  const nicDocument = z.object({
    location: z.string(),
    tags,
    properties: z.object({
      provisioningState: provisioned,
      enableAcceleratedNetworking: z.boolean(),
      enableIPForwarding: z.boolean(),
      auxiliaryMode: z.string().default('None'),
      dnsSettings: z.object({ dnsServers: z.array(z.string()).default([]), appliedDnsServers: z.array(z.string()).default([]), internalDnsNameLabel: z.string().default('') }),
      virtualMachine: ref.nullish(),
      macAddress: z.string().optional(),
      ipConfigurations: z.array(z.object({ name: z.string(), properties: z.object({ subnet: ref, privateIPAddress: z.ipv4(), privateIPAllocationMethod: z.string(), privateIPAddressVersion: z.string(), publicIPAddress: ref.nullish(), primary: z.boolean() }) })),
    }),
  });
  const nic: Kind = {
    id: inGroup('Microsoft.Network/networkInterfaces'),
    create(sdk, id, config) {
      const own = one(config, 'ip_configuration');
      const ipConfiguration = { name: text(own, 'name'), properties: { privateIPAllocationMethod: text(own, 'private_ip_address_allocation'), privateIPAddressVersion: 'IPv4', primary: false, subnet: { id: text(own, 'subnet_id') }, publicIPAddress: { id: text(own, 'public_ip_address_id') } } };
      return putNew(sdk, id, network, { name: text(config, 'name'), location: text(config, 'location'), tags: tagsOf(config), properties: { enableAcceleratedNetworking: false, enableIPForwarding: false, ipConfigurations: [ipConfiguration] } });
    },
    async read(sdk, id) {
      const found = await readAs(sdk, id, network, nicDocument);
      if (found === null) return null;
      const { properties: own } = found;
      return {
        location: found.location,
        tags: found.tags,
        accelerated_networking_enabled: own.enableAcceleratedNetworking,
        ip_forwarding_enabled: own.enableIPForwarding,
        auxiliary_mode: own.auxiliaryMode === 'None' ? '' : own.auxiliaryMode,
        dns_servers: own.dnsSettings.dnsServers,
        internal_dns_name_label: own.dnsSettings.internalDnsNameLabel,
        ip_configuration: own.ipConfigurations.map(({ name, properties }) => ({ name, subnet_id: properties.subnet.id, private_ip_address_allocation: properties.privateIPAllocationMethod, private_ip_address_version: properties.privateIPAddressVersion, public_ip_address_id: properties.publicIPAddress?.id ?? '' })),
      };
    },
    wanted(config) {
      const own = one(config, 'ip_configuration');
      return { location: text(config, 'location'), tags: tagsOf(config), accelerated_networking_enabled: false, ip_forwarding_enabled: false, auxiliary_mode: '', dns_servers: [], internal_dns_name_label: '', ip_configuration: [{ name: own.name, subnet_id: own.subnet_id, private_ip_address_allocation: own.private_ip_address_allocation, private_ip_address_version: 'IPv4', public_ip_address_id: own.public_ip_address_id }] };
    },
    retag: retagByPut(network),
    remove: (sdk, id) => sdk.remove(id, network),
  };

  const machineDocument = z.object({
    location: z.string(),
    tags,
    zones: z.array(z.string()).default([]),
    plan: z.object({ name: z.string(), product: z.string(), publisher: z.string() }).nullish(),
    identity: z.unknown().optional(),
    properties: z.object({
      vmId: z.string(),
      timeCreated: timestamp.optional(),
      provisioningState: provisioned,
      additionalCapabilities: z.unknown().optional(),
      licenseType: z.string().optional(),
      hardwareProfile: z.object({ vmSize: z.string() }),
      priority: z.string().default('Regular'),
      evictionPolicy: z.string().default(''),
      billingProfile: z.object({ maxPrice: z.number() }).nullish(),
      extensionsTimeBudget: z.string().default('PT1H30M'),
      platformFaultDomain: z.number().int().default(-1),
      diagnosticsProfile: z.object({ bootDiagnostics: z.object({ enabled: z.boolean(), storageUri: z.string().default('') }) }),
      networkProfile: z.object({ networkInterfaces: z.array(ref) }),
      osProfile: z.object({
        adminUsername: z.string(),
        computerName: z.string(),
        allowExtensionOperations: z.boolean(),
        secrets: z.array(z.unknown()),
        adminPassword: z.never().optional(),
        customData: z.never().optional(),
        linuxConfiguration: z.object({
          disablePasswordAuthentication: z.boolean(),
          provisionVMAgent: z.boolean(),
          ssh: z.object({ publicKeys: z.array(z.object({ keyData: z.string(), path: z.string().regex(/^\/home\/[^/]+\/\.ssh\/authorized_keys$/) })) }),
          patchSettings: z.object({ patchMode: z.string(), assessmentMode: z.string() }),
        }),
      }),
      storageProfile: z.object({
        imageReference: z.object({ publisher: z.string(), offer: z.string(), sku: z.string(), version: z.string(), id: z.string(), communityGalleryImageId: z.string(), sharedGalleryImageId: z.string() }).partial(),
        osDisk: z.object({ name: z.string(), caching: z.string(), diskSizeGB: z.number().int(), writeAcceleratorEnabled: z.boolean().default(false), diffDiskSettings: z.unknown().optional(), managedDisk: z.object({ id: z.string().regex(/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Compute\/disks\/[^/]+$/), storageAccountType: z.string().optional() }) }),
      }),
      securityProfile: z.object({ securityType: z.string().optional(), encryptionAtHost: z.boolean().default(false), uefiSettings: z.object({ secureBootEnabled: z.boolean().default(false), vTpmEnabled: z.boolean().default(false) }).optional() }).nullish(),
      userData: z.string().default(''),
    }),
  });
  const diskDocument = z.object({ sku: z.object({ name: z.string() }), properties: z.object({ diskSizeGB: z.number().int(), encryption: z.object({ diskEncryptionSetId: z.string().optional() }), timeCreated: timestamp }) });

  const sourceOf = (config: Config): Config => {
    const id = given(config, 'source_image_id');
    if (id === '') return one(config, 'source_image_reference');
    if (id.startsWith('/communityGalleries/')) return { communityGalleryImageId: id };
    return id.startsWith('/sharedGalleries/') ? { sharedGalleryImageId: id } : { id };
  };
  const machine: Kind = {
    id: inGroup('Microsoft.Compute/virtualMachines'),
    async create(sdk, id, config) {
      const disk = one(config, 'os_disk');
      const keys = z.array(z.object({ username: z.string(), public_key: z.string() })).parse(config.admin_ssh_key);
      const price = z.number().default(-1).parse(config.max_bid_price);
      const uefi = config.secure_boot_enabled === true || config.vtpm_enabled === true;
      await putNew(sdk, id, compute, {
        name: text(config, 'name'),
        location: text(config, 'location'),
        tags: tagsOf(config),
        ...(config.plan === undefined ? {} : { plan: one(config, 'plan') }),
        ...(config.zone === undefined ? {} : { zones: [config.zone] }),
        properties: {
          // Sent empty, and a plan would want to take it away were it shown.
          additionalCapabilities: {},
          applicationProfile: {},
          hardwareProfile: { vmSize: text(config, 'size') },
          networkProfile: { networkInterfaces: z.array(z.string()).parse(config.network_interface_ids).map((nicId, index) => ({ id: nicId, properties: { primary: index === 0 } })) },
          priority: config.priority ?? 'Regular',
          ...(config.eviction_policy === undefined ? {} : { evictionPolicy: config.eviction_policy }),
          ...(price > 0 ? { billingProfile: { maxPrice: price } } : {}),
          extensionsTimeBudget: 'PT1H30M',
          diagnosticsProfile: { bootDiagnostics: { enabled: config.boot_diagnostics !== undefined, storageUri: '' } },
          osProfile: {
            adminUsername: text(config, 'admin_username'),
            computerName: text(config, 'computer_name'),
            allowExtensionOperations: true,
            secrets: [],
            ...(config.custom_data === undefined ? {} : { customData: config.custom_data }),
            linuxConfiguration: { disablePasswordAuthentication: true, provisionVMAgent: true, patchSettings: { patchMode: 'ImageDefault', assessmentMode: 'ImageDefault' }, ssh: { publicKeys: keys.map(({ username, public_key }) => ({ keyData: public_key, path: `/home/${username}/.ssh/authorized_keys` })) } },
          },
          ...(uefi ? { securityProfile: { securityType: 'TrustedLaunch', uefiSettings: { secureBootEnabled: true, vTpmEnabled: true } } } : {}),
          storageProfile: { dataDisks: [], imageReference: sourceOf(config), osDisk: { osType: 'Linux', createOption: 'FromImage', name: disk.name, caching: disk.caching, diskSizeGB: disk.disk_size_gb, writeAcceleratorEnabled: false, managedDisk: { storageAccountType: disk.storage_account_type } } },
        },
      });
    },
    async read(sdk, id) {
      const found = await readAs(sdk, id, compute, machineDocument, '$expand=userData');
      if (found === null) return null;
      const { properties: own } = found;
      const { osDisk, imageReference } = own.storageProfile;
      const disk = await readAs(sdk, osDisk.managedDisk.id, disks, diskDocument);
      const addresses = await Promise.all(own.networkProfile.networkInterfaces.map(async (reference) => {
        const attached = await readAs(sdk, reference.id, network, nicDocument);
        const publicId = attached?.properties.ipConfigurations[0]?.properties.publicIPAddress?.id;
        return publicId === undefined ? null : readAs(sdk, publicId, network, z.object({ properties: z.object({ ipAddress: z.ipv4() }) }));
      }));
      const imageId = imageReference.sharedGalleryImageId ?? imageReference.communityGalleryImageId ?? imageReference.id ?? '';
      const { publisher, offer, sku, version } = imageReference;
      return {
        location: found.location,
        tags: found.tags,
        zone: found.zones[0] ?? '',
        plan: found.plan ?? null,
        identity: found.identity ?? null,
        additional_capabilities: own.additionalCapabilities ?? null,
        license_type: own.licenseType ?? '',
        size: own.hardwareProfile.vmSize,
        priority: own.priority,
        eviction_policy: own.evictionPolicy,
        max_bid_price: own.billingProfile?.maxPrice ?? -1,
        extensions_time_budget: own.extensionsTimeBudget,
        platform_fault_domain: own.platformFaultDomain,
        boot_diagnostics: own.diagnosticsProfile.bootDiagnostics.enabled ? [own.diagnosticsProfile.bootDiagnostics.storageUri] : [],
        network_interface_ids: own.networkProfile.networkInterfaces.map((reference) => reference.id),
        admin_username: own.osProfile.adminUsername,
        computer_name: own.osProfile.computerName,
        secret: own.osProfile.secrets,
        admin_ssh_key: own.osProfile.linuxConfiguration.ssh.publicKeys.map(({ keyData, path }) => ({ username: path.split('/')[2], public_key: keyData })),
        disable_password_authentication: own.osProfile.linuxConfiguration.disablePasswordAuthentication,
        secure_boot_enabled: own.securityProfile?.uefiSettings?.secureBootEnabled ?? false,
        vtpm_enabled: own.securityProfile?.uefiSettings?.vTpmEnabled ?? false,
        encryption_at_host_enabled: own.securityProfile?.encryptionAtHost ?? false,
        os_disk: { name: osDisk.name, caching: osDisk.caching, disk_size_gb: osDisk.diskSizeGB, storage_account_type: osDisk.managedDisk.storageAccountType ?? disk?.sku.name, disk_encryption_set_id: disk?.properties.encryption.diskEncryptionSetId ?? '', write_accelerator_enabled: osDisk.writeAcceleratorEnabled, diff_disk_settings: osDisk.diffDiskSettings ?? null },
        source_image_id: imageId,
        source_image_reference: imageId === '' ? { publisher, offer, sku, version } : null,
        user_data: own.userData,
        has_public_address: addresses.every((found) => found !== null),
      };
    },
    wanted(config) {
      const disk = one(config, 'os_disk');
      return {
        location: text(config, 'location'),
        tags: tagsOf(config),
        zone: given(config, 'zone'),
        plan: config.plan === undefined ? null : one(config, 'plan'),
        identity: null,
        additional_capabilities: null,
        license_type: '',
        size: config.size,
        priority: config.priority ?? 'Regular',
        eviction_policy: given(config, 'eviction_policy'),
        max_bid_price: config.max_bid_price ?? -1,
        extensions_time_budget: 'PT1H30M',
        platform_fault_domain: -1,
        boot_diagnostics: config.boot_diagnostics === undefined ? [] : [''],
        network_interface_ids: config.network_interface_ids,
        admin_username: config.admin_username,
        computer_name: config.computer_name,
        secret: [],
        admin_ssh_key: config.admin_ssh_key,
        disable_password_authentication: true,
        secure_boot_enabled: config.secure_boot_enabled ?? false,
        vtpm_enabled: config.vtpm_enabled ?? false,
        encryption_at_host_enabled: false,
        os_disk: { name: disk.name, caching: disk.caching, disk_size_gb: disk.disk_size_gb, storage_account_type: disk.storage_account_type, disk_encryption_set_id: '', write_accelerator_enabled: false, diff_disk_settings: null },
        source_image_id: given(config, 'source_image_id'),
        source_image_reference: config.source_image_reference === undefined ? null : one(config, 'source_image_reference'),
        user_data: '',
        has_public_address: true,
      };
    },
    async retag(sdk, id, next) {
      if ((await sdk.get(id, compute, '$expand=userData')) === null) throw new Error('retrieving Linux');
      const view = z.object({ statuses: z.array(z.object({ code: z.string() })) }).parse(await sdk.get(`${id}/instanceView`, compute));
      if (!view.statuses.some(({ code }) => code.toLowerCase() === 'powerstate/running')) throw new Error('it does not run');
      await sdk.send('PATCH', id, compute, { properties: {}, tags: next }, [200]);
    },
    async remove(sdk, id) {
      const before = machineDocument.parse(await sdk.get(id, compute, '$expand=userData'));
      await sdk.remove(id, compute);
      await sdk.remove(before.properties.storageProfile.osDisk.managedDisk.id, disks);
      if ((await sdk.get(id, compute)) !== null) throw new Error('waiting for the deletion');
    },
  };

  return new Map([
    ['azurerm_resource_group', group],
    ['azurerm_network_security_group', securityGroup],
    ['azurerm_network_security_rule', rule],
    ['azurerm_virtual_network', vnet],
    ['azurerm_subnet', subnet],
    ['azurerm_subnet_network_security_group_association', association('subnet_id')],
    ['azurerm_public_ip', address],
    ['azurerm_network_interface', nic],
    ['azurerm_network_interface_security_group_association', association('network_interface_id')],
    ['azurerm_linux_virtual_machine', machine],
  ]);
}

/** A resize as the provider does it: sizes asked, off, deallocated where they say so, PATCH, on again. */
export async function resizeMachine(sdk: SdkClient, id: string, vmSize: string): Promise<void> {
  const sizes = z.object({ value: z.array(z.object({ name: z.string(), numberOfCores: z.number().int(), memoryInMB: z.number().int() })) }).parse(await sdk.get(`${id}/vmSizes`, compute));
  if (!sizes.value.some(({ name }) => name === vmSize)) throw new Error(`${vmSize} is not among the sizes`);
  await sdk.send('POST', `${id}/powerOff`, compute, null, [200, 202]);
  await sdk.send('POST', `${id}/deallocate`, compute, null, [200, 202]);
  await sdk.send('PATCH', id, compute, { properties: { hardwareProfile: { vmSize } } }, [200]);
  await sdk.send('POST', `${id}/start`, compute, null, [200, 202]);
}
