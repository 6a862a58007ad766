import { CloudError } from '../../engine/cloud-error.ts';
import type { CatalogueType } from '../../engine/catalogue.ts';
import type { Ec2 } from '../model/ec2.ts';
import { getImage, type Image, imagesIn } from '../model/images.ts';
import { findType, instanceTypes, isBurstable, isNitro, threadsPerCore, zonesOffering } from '../model/instance-types.ts';
import { quotaOf } from '../model/quotas.ts';
import { regionIds, zonesOf } from '../model/regions.ts';
import { priceChanges, spotPrice } from '../model/spot-prices.ts';
import { filtered, type FilterValues, paged } from './filters.ts';
import { type Handlers, timestamp } from './handler.ts';
import { flagParam, listParam, param, type Query } from './query.ts';
import type { XmlMembers } from './xml.ts';

/** What a region offers: nothing here changes anything. */
export const catalogueHandlers: Handlers = {
  DescribeRegions: (ec2, query) => {
    const names = listParam(query, 'RegionName');
    const known = regionIds(ec2.tx.catalogue);
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new CloudError('InvalidParameterValue', `Invalid region provided: ${unknown}`);
    const regions = filtered(query, known.filter((name) => names.length === 0 || names.includes(name)), (name) =>
      plain({ 'region-name': name, endpoint: `ec2.${name}.amazonaws.com`, 'opt-in-status': 'opt-in-not-required' }),
    );
    return { regionInfo: regions.map((regionName) => ({ regionName, regionEndpoint: `ec2.${regionName}.amazonaws.com`, optInStatus: 'opt-in-not-required' })) };
  },
  DescribeAvailabilityZones: (ec2, query) => {
    const names = listParam(query, 'ZoneName');
    const zones = zonesOf(ec2.tx.catalogue, ec2.region);
    const unknown = names.find((name) => !zones.some((zone) => zone.name === name));
    if (unknown !== undefined) throw new CloudError('InvalidParameterValue', `Invalid availability zones: [${unknown}]`);
    const chosen = filtered(query, zones.filter(({ name }) => names.length === 0 || names.includes(name)), ({ name, id }) =>
      plain({ 'zone-name': name, 'zone-id': id, state: 'available', 'region-name': ec2.region, 'zone-type': 'availability-zone', 'opt-in-status': 'opt-in-not-required' }),
    );
    return {
      availabilityZoneInfo: chosen.map(({ name, id }) => ({
        zoneName: name,
        zoneId: id,
        zoneState: 'available',
        regionName: ec2.region,
        groupName: ec2.region,
        networkBorderGroup: ec2.region,
        zoneType: 'availability-zone',
        optInStatus: 'opt-in-not-required',
        messageSet: [],
      })),
    };
  },
  DescribeInstanceTypes: (ec2, query) => {
    const names = listParam(query, 'InstanceType');
    const unknown = names.filter((name) => findType(ec2.tx.catalogue, name) === null);
    if (unknown.length > 0) throw new CloudError('InvalidInstanceType', `The following supplied instance types do not exist: [${unknown.join(', ')}]`);
    const types = [...instanceTypes(ec2.tx.catalogue).values()].filter(({ type }) => names.length === 0 || names.includes(type));
    const { items, nextToken } = paged(query, filtered(query, types, typeFilters));
    return { instanceTypeSet: items.map(typeXml), nextToken };
  },
  DescribeInstanceTypeOfferings: (ec2, query) => {
    const { items, nextToken } = paged(query, filtered(query, offerings(ec2, param(query, 'LocationType') ?? 'region'), ({ instanceType, location }) => plain({ 'instance-type': instanceType, location })));
    return { instanceTypeOfferingSet: items.map((each) => ({ ...each })), nextToken };
  },
  DescribeSpotPriceHistory: (ec2, query) => {
    const { items, nextToken } = paged(query, filtered(query, spotPrices(ec2, query), (price) => plain({
      'instance-type': price.instanceType,
      'availability-zone': price.availabilityZone,
      'product-description': price.productDescription,
      'spot-price': price.spotPrice,
      timestamp: price.timestamp,
    })));
    return { spotPriceHistorySet: items.map((each) => ({ ...each })), nextToken };
  },
  DescribeImages: (ec2, query) => {
    const ids = listParam(query, 'ImageId');
    const owners = listParam(query, 'Owner');
    const withDeprecated = flagParam(query, 'IncludeDeprecated') === true || ids.length > 0;
    const { catalogue, nowMs } = ec2.tx;
    const images = ids.length > 0 ? ids.map((id) => getImage(catalogue, ec2.region, id)) : imagesIn(catalogue, ec2.region);
    const visible = images.filter((image) => (withDeprecated || image.deprecatedAtMs > nowMs) && (owners.length === 0 || owners.includes(image.ownerId) || (image.ownerAlias !== null && owners.includes(image.ownerAlias))));
    const { items, nextToken } = paged(query, filtered(query, visible, imageFilters));
    return { imagesSet: items.map(imageXml), nextToken };
  },
  DescribeAccountAttributes: (ec2) => ({
    accountAttributeSet: Object.entries({
      'supported-platforms': 'VPC',
      'default-vpc': ec2.tx.list('aws', 'vpc').find(({ region, props }) => region === ec2.region && props.isDefault === true)?.id ?? 'none',
      'max-instances': '20',
      'vpc-max-elastic-ips': String(quotaOf(ec2.tx, ec2.region, 'elasticIps')),
      'vpc-max-security-groups-per-interface': '5',
    }).map(([attributeName, attributeValue]) => ({ attributeName, attributeValueSet: [{ attributeValue }] })),
  }),
};

function plain(values: Readonly<Record<string, string>>): FilterValues {
  return (name) => (values[name] === undefined ? null : [values[name]]);
}

function offerings(ec2: Ec2, locationType: string): readonly { readonly instanceType: string; readonly locationType: string; readonly location: string }[] {
  const types = [...instanceTypes(ec2.tx.catalogue).keys()];
  switch (locationType) {
    case 'region':
      return types.map((instanceType) => ({ instanceType, locationType, location: ec2.region }));
    case 'availability-zone':
    case 'availability-zone-id': {
      const ids = new Map(zonesOf(ec2.tx.catalogue, ec2.region).map(({ name, id }) => [name, id]));
      const located = (zone: string): string => (locationType === 'availability-zone' ? zone : (ids.get(zone) ?? zone));
      return types.flatMap((instanceType) => zonesOffering(ec2.tx.catalogue, ec2.region, instanceType).map((zone) => ({ instanceType, locationType, location: located(zone) })));
    }
    default:
      throw new CloudError('InvalidParameterValue', `Value (${locationType}) for parameter locationType is invalid.`);
  }
}

interface SpotPrice {
  readonly instanceType: string;
  readonly productDescription: string;
  readonly spotPrice: string;
  readonly timestamp: string;
  readonly availabilityZone: string;
}

function spotPrices(ec2: Ec2, query: Query): readonly SpotPrice[] {
  const { catalogue, nowMs } = ec2.tx;
  const time = (name: string, fallback: number): number => {
    const given = Date.parse(param(query, name) ?? '');
    return Number.isNaN(given) ? fallback : Math.min(given, nowMs);
  };
  const to = time('EndTime', nowMs);
  const from = time('StartTime', to);
  const named = listParam(query, 'InstanceType');
  const types = named.length > 0 ? named : [...instanceTypes(catalogue).keys()];
  const only = param(query, 'AvailabilityZone');
  const products = listParam(query, 'ProductDescription');
  const product = products.find((each) => each.startsWith('Linux')) ?? 'Linux/UNIX';
  return types.flatMap((type) =>
    zonesOffering(catalogue, ec2.region, type)
      .filter((zone) => only === null || zone === only)
      .flatMap((zone) =>
        priceChanges(from, to).map((at) => ({
          instanceType: type,
          productDescription: product,
          spotPrice: spotPrice(catalogue, type, zone, at).toFixed(6),
          timestamp: timestamp(at),
          availabilityZone: zone,
        })),
      ),
  );
}

function architecture({ arch }: CatalogueType): string {
  return arch === 'arm64' ? 'arm64' : 'x86_64';
}

function typeFilters(type: CatalogueType): FilterValues {
  return plain({
    'instance-type': type.type,
    'processor-info.supported-architecture': architecture(type),
    'vcpu-info.default-vcpus': String(type.vcpu),
    'memory-info.size-in-mib': String(type.memoryGb * 1_024),
    'current-generation': String(!type.type.startsWith('t2.')),
    'burstable-performance-supported': String(isBurstable(type.type)),
    'bare-metal': 'false',
    hypervisor: isNitro(type.type) ? 'nitro' : 'xen',
    'supported-usage-class': 'on-demand',
    'supported-virtualization-type': 'hvm',
    'supported-root-device-type': 'ebs',
  });
}

function typeXml(type: CatalogueType): XmlMembers {
  const threads = threadsPerCore(type);
  return {
    instanceType: type.type,
    currentGeneration: !type.type.startsWith('t2.'),
    freeTierEligible: false,
    bareMetal: false,
    hypervisor: isNitro(type.type) ? 'nitro' : 'xen',
    supportedUsageClasses: ['on-demand', 'spot'],
    supportedRootDeviceTypes: ['ebs'],
    supportedVirtualizationTypes: ['hvm'],
    processorInfo: { supportedArchitectures: [architecture(type)] },
    vCpuInfo: { defaultVCpus: type.vcpu, defaultCores: Math.max(1, Math.floor(type.vcpu / threads)), defaultThreadsPerCore: threads },
    memoryInfo: { sizeInMiB: type.memoryGb * 1_024 },
    instanceStorageSupported: false,
    ebsInfo: { ebsOptimizedSupport: 'default', encryptionSupport: 'supported', nvmeSupport: 'required' },
    networkInfo: { enaSupport: 'required', ipv6Supported: true, maximumNetworkInterfaces: 3, defaultNetworkCardIndex: 0 },
    burstablePerformanceSupported: isBurstable(type.type),
    dedicatedHostsSupported: false,
    autoRecoverySupported: true,
  };
}

function imageFilters(image: Image): FilterValues {
  return (name) => {
    const values: Readonly<Record<string, string | null>> = {
      architecture: image.architecture,
      'block-device-mapping.device-name': image.rootDeviceName,
      'creation-date': image.createdAt,
      description: image.source.name,
      'ena-support': 'true',
      hypervisor: 'xen',
      'image-id': image.id,
      'image-type': 'machine',
      'is-public': 'true',
      'manifest-location': image.location,
      name: image.source.name,
      'owner-alias': image.ownerAlias,
      'owner-id': image.ownerId,
      'product-code': image.productCode,
      'root-device-name': image.rootDeviceName,
      'root-device-type': 'ebs',
      state: 'available',
      'virtualization-type': 'hvm',
    };
    if (name.startsWith('tag')) return [];
    const value = values[name];
    return value === undefined ? null : [value];
  };
}

function imageXml(image: Image): XmlMembers {
  return {
    imageId: image.id,
    imageLocation: image.location,
    imageState: 'available',
    imageOwnerId: image.ownerId,
    imageOwnerAlias: image.ownerAlias,
    isPublic: true,
    architecture: image.architecture,
    imageType: 'machine',
    name: image.source.name,
    description: `Simulated: ${image.source.system.title} ${image.source.system.version}`,
    rootDeviceType: 'ebs',
    rootDeviceName: image.rootDeviceName,
    blockDeviceMapping: [
      {
        deviceName: image.rootDeviceName,
        ebs: { snapshotId: image.snapshotId, volumeSize: image.rootSizeGb, volumeType: image.rootVolumeType, deleteOnTermination: true, encrypted: false },
      },
    ],
    productCodes: image.productCode === null ? [] : [{ productCode: image.productCode, type: 'marketplace' }],
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    enaSupport: true,
    creationDate: image.createdAt,
    deprecationTime: timestamp(image.deprecatedAtMs),
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    tagSet: [],
  };
}

