import type { Tags } from './ec2.ts';
import type { SpotOptions } from './spot-requests.ts';

/** A disk of a launch; what is null is the image's, or EC2's own choice. */
export interface LaunchDisk {
  readonly deviceName: string;
  readonly sizeGb: number | null;
  readonly type: string | null;
  readonly iops: number | null;
  readonly throughput: number | null;
  readonly encrypted: boolean | null;
  readonly kmsKeyId: string | null;
  readonly deleteOnTermination: boolean | null;
  readonly snapshotId: string | null;
}

export interface MetadataOptions {
  readonly httpEndpoint: 'enabled' | 'disabled';
  readonly httpTokens: 'optional' | 'required';
  readonly httpPutResponseHopLimit: number;
  readonly httpProtocolIpv6: 'enabled' | 'disabled';
  readonly instanceMetadataTags: 'enabled' | 'disabled';
}

export const usualMetadata: MetadataOptions = {
  httpEndpoint: 'enabled',
  httpTokens: 'optional',
  httpPutResponseHopLimit: 1,
  httpProtocolIpv6: 'disabled',
  instanceMetadataTags: 'disabled',
};

/** What RunInstances is asked for. */
export interface LaunchInput {
  readonly imageId: string;
  /** @default 'm1.small', which hardly any zone has any more */
  readonly instanceType: string;
  readonly minCount: number;
  readonly maxCount: number;
  readonly keyName: string | null;
  /** null: the default subnet of the zone. */
  readonly subnetId: string | null;
  readonly availabilityZone: string | null;
  readonly groupIds: readonly string[];
  /** null: as the subnet says. */
  readonly associatePublicIp: boolean | null;
  readonly privateIp: string | null;
  /** An interface that is there already, as the primary one. */
  readonly networkInterfaceId: string | null;
  /** Base64. */
  readonly userData: string | null;
  readonly disks: readonly LaunchDisk[];
  readonly shutdownBehavior: 'stop' | 'terminate';
  readonly disableApiTermination: boolean;
  readonly disableApiStop: boolean;
  readonly ebsOptimized: boolean;
  readonly monitoring: boolean;
  readonly tenancy: string;
  readonly iamInstanceProfile: string | null;
  readonly credits: 'standard' | 'unlimited' | null;
  readonly metadata: Partial<MetadataOptions>;
  /** null: on demand. */
  readonly spot: SpotOptions | null;
  readonly clientToken: string | null;
  /** By EC2's word for the resource: `instance`, `volume`, `network-interface`, `spot-instances-request`. */
  readonly tags: Readonly<Record<string, Tags>>;
}

/** A launch of one on-demand instance, with nothing asked for but image and type. */
export function usualLaunch(imageId: string, instanceType: string): LaunchInput {
  return {
    imageId,
    instanceType,
    minCount: 1,
    maxCount: 1,
    keyName: null,
    subnetId: null,
    availabilityZone: null,
    groupIds: [],
    associatePublicIp: null,
    privateIp: null,
    networkInterfaceId: null,
    userData: null,
    disks: [],
    shutdownBehavior: 'stop',
    disableApiTermination: false,
    disableApiStop: false,
    ebsOptimized: false,
    monitoring: false,
    tenancy: 'default',
    iamInstanceProfile: null,
    credits: null,
    metadata: {},
    spot: null,
    clientToken: null,
    tags: {},
  };
}
