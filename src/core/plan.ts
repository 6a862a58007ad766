import type { Arch, CloudFacts, CloudId, CloudSettings, DiskType, InstanceType } from './clouds.ts';
import type { StackCost } from './cost.ts';
import type { CloudDeadline } from './deadline.ts';
import type { ImageQuery, InitKind } from './distro.ts';
import type { FallbackEvent } from './events.ts';
import type { Problem } from './errors.ts';

/** What a plan says of the distribution, so that nothing later needs the distro file. */
export interface PlannedDistro {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly init: InitKind;
  readonly serviceManager: 'systemd' | 'openrc' | 'rc';
  /** The distribution's own name of the version: `bookworm`. null: it has none. Absent: an older labtui recorded it. */
  readonly codename?: string | null | undefined;
  /** `YYYY-MM-DD`, null: rolling or unknown. */
  readonly endOfLife: string | null;
}

export interface PlannedDisk {
  /** null: the larger of 20 and the image's own minimum. */
  readonly sizeGb: number | null;
  readonly type: DiskType;
  readonly iops: number | null;
  readonly throughput: number | null;
  readonly encrypted: boolean;
}

export interface PlannedSpot {
  readonly enabled: boolean;
  readonly maxPrice: number | null;
  readonly fallback: 'on-demand' | 'fail';
  readonly timeoutMs: number;
}

/** One cloud target before anything was looked up. Pure outcome of profile, catalogue and facts. */
export interface StackPlan {
  /** Name of the directory: the cloud, with region or distro behind it only where needed. */
  readonly id: string;
  readonly cloud: CloudId;
  readonly distro: PlannedDistro;
  readonly arch: Arch;
  /** The profile's pin; null: look the newest up by `query`. */
  readonly imagePin: string | null;
  readonly imageQuery: ImageQuery | null;
  /** Login user that the image itself sets up; null: the cloud creates any. */
  readonly imageUser: string | null;
  readonly user: string;
  /** 'auto': the CLI's configured region, else the nearest. */
  readonly region: string;
  /** 'auto': a zone of the region that offers the type. */
  readonly zone: string;
  /** In order of preference. A type that the user named stands alone. */
  readonly instanceTypes: readonly InstanceType[];
  readonly typeNamedByUser: boolean;
  readonly count: number;
  readonly disk: PlannedDisk;
  readonly spot: PlannedSpot;
  readonly network: 'isolated' | 'default';
  readonly settings: CloudSettings;
  /** The same for the profile's further architectures, in its order: for where the cloud has nothing for the first. Absent: none. */
  readonly otherArches?: readonly ArchPlan[] | undefined;
}

/** What differs in a stack's plan by architecture. */
export type ArchPlan = Pick<StackPlan, 'arch' | 'imageQuery' | 'imageUser' | 'user' | 'distro' | 'instanceTypes'>;

export interface SshPlan {
  /** `generate`, a path to a .pub file, or the name of a key in the cloud. */
  readonly key: string;
  readonly keyType: 'ed25519' | 'rsa';
  /** 'auto': the caller's address. Ranges are in CIDR form. */
  readonly allowFrom: 'auto' | readonly string[];
  readonly port: number;
  readonly proxyCommand: string | null;
  readonly timeoutMs: number;
}

/** What one apply is to make. Frozen; id and time came in as arguments. */
export interface LabPlan {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly ttlMs: number | null;
  readonly owner: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly stacks: readonly StackPlan[];
  readonly ssh: SshPlan;
  readonly userData: string | null;
  readonly onReady: string | null;
  readonly onFailure: 'destroy' | 'keep';
  /** What the user should know before agreeing: end of life, community image, no TTL. */
  readonly warnings: readonly Problem[];
  readonly fallbacks: readonly { readonly stack: string; readonly event: FallbackEvent }[];
}

export interface PinnedImage {
  readonly id: string;
  readonly name: string | null;
  /** Account or project that owns it. */
  readonly owner: string | null;
  /** Smallest root disk it boots from, GB. */
  readonly minDiskGb: number | null;
  readonly createdAt: string | null;
  /** What it can do, in the cloud's own words: UEFI_COMPATIBLE, GVNIC. Absent: not known. */
  readonly features?: readonly string[] | undefined;
  /** Azure's marketplace: what a machine must say that it is sold under. */
  readonly purchasePlan?: PurchasePlan | undefined;
  readonly notes?: string | undefined;
}

export interface PurchasePlan {
  readonly name: string;
  readonly product: string;
  readonly publisher: string;
}

/** One machine of a stack. */
export interface PinnedMachine {
  /** SSH alias and host name: `<session name>-<stack>` with `-<n>` where there are several. */
  readonly name: string;
  /** From 1. */
  readonly index: number;
  /** What it is where it is something else than its stack says: it was replaced alone. Read by machineStack. */
  readonly own?: MachineChoice | undefined;
}

/** What a machine is, as far as it can be another than its neighbours in a stack. */
export type MachineChoice = Pick<
  PinnedStack,
  'distro' | 'arch' | 'image' | 'imageUser' | 'user' | 'instanceType' | 'vcpu' | 'memoryGb' | 'hourlyPrice' | 'currency' | 'priceRegion' | 'priceDate' | 'disk'
>;

/** An existing network that a stack's machines are put into, as the cloud names it. */
export interface NetworkIds {
  readonly vpcId: string;
  readonly subnetId: string;
}

/** A stack with every look-up done: what session.json records and what Terraform is written from. */
export interface PinnedStack {
  readonly id: string;
  readonly cloud: CloudId;
  readonly distro: PlannedDistro;
  readonly arch: Arch;
  /** The cloud account the credentials belonged to. */
  readonly account: string | null;
  readonly region: string;
  readonly zone: string;
  readonly image: PinnedImage;
  readonly imageUser: string | null;
  readonly user: string;
  readonly instanceType: string;
  readonly vcpu: number | null;
  readonly memoryGb: number | null;
  /** Per machine and hour, list price; null: unknown. */
  readonly hourlyPrice: number | null;
  readonly currency: string | null;
  readonly priceRegion: string | null;
  readonly priceDate: string | null;
  /** Of all machines, with disks and addresses; absent in what an older labtui recorded. */
  readonly cost?: StackCost | undefined;
  readonly machines: readonly PinnedMachine[];
  readonly disk: Omit<PlannedDisk, 'sizeGb'> & { readonly sizeGb: number };
  readonly spot: PlannedSpot;
  readonly network: 'isolated' | 'default';
  /** The account's default network or the user's own subnet; null or absent: the stack makes its own network. */
  readonly networkIds?: NetworkIds | null | undefined;
  /** The public half of a login key that the cloud keeps by name, where a machine must be given its text (Azure). */
  readonly cloudKeyText?: string | null | undefined;
  /** CIDR ranges that may reach SSH. */
  readonly allowFrom: readonly string[];
  readonly sshPort: number;
  readonly settings: CloudSettings;
  /** The cloud's own deadline; absent: without a TTL there is none, and an older labtui did not record it. */
  readonly cloudDeadline?: CloudDeadline | undefined;
}

export type FactsOf = (cloud: CloudId) => CloudFacts;
