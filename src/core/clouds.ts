export const cloudIds = ['aws', 'azure', 'gcp', 'digitalocean', 'hetzner', 'linode', 'libvirt', 'local'] as const;
export type CloudId = (typeof cloudIds)[number];

export const arches = ['amd64', 'arm64'] as const;
export type Arch = (typeof arches)[number];

export const tiers = ['small', 'lab', 'medium', 'large'] as const;
export type Tier = (typeof tiers)[number];

/** The least a tier gives (contract §4). */
export const tierFloor: Readonly<Record<Tier, { readonly vcpu: number; readonly memoryGb: number }>> = {
  small: { vcpu: 2, memoryGb: 2 },
  lab: { vcpu: 2, memoryGb: 4 },
  medium: { vcpu: 4, memoryGb: 8 },
  large: { vcpu: 8, memoryGb: 16 },
};

export type Confidence = 'high' | 'medium' | 'low';

/** One instance type of a cloud's catalogue, with its list price. */
export interface InstanceType {
  readonly type: string;
  readonly arch: Arch;
  /** null, as with the memory: a type the user named that the catalogue does not know. */
  readonly vcpu: number | null;
  readonly memoryGb: number | null;
  /** List price per hour on demand in `priceRegion`; null where none is known. */
  readonly hourlyPrice: number | null;
  readonly currency: string;
  readonly priceRegion: string | null;
  /** Day of the price, `YYYY-MM-DD`. */
  readonly priceDate: string | null;
  /** 1 is the first choice within its tier. */
  readonly rank: number;
  readonly tiers: readonly Tier[];
  readonly confidence: Confidence;
  readonly notes?: string | undefined;
}

export interface Region {
  readonly id: string;
  readonly name: string;
  readonly city: string;
  /** ISO 3166 code. */
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
  /** Usable by an ordinary account, perhaps after opting in. */
  readonly usable: boolean;
  readonly optIn: boolean;
  /** Hosts that answer TCP 443 in the region, for measuring the way there. */
  readonly latencyHosts: readonly string[];
  readonly notes?: string | undefined;
}

/** What a cloud can do with labtui, as data: an impossible profile is refused by looking here. */
export interface CloudCapabilities {
  /** false: known to the catalogue, but labtui cannot create machines there yet. */
  readonly apply: boolean;
  readonly spot: boolean;
  readonly arm64: boolean;
  readonly defaultNetwork: boolean;
  readonly consoleLog: boolean;
  readonly nativeTtl: boolean;
  /** Guests publish their host keys through the cloud (guest attributes). @default false */
  readonly publishesHostKeys?: boolean | undefined;
  readonly stopStart: boolean;
  /** A machine can be told to go for good, disk and all, when its guest shuts down. */
  readonly shutdownDeletes: boolean;
  readonly snapshots: boolean;
  readonly diskTypes: readonly DiskType[];
  /** Largest user data the cloud takes, in bytes as sent. */
  readonly userDataBytes: number;
}

export type DiskType = 'ssd' | 'standard' | 'provisioned-iops';

/** Cheap to load and pure: everything known about a cloud without asking it. */
export interface CloudFacts {
  readonly id: CloudId;
  readonly title: string;
  readonly capabilities: CloudCapabilities;
  readonly defaultRegion: string | null;
  /** Day the region list was made. */
  readonly regionsDate: string;
  readonly regions: readonly Region[];
  readonly instanceTypes: readonly InstanceType[];
  /** Hourly price of one public IPv4 address, where the cloud bills it apart. */
  readonly publicIpHourly: number | null;
  /** Shape of the cloud's own instance type names, to tell a custom type from a typing error. */
  readonly instanceTypePattern: RegExp;
}
