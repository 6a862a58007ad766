import type { JsonObject } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import { normalLocation, regionNames, zonesOf } from '../model/locations.ts';
import { type Size, sizesIn } from '../model/sizes.ts';
import { computeUsages, networkUsages, usageList } from '../model/usages.ts';
import { listProviders, provider, setRegistered } from '../model/registrations.ts';
import { type Asked, filterOf, type Handler, json, page } from './answer.ts';

function subscriptionOf({ names }: Asked): string {
  return names.subscription ?? '';
}

export const locations: Handler = async (asked) => {
  const { world, caller } = asked.context;
  const subscription = subscriptionOf(asked);
  const value = await world.call({ cloud: 'azure', operation: 'Microsoft.Resources/subscriptions/locations/read', verb: 'list', subject: 'other', caller }, (view) =>
    regionNames(view).map(({ id, name }) => ({
      id: `/subscriptions/${subscription}/locations/${id}`,
      name: id,
      type: 'Region',
      displayName: name,
      regionalDisplayName: name,
      metadata: { regionType: 'Physical', regionCategory: 'Recommended' },
      ...(zonesOf(view, id).length === 0 ? {} : { availabilityZoneMappings: zonesOf(view, id).map((zone) => ({ logicalZone: zone, physicalZone: `${id}-az${zone}` })) }),
    })),
  );
  return json(200, { value });
};

export const providersList: Handler = async (asked) => {
  const { world, caller } = asked.context;
  const items = await world.call({ cloud: 'azure', operation: 'Microsoft.Resources/subscriptions/providers/read', verb: 'list', subject: 'account', caller }, (view) => listProviders(view, subscriptionOf(asked)));
  return page(asked, items);
};

export const providerGet: Handler = async (asked) => {
  const { world, caller } = asked.context;
  const namespace = asked.names.namespace ?? '';
  return json(200, await world.call({ cloud: 'azure', operation: 'Microsoft.Resources/subscriptions/providers/read', verb: 'read', subject: 'account', caller, target: namespace }, (view) => provider(view, subscriptionOf(asked), namespace)));
};

/** Those of an owner: the simulated caller may do everything. */
export const permissions: Handler = async (asked) => {
  const { world, caller } = asked.context;
  return world.call({ cloud: 'azure', operation: 'Microsoft.Authorization/permissions/read', verb: 'list', subject: 'account', caller }, () =>
    json(200, { value: [{ actions: ['*'], notActions: [], dataActions: [], notDataActions: [] }] }),
  );
};

export const providerRegister: Handler = async (asked) => {
  const { world, caller } = asked.context;
  const namespace = asked.names.namespace ?? '';
  const registered = asked.names.action?.toLowerCase() === 'register';
  return json(
    200,
    await world.call({ cloud: 'azure', operation: `${namespace}/${registered ? 'register' : 'unregister'}/action`, verb: 'update', subject: 'account', caller, target: namespace }, (tx) => setRegistered(tx, subscriptionOf(asked), namespace, registered)),
  );
};

export const usages: Handler = async (asked) => {
  const { world, caller } = asked.context;
  const location = normalLocation(asked.names.location ?? '');
  const compute = asked.names.namespace?.toLowerCase() === 'microsoft.compute';
  return json(
    200,
    await world.call({ cloud: 'azure', operation: `Microsoft.${compute ? 'Compute' : 'Network'}/locations/usages/read`, verb: 'list', subject: 'account', caller, region: location }, (view) =>
      usageList((compute ? computeUsages : networkUsages)(view, subscriptionOf(asked), location)),
    ),
  );
};

function skuOf({ type, family, generations, trustedLaunch, spot, zones }: Size, location: string): JsonObject {
  const capabilities: Readonly<Record<string, string>> = {
    MaxResourceVolumeMB: '0',
    OSVhdSizeMB: '1047552',
    vCPUs: String(type.vcpu),
    MemoryPreservingMaintenanceSupported: 'True',
    HyperVGenerations: generations.join(','),
    MemoryGB: String(type.memoryGb),
    MaxDataDiskCount: String(type.vcpu * 2),
    CpuArchitectureType: type.arch === 'arm64' ? 'Arm64' : 'x64',
    LowPriorityCapable: spot ? 'True' : 'False',
    PremiumIO: 'True',
    vCPUsAvailable: String(type.vcpu),
    EphemeralOSDiskSupported: 'False',
    EncryptionAtHostSupported: 'True',
    AcceleratedNetworkingEnabled: 'True',
    ...(trustedLaunch ? {} : { TrustedLaunchDisabled: 'True' }),
  };
  return {
    resourceType: 'virtualMachines',
    name: type.type,
    tier: 'Standard',
    size: type.type.replace(/^Standard_/, ''),
    family,
    locations: [location],
    locationInfo: [{ location, zones: [...zones], zoneDetails: [] }],
    capabilities: Object.entries(capabilities).map(([name, value]) => ({ name, value })),
    restrictions: [],
  };
}

function skusIn(view: WorldView, location: string | undefined): readonly JsonObject[] {
  const wanted = location === undefined ? regionNames(view).map(({ id }) => id) : [normalLocation(location)].filter((id) => regionNames(view).some((region) => region.id === id));
  return wanted.flatMap((id) => sizesIn(view, id).map((size) => skuOf(size, id)));
}

export const skus: Handler = async (asked) => {
  const { world, caller } = asked.context;
  const { location } = filterOf(asked.request.query);
  const items = await world.call({ cloud: 'azure', operation: 'Microsoft.Compute/skus/read', verb: 'list', subject: 'type', caller, region: location ?? null }, (view) => skusIn(view, location));
  return page(asked, items, 1000);
};
