import type { ListedPrice } from './prices.ts';

/**
 * A cloud's id as users type it. Which ids there are is known to the registry of clouds alone: text becomes a CloudId where it is
 * held against that.
 */
export type CloudId = string;

/** A stack's settings for its cloud: the profile's block of that cloud, under the cloud's id. */
export type CloudSettings = Readonly<Record<CloudId, unknown>>;

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
  /** What a machine writes to its console is there to be read at once; else the cloud's copy of it lags behind. @default false */
  readonly consoleIsLive?: boolean | undefined;
  /** Machines are reached from this computer alone, whoever else is to be let in. @default false */
  readonly onThisComputer?: boolean | undefined;
  /** Each machine carries a deadline of the cloud's own, which needs no rights beyond those to make it. */
  readonly nativeTtl: boolean;
  /** That deadline can be moved while the machine runs. @default true */
  readonly deadlineMoves?: boolean | undefined;
  /** Guests publish their host keys through the cloud (guest attributes). @default false */
  readonly publishesHostKeys?: boolean | undefined;
  readonly stopStart: boolean;
  /** Its spot machines can be stopped and started again. @default true */
  readonly stopsSpot?: boolean | undefined;
  /** A machine that labtui has stopped costs what a running one does, until it is destroyed. @default false */
  readonly stopIsBilled?: boolean | undefined;
  /** A machine keeps its public address while it is stopped, and that is billed. @default false */
  readonly stopKeepsAddress?: boolean | undefined;
  /** The cloud's own deadline also ends a machine that is stopped. @default true */
  readonly deadlineHoldsStopped?: boolean | undefined;
  /** A machine can be told to go for good, disk and all, when its guest shuts down. */
  readonly shutdownDeletes: boolean;
  /** A machine that its own guest has shut down costs what a running one does, until it is destroyed. @default false */
  readonly stoppedIsBilled?: boolean | undefined;
  readonly snapshots: boolean;
  readonly diskTypes: readonly DiskType[];
  /** The cloud can encrypt a machine's disk. @default true */
  readonly encryptsDisks?: boolean | undefined;
  /** Largest user data the cloud takes, in bytes as sent. */
  readonly userDataBytes: number;
}

export type DiskType = 'ssd' | 'standard' | 'provisioned-iops';

/** How distro files say where a cloud's official images are: an ImageQuery of that form is made from it. */
export const imageForms = ['owner', 'family', 'offer', 'slug', 'url'] as const;
export type ImageForm = (typeof imageForms)[number];

/**
 * Whom a cloud lets log in first: the user that the image has, root because the cloud puts the key in its place, or any name, since
 * the cloud creates the user itself.
 */
export type FirstLogin = 'image' | 'root' | 'any';

/** What the distro files know about a cloud's images. */
export interface ImageEntries {
  readonly form: ImageForm;
  /** The cloud whose entries are meant. @default the cloud itself */
  readonly entriesOf?: CloudId | undefined;
  /** @default 'image' */
  readonly login?: FirstLogin | undefined;
}

/** Cheap to load and pure: everything known about a cloud without asking it. */
export interface CloudFacts {
  readonly id: CloudId;
  readonly title: string;
  readonly capabilities: CloudCapabilities;
  readonly images: ImageEntries;
  readonly defaultRegion: string | null;
  /** Day the region list was made. */
  readonly regionsDate: string;
  readonly regions: readonly Region[];
  readonly instanceTypes: readonly InstanceType[];
  /** Where the prices of `instanceTypes` stand. */
  readonly machinePriceSource: string;
  /** List prices of what is billed beside the machine: disks, addresses. Without a source and its day a price is not here. */
  readonly prices: readonly ListedPrice[];
  /** Shape of the cloud's own instance type names, to tell a custom type from a typing error. */
  readonly instanceTypePattern: RegExp;
}
