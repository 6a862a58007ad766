import type { AuthorizedKey, Machine } from './machine.ts';
import type { CatalogueImage, CatalogueType } from './catalogue.ts';
import type { SimResource } from './resource.ts';
import type { Timer, Transaction } from './world.ts';

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

/**
 * Puts a new instance into the world in state `pending` and schedules its life: running, SSH, cloud-init, the guest's own
 * timer from its user data, the deadline, and what the call's effects ask for (address late or never, never ready,
 * preemption, stuck in pending). Returns the instance as stored.
 */
export function launchMachine(tx: Transaction, instance: Omit<SimResource, 'machine'>, spec: MachineSpec, hooks: MachineHooks): SimResource {
  throw new Error(`not written: ${tx.nowMs} ${instance.id} ${spec.hostName} ${hooks.pace.bootMs}`);
}

/** Begins to stop, start again, or end a machine, as an API call does. Idempotent where the clouds are. */
export function stopMachine(tx: Transaction, instance: SimResource, hooks: MachineHooks, reason: string | null): SimResource {
  throw new Error(`not written: ${tx.nowMs} ${instance.id} ${hooks.pace.bootMs} ${reason ?? ''}`);
}
export function startMachine(tx: Transaction, instance: SimResource, hooks: MachineHooks): SimResource {
  throw new Error(`not written: ${tx.nowMs} ${instance.id} ${hooks.pace.bootMs}`);
}
export function terminateMachine(tx: Transaction, instance: SimResource, hooks: MachineHooks, reason: string | null): SimResource {
  throw new Error(`not written: ${tx.nowMs} ${instance.id} ${hooks.pace.bootMs} ${reason ?? ''}`);
}
export function restartMachine(tx: Transaction, instance: SimResource, hooks: MachineHooks): SimResource {
  throw new Error(`not written: ${tx.nowMs} ${instance.id} ${hooks.pace.bootMs}`);
}

/** A machine's timer is due; false where the timer is none of these. */
export function onMachineTimer(tx: Transaction, timer: Timer, hooks: MachineHooks): boolean {
  throw new Error(`not written: ${tx.nowMs} ${timer.id} ${hooks.pace.bootMs}`);
}
