import type { CloudSettingsModule } from './cloud-settings.ts';
import type { CloudFacts, CloudId, InstanceType } from './clouds.ts';
import type { BilledItem } from './cost.ts';
import type { CloudDeadline, DeadlineReading } from './deadline.ts';
import type { Problem } from './errors.ts';
import type { Emit, FallbackEvent, InstanceState, LeftResource } from './events.ts';
import type { NearestRegion } from './nearest-region.ts';
import type { PinnedStack, StackPlan } from './plan.ts';
import type { ListedPrice } from './prices.ts';
import type { Snapshot } from './snapshot.ts';

/** One resource of a Terraform state, as the state file has it. */
export interface StateResource {
  /** `aws_instance.vm-1` */
  readonly address: string;
  readonly type: string;
  readonly id: string | null;
  readonly name: string | null;
  readonly tainted: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What a stack's state says of one machine. */
export interface StateHost {
  /** The PinnedMachine's name. */
  readonly name: string;
  readonly instanceId: string | null;
  readonly state: InstanceState;
  readonly zone: string | null;
  readonly publicIp: string | null;
  readonly publicDns: string | null;
  readonly privateIp: string | null;
  /** Where its SSH is reached. @default the port that its own SSH listens on */
  readonly port?: number | undefined;
}

/** What a cloud makes ready before Terraform creates a stack, and how far it is. */
export interface ReadyStep {
  /** For people: `downloading debian-12.qcow2, 120 of 330 MB`. */
  readonly message: string;
  /** Of this step; null: nobody knows. */
  readonly percent: number | null;
}

/** Everything a stack is written from. Plain data: no CDK type crosses this line. */
export interface StackInput {
  readonly stack: PinnedStack;
  readonly tags: Readonly<Record<string, string>>;
  /** One OpenSSH public key line, or the name of a key that exists in the cloud. */
  readonly key: { readonly publicKey: string } | { readonly cloudKeyName: string };
  /** User data by machine name, as text. */
  readonly userData: ReadonlyMap<string, string>;
  /** The machine is to end with its guest: AWS's terminate on shutdown. */
  readonly terminateOnShutdown: boolean;
}

export interface StackModule {
  /** The stack as cdk.tf.json: plain Terraform JSON that needs no data source and no provisioner. */
  synthesize(input: StackInput): string;
}

/** What a deadline is moved to in a stack that is written already. ISO times. */
export interface DeadlineMove {
  readonly from: string;
  readonly until: string;
  /** The stack's Terraform has the cloud's own deadline in it. */
  readonly deadline: CloudDeadline | undefined;
}

/** Edits a written stack; cheap to load, without CDKTF. */
export interface DeadlineModule {
  /**
   * The stack's JSON with another deadline: tags, and the cloud's own deadline where that can move. Whatever would replace or restart a
   * machine stays as it is. Throws where the text is no stack.
   */
  moveDeadline(json: string, move: DeadlineMove): string;
}

export interface CloudIdentity {
  readonly account: string;
  /** As stacks are pinned to it, where `account` is for people. @default account */
  readonly accountId?: string | undefined;
  /** Who, as the cloud names it: an ARN, an e-mail, an object id. */
  readonly principal: string;
}

/** The part of a PinnedStack that only the cloud can answer. */
export type Lookup = Pick<
  PinnedStack,
  | 'account'
  | 'region'
  | 'zone'
  | 'image'
  | 'instanceType'
  | 'vcpu'
  | 'memoryGb'
  | 'hourlyPrice'
  | 'currency'
  | 'priceRegion'
  | 'priceDate'
  | 'networkIds'
  | 'cloudKeyText'
>;

/** Where a CloudApi looks: a region and the profile's settings for that cloud. */
export interface ApiTarget {
  /** null: find it out from the CLI's configuration. */
  readonly region: string | null;
  readonly settings: PinnedStack['settings'];
  /** The account a stack was pinned to, so that what belongs to it is looked for there. Absent: find it out. */
  readonly account?: string | null | undefined;
  /** The cloud's regions, nearest first, for where neither the profile nor the CLI's configuration names one. */
  readonly nearestRegions?: (() => Promise<readonly NearestRegion[]>) | undefined;
  /** In a rehearsal: where a simulated cloud answers in place of the real one. No credentials are looked for. */
  readonly simulatedAt?: string | undefined;
  /** The stack's own, where it has one: what it is made of is listed with the rest, also outside of the machines' service. */
  readonly deadline?: CloudDeadline | undefined;
}

export interface LookupOptions {
  /** The login key exists in the cloud under this name; it is checked there. */
  readonly cloudKeyName?: string | null;
  /** The lab was looked up before, and a cloud had no room for it where it was to be. */
  readonly again?: LookupAgain | undefined;
}

/** What a second look-up knows of the first: part of the stack stands, so quotas that it has used already are not held against it. */
export interface LookupAgain {
  /** Where a type was sold out a moment ago: it is not looked for there. */
  readonly soldOut: readonly { readonly instanceType: string; readonly zone: string }[];
  /** Zones to take before others, in this order, as the cloud writes them. */
  readonly preferredZones: readonly string[];
  /** vCPUs that the lab itself gives back before it takes any: those of machines that are replaced. @default 0 */
  readonly freedVcpu?: number | undefined;
}

/** Whose deadline is read: the resources are those of the stack's state. */
export interface DeadlineQuery {
  readonly sessionId: string;
  readonly stackId: string;
  readonly resources: readonly StateResource[];
}

/** What of a listing could not be deleted, and why. */
export interface Undeleted {
  readonly resource: LeftResource;
  readonly problem: Problem;
}

/** A resource that carries labtui's marker, whoever made it, with what its tags tell. null: they do not tell it. */
export interface MarkedResource extends LeftResource {
  readonly sessionId: string | null;
  readonly owner: string | null;
  /** ISO time. */
  readonly createdAt: string | null;
  /** ISO time; `never`: a lab without a TTL. */
  readonly expiresAt: string | null;
}

/** What of an account carries labtui's marker, and where the account would not say. */
export interface MarkedListing {
  readonly found: readonly MarkedResource[];
  /** Regions that were asked and answered; null: the account as a whole. */
  readonly regions: readonly (string | null)[];
  readonly unanswered: readonly { readonly region: string | null; readonly problem: Problem }[];
}

/** Snapshots of one machine, by the id that a state has. Each call ends when its work is done, and rejects with a LabError. */
export interface SnapshotApi {
  /** Rejects with kind conflict where the name is taken. */
  create(instanceId: string, name: string): Promise<void>;
  /** Oldest first. */
  list(instanceId: string): Promise<readonly Snapshot[]>;
  /** The machine is as it was then; one that ran may have to start again. Rejects with kind not-found where there is no such snapshot. */
  restore(instanceId: string, name: string): Promise<void>;
  delete(instanceId: string, name: string): Promise<void>;
}

/** A cloud's own interface, as far as labtui calls it. Errors are LabErrors with kind and hint. */
export interface CloudApi {
  whoAmI(): Promise<CloudIdentity>;
  /** What any lab needs of an account beyond good credentials. Resolves with what was found, for people; rejects with what is missing. */
  checkAccount?(): Promise<string>;
  /**
   * Resolves what the plan leaves open, and pins it. Emits a `fallback` for each choice that was not the first. A refusal that
   * another region or a machine on demand would lift says so (`holdsFor`).
   */
  lookup(plan: StackPlan, spreadBy: string, emit: Emit, options?: LookupOptions): Promise<Lookup>;
  /** Everything in the region that carries the session's tag and is not gone or going for good. */
  listBySession(sessionId: string): Promise<readonly LeftResource[]>;
  /**
   * Everything in the account that carries labtui's marker, of any session and owner: in these regions (resources of no region are
   * part of the answer), or in each one that the account may use. A region that does not answer hides no other.
   */
  listMarked?(regions: readonly string[] | 'everywhere'): Promise<MarkedListing>;
  /** What a machine has written to its console, as much of its end as the cloud keeps. The id is a state's. */
  consoleOutput?(instanceId: string): Promise<string>;
  /** Public host keys, `ssh-ed25519 AAAA...`, that the guest itself has published; none while it has not. */
  publishedHostKeys?(instanceId: string): Promise<readonly string[]>;
  /**
   * Whether this cloud would end the session's machines itself, and how: asks for the rights that it takes, and creates nothing.
   * Absent: it has no such thing, or each of its machines carries a deadline anyway (`nativeTtl`). Rejects with a LabError.
   */
  offerDeadline?(sessionId: string): Promise<CloudDeadline>;
  /**
   * Powers machines on, or off (the guest is asked to shut down, and forced where it does not), and waits until they are so. A machine
   * that is so already is left alone; the ids are a state's. Rejects with a LabError. Absent: labtui cannot do it there.
   */
  setPower?(instanceIds: readonly string[], power: 'running' | 'stopped', signal: AbortSignal): Promise<void>;
  /**
   * What the machines do now, by instance id; one that is gone is not among them. Absent: Terraform's state says it, once it is
   * refreshed.
   */
  readPower?(instanceIds: readonly string[]): Promise<ReadonlyMap<string, InstanceState>>;
  /** Absent: labtui cannot do it there. */
  readonly snapshots?: SnapshotApi | undefined;
  /** The deadline as the cloud has it now. Rejects with a LabError where it does not say. */
  readDeadline?(query: DeadlineQuery): Promise<DeadlineReading>;
  /**
   * Deletes what a listing found, of any number of sessions, each before what it needs. Resolves with what could not be deleted, and
   * why. A cloud may be asked in one region at a time: what is in another than the target's is then among these.
   */
  deleteLeftovers?(found: readonly LeftResource[]): Promise<readonly Undeleted[]>;
  close(): void;
}

/** What a machine's price depends on. */
export type BilledStack = Pick<PinnedStack, 'region' | 'instanceType' | 'spot' | 'disk'>;

/** What to ask a cloud's price list for. */
export interface PriceRequest {
  readonly region: string;
  /** Machines to ask for; disks and addresses are always asked for. Types that the cloud does not price are left out of the answer. */
  readonly types: readonly InstanceType[];
  /** Day of the prices, `YYYY-MM-DD`. */
  readonly today: string;
  readonly signal: AbortSignal;
  /** In a rehearsal: where a simulated cloud answers in place of the real one. */
  readonly simulatedAt?: string | undefined;
}

/** A cloud: cheap data and pure functions at once, heavy modules on demand. */
export interface Cloud {
  readonly id: CloudId;
  readonly facts: CloudFacts;
  /** Names of environment variables (or their prefixes ending in `*`) that its provider and SDK read. */
  readonly environment: readonly string[];
  /** The problem behind an error text of the provider or the API; null where no rule knows it. */
  classify(text: string): Problem | null;
  /** The machines found in a state. */
  hostsOf(resources: readonly StateResource[]): readonly StateHost[];
  /** What the machines of a state have instead of what was wanted for them: a `fallback` event each. Absent: nothing ever. */
  readonly fallbacksOf?: (resources: readonly StateResource[]) => readonly FallbackEvent[];
  /** Its Terraform provider is labtui's own, installed by labtui itself. @default false */
  readonly ownProvider?: boolean | undefined;
  /** Fetches what a stack's machines need and Terraform would fetch without a word about it. Rejects with a LabError. */
  readonly makeReady?: (stack: PinnedStack, onStep: (step: ReadyStep) => void, signal: AbortSignal) => Promise<void>;
  /** Its own block of a profile. */
  readonly loadSettings?: () => Promise<CloudSettingsModule>;
  readonly loadStack?: () => Promise<StackModule>;
  /** Absent: a written stack's deadline stays. */
  readonly loadDeadline?: () => Promise<DeadlineModule>;
  readonly loadApi?: (target: ApiTarget) => Promise<CloudApi>;
  /** What one machine of a stack is billed for. Absent: nobody knows but for the machine itself. */
  readonly billedItems?: (stack: BilledStack) => readonly BilledItem[];
  /** Asks the cloud's own price list. Rejects with a LabError: network, credentials, permission. */
  readonly fetchPrices?: (request: PriceRequest) => Promise<readonly ListedPrice[]>;
}
