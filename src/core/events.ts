import type { ErrorKind } from './errors.ts';
import type { CellResult } from './matrix.ts';
import type { CostPart } from './prices.ts';
import type { MachineSnapshot } from './snapshot.ts';

/** Phases of a session and of each of its stacks (contract §6). */
export const phases = [
  'validating',
  'preparing-keys',
  'synthesizing',
  'initializing',
  'planning',
  'awaiting-approval',
  'applying',
  'waiting-for-ssh',
  'ready',
  'replacing',
  'stopping',
  'destroying',
  'destroyed',
  'failed',
] as const;
export type Phase = (typeof phases)[number];

export interface PhaseEvent {
  readonly type: 'phase';
  readonly phase: Phase;
  /** 0 to 100. */
  readonly percent: number;
  /** Milliseconds since the run began. */
  readonly elapsedMs: number;
  readonly message: string;
}

export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  readonly action: string;
}

export interface PlanEvent {
  readonly type: 'plan';
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  readonly resources: readonly PlannedResource[];
  /** List price of the whole stack, but for what stands in `unknownCosts`; null where the machines' is not known. */
  readonly hourlyCost: number | null;
  /** As hourlyCost; null also where no TTL is set. */
  readonly costUntilTtl: number | null;
  /** As hourlyCost: what the stack costs in a month in which nobody thinks of it. */
  readonly monthlyCost?: number | null | undefined;
  /** Per hour and part; null where its price is not known. Absent, as what follows, in events of an older labtui: it knew machines only. */
  readonly costs?: Readonly<Record<CostPart, number | null>> | undefined;
  /** Parts that cost something nobody here knows: they are in no sum. */
  readonly unknownCosts?: readonly CostPart[] | undefined;
  /** The sums are the most it can cost: a spot machine counts with its price on demand. */
  readonly costIsUpperBound?: boolean | undefined;
  readonly currency: string | null;
  /** Day of the oldest price in it, `YYYY-MM-DD`. */
  readonly priceDate: string | null;
  /** Region that prices are of, where it differs from the stack's; several with commas. */
  readonly priceRegion: string | null;
  /** What the stack is to be, as looked up. */
  readonly target: PlanTarget;
}

export interface PlanTarget {
  /** `fedora@44` */
  readonly distro: string;
  readonly arch: string;
  readonly instanceType: string;
  readonly vcpu: number | null;
  readonly memoryGb: number | null;
  readonly region: string;
  readonly zone: string;
  readonly imageId: string;
  readonly imageName: string | null;
  readonly count: number;
  readonly diskGb: number;
  readonly spot: boolean;
  /** CIDR ranges that may reach SSH. */
  readonly allowFrom: readonly string[];
}

export interface ResourceEvent {
  readonly type: 'resource';
  readonly address: string;
  readonly action: string;
  readonly status: 'started' | 'progress' | 'complete' | 'errored';
  readonly id: string | null;
  readonly elapsedMs: number;
}

export interface FallbackEvent {
  readonly type: 'fallback';
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** States of an instance, the same for all clouds. */
export const instanceStates = [
  'pending',
  'running',
  'stopping',
  'stopped',
  'terminating',
  'terminated',
  'unknown',
] as const;
export type InstanceState = (typeof instanceStates)[number];

export const readinessStages = ['tcp', 'banner', 'auth', 'cloud-init', 'ready'] as const;
export type ReadinessStage = (typeof readinessStages)[number];

/** How the host key came to be known (contract §4, SSH trust). */
export type HostKeyTrust = 'injected' | 'guest-attributes' | 'console' | 'first-use';

/** A machine of the session, as events, `show` and onReady's standard input give it. */
export interface Host {
  readonly name: string;
  readonly instanceId: string | null;
  readonly state: InstanceState;
  readonly region: string;
  readonly zone: string | null;
  readonly publicIp: string | null;
  readonly publicDns: string | null;
  readonly privateIp: string | null;
  readonly launchedAt: string | null;
  readonly user: string;
  readonly port: number;
  /** `SHA256:...` of the key in known_hosts. */
  readonly hostKeyFingerprint: string | null;
  readonly hostKeyTrust: HostKeyTrust | null;
  readonly stage: ReadinessStage | null;
  /** Why the stage is not passed yet, or what is degraded. */
  readonly reason: string | null;
}

export interface HostEvent extends Host {
  readonly type: 'host';
}

export type ProtectionLayer = 'guest' | 'cloud' | 'sweeper';

export interface ProtectionEvent {
  readonly type: 'protection';
  readonly by: readonly ProtectionLayer[];
  /** The deadline; null without a TTL. */
  readonly until: string | null;
  readonly missing: readonly { readonly layer: ProtectionLayer; readonly reason: string }[];
}

/** One layer of a stack's TTL after an extend. `tags` is what sweepers read. */
export interface LayerDeadline {
  readonly stack: string;
  readonly layer: 'guest' | 'cloud' | 'tags';
  /** When it acts now, ISO time; null: never, or it does not say. */
  readonly at: string | null;
  readonly moved: boolean;
  /** Why it stayed; null: it moved. */
  readonly reason: string | null;
}

export interface DiagnosticEvent {
  readonly type: 'diagnostic';
  readonly severity: 'error' | 'warning';
  readonly kind: ErrorKind;
  readonly code: string | null;
  readonly summary: string;
  readonly detail: string | null;
  readonly hint: string | null;
  readonly address: string | null;
  readonly retryable: boolean;
}

export interface LogEvent {
  readonly type: 'log';
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

export interface LeftResource {
  readonly type: string;
  readonly id: string;
  readonly name: string | null;
  readonly region: string | null;
  /** Who saw it: the state after the run, or the cloud's own listing. */
  readonly seenBy: 'state' | 'listing';
}

export interface ReceiptTypeCount {
  readonly found: number;
  readonly deleted: number;
  readonly left: number;
}

/** What a teardown proves. */
export interface ReceiptEvent {
  readonly type: 'receipt';
  readonly found: number;
  readonly deleted: number;
  readonly left: readonly LeftResource[];
  /** The same per resource type. */
  readonly byType: Readonly<Record<string, ReceiptTypeCount>>;
  readonly verifiedBy: readonly ('state' | 'listing')[];
  readonly durationMs: number;
  /** The same for each stack that was torn down, or each place that was swept. Absent: written by a labtui that did not part them. */
  readonly stacks?: Readonly<Record<string, ReceiptPart>> | undefined;
}

/** One part of a receipt: of a teardown a stack, of a sweep a place. */
export type ReceiptPart = Pick<ReceiptEvent, 'found' | 'deleted' | 'left' | 'verifiedBy'> & {
  /** Absent: written by a labtui that did not say it. */
  readonly place?: ReceiptPlace | undefined;
};

/** Where a receipt's listing was asked, and for what. */
export interface ReceiptPlace {
  readonly cloud: string;
  readonly account: string | null;
  /** null: what is of no region. */
  readonly region: string | null;
  /** `labtui-session-id=kernel-lab-8f3k2q` */
  readonly tagQuery: string;
  /** When it answered last, ISO time; null: it was not asked, or did not answer. */
  readonly listedAt: string | null;
}

/** Milliseconds; a step that did not run is absent. */
export interface Timings {
  readonly lookup?: number;
  readonly synth?: number;
  readonly init?: number;
  readonly plan?: number;
  readonly apply?: number;
  readonly ssh?: number;
  readonly destroy?: number;
  readonly total: number;
}

/** How one stack ended, and whether something of it may exist. */
export interface StackResult {
  readonly phase: Phase;
  /** 0, or the code that a run of this stack alone would have ended with. */
  readonly exitCode: number;
  readonly stands: boolean;
}

/** What became of one stack's machines in a replace. */
export interface ReplacedStack {
  readonly stack: string;
  /** Names of the machines that were in question. */
  readonly hosts: readonly string[];
  /** `fedora@44` */
  readonly from: string;
  readonly to: string;
  /** `replaced`: all run `to`. `returned`: all run `from` again. `unchanged`: they were never touched. `broken`: neither, or not all. */
  readonly outcome: 'replaced' | 'returned' | 'unchanged' | 'broken';
  /** From the yes to the shell on what runs now; null: there is none, or the former one never went. */
  readonly shellMs: number | null;
  /** List prices of the whole stack per hour; null: not known. */
  readonly hourlyBefore: number | null;
  readonly hourlyAfter: number | null;
  readonly currency: string | null;
}

/** What the stopped machines of a stack cost from now on. */
export interface StillBilled {
  readonly stack: string;
  /** How many of its machines are stopped. */
  readonly machines: number;
  /** What of them is billed; `machines`: as if they ran. None: nothing. */
  readonly parts: readonly CostPart[];
  /** List price per hour of those parts that have one; null where none has. */
  readonly hourlyCost: number | null;
  readonly currency: string | null;
  /** Parts that cost something nobody here knows. */
  readonly unknownCosts: readonly CostPart[];
}

export interface ResultEvent {
  readonly type: 'result';
  readonly ok: boolean;
  readonly exitCode: number;
  readonly phase: Phase;
  readonly hosts: readonly Host[];
  /** By stack. Absent: the run ended before it had stacks. */
  readonly stacks?: Readonly<Record<string, StackResult>> | undefined;
  /** The layers that will end the lab at its deadline: of an apply that made one, and of an extend. None: nothing but its owner will. */
  readonly protectedBy?: readonly ProtectionLayer[] | undefined;
  /** Of an extend: when each layer acts now. */
  readonly deadlines?: readonly LayerDeadline[] | undefined;
  /** Of a replace, by stack. None: there was nothing to do. */
  readonly replaced?: readonly ReplacedStack[] | undefined;
  /** Of a stop, a start and a restart, by stack: what machines that are stopped now go on costing. */
  readonly stillBilled?: readonly StillBilled[] | undefined;
  /** Of a snapshot's creation, restore and deletion: those that each machine has now. */
  readonly snapshots?: readonly MachineSnapshot[] | undefined;
  /** Of a matrix run: what became of each combination. */
  readonly cells?: readonly CellResult[] | undefined;
  readonly durationMs: number;
  readonly timings: Timings;
}

export type LabEventBody =
  | PhaseEvent
  | PlanEvent
  | ResourceEvent
  | FallbackEvent
  | HostEvent
  | ProtectionEvent
  | DiagnosticEvent
  | LogEvent
  | ReceiptEvent
  | ResultEvent;

/** Who did it, and with what. Absent in events of an older labtui. */
export interface EventOrigin {
  /** `alice@laptop`: the user of the operating system, and the computer. */
  readonly who?: string | undefined;
  /** The CI job it ran in: `github:owner/name run 123`. */
  readonly ci?: string | undefined;
  /** Version. */
  readonly labtui?: string | undefined;
}

/** One line of `--json` and of events.ndjson. Plain data: it survives JSON unchanged. */
export type LabEvent = {
  readonly v: 1;
  readonly time: string;
  readonly session: string | null;
  readonly stack: string | null;
  /** The combination of a matrix run that it is of. */
  readonly cell?: string | undefined;
} & LabEventBody &
  EventOrigin;

/** Where events go. A stack's own events name it; the run's events do not. */
export type Emit = (body: LabEventBody, stack?: string | null) => void;
