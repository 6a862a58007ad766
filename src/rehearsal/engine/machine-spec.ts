import type { CatalogueImage, CatalogueType } from './catalogue.ts';
import type { AuthorizedKey, Machine } from './machine.ts';
import type { SimResource } from './resource.ts';
import type { Transaction } from './world.ts';

/** What a cloud's `create instance` gives the engine. */
export interface MachineSpec {
  readonly hostName: string;
  readonly image: CatalogueImage;
  readonly type: CatalogueType;
  readonly privateIp: string;
  readonly publicIp: string | null;
  readonly userData: string | null;
  readonly authorizedKeys: readonly AuthorizedKey[];
  readonly onShutdown: Machine['onShutdown'];
  readonly deadline: Machine['deadline'];
  readonly spot: boolean;
  /** What the cloud does with a machine it takes back. @default 'terminate' */
  readonly onPreemption?: Machine['onPreemption'];
}

/** How long a cloud's machines take, in ms at real pace. */
export interface MachinePace {
  /** From the call to `running`. */
  readonly pendingMs: number;
  /** From `running` to an SSH banner. */
  readonly bootMs: number;
  /** From SSH to cloud-init's end. */
  readonly cloudInitMs: number;
  readonly stoppingMs: number;
  readonly terminatingMs: number;
  /** A spot machine's notice before it is taken. */
  readonly noticeMs: number;
}

/** What a cloud does when one of its machines changes by itself. */
export interface MachineHooks {
  readonly pace: MachinePace;
  /** It is `terminated` now: free its address, its disks; remove it, or keep it for a while. */
  onTerminated(tx: Transaction, instance: SimResource): void;
  /** It is `stopped` now: AWS and GCP take an ephemeral address back. */
  onStopped?(tx: Transaction, instance: SimResource): void;
  /** It runs (again): give it an ephemeral address. */
  onRunning?(tx: Transaction, instance: SimResource): void;
}
