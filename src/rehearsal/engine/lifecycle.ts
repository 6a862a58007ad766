import type { MachineHooks, MachineSpec } from './machine-spec.ts';
import { boot, halt, type MachineTimer, machineOf, machineTimers, newMachine, schedule, store, timerWord, withhold } from './machine-steps.ts';
import type { SimResource } from './resource.ts';
import type { Timer, Transaction } from './world.ts';

export type { MachineHooks, MachinePace, MachineSpec } from './machine-spec.ts';

/** Why a machine changed by itself, in `stateReason`; the clouds have their own words for it. */
export const stateReasons = { guestShutdown: 'guest-shutdown', deadline: 'deadline', preempted: 'preempted' } as const;

/** At real pace, where a fault does not say. */
const usualMs = { addressLate: 60_000 } as const;

/**
 * Puts a new instance into the world in state `pending` and schedules its life: running, SSH, cloud-init, the guest's own
 * timer from its user data, the deadline, and what the call's effects ask for (address late or never, never ready,
 * preemption, stuck in pending). Returns the instance as stored.
 */
export function launchMachine(tx: Transaction, instance: Omit<SimResource, 'machine'>, spec: MachineSpec, hooks: MachineHooks): SimResource {
  const { cloud, id } = instance;
  const late = tx.effects.get('address-late');
  const withheldIp = late !== undefined || tx.effects.has('address-never') ? spec.publicIp : undefined;
  const launched = store(tx, instance, newMachine(tx, spec, withheldIp));
  if (!tx.effects.has('stuck')) schedule(tx, launched, 'running', tx.nowMs + tx.paced(hooks.pace.pendingMs));
  if (spec.deadline !== null) schedule(tx, launched, 'deadline', spec.deadline.atMs);
  if (late !== undefined) schedule(tx, launched, 'address', tx.nowMs + tx.paced(late.durationMs ?? usualMs.addressLate));
  const preemption = spec.spot ? tx.effects.get('preemption') : undefined;
  if (preemption?.durationMs === null) takeAtBoot(tx, launched, hooks);
  else if (preemption !== undefined) schedule(tx, launched, 'preemption-notice', tx.nowMs + tx.paced(preemption.durationMs));
  return tx.get(cloud, id) ?? launched;
}

/** A spot machine that the cloud takes back as soon as it has booted, and so quickly that nobody hears its notice. */
function takeAtBoot(tx: Transaction, launched: SimResource, { pace }: MachineHooks): void {
  const atMs = tx.nowMs + tx.paced(pace.pendingMs) + tx.paced(pace.bootMs);
  schedule(tx, store(tx, launched, { ...machineOf(launched), preemptedAtMs: atMs }), 'preemption', atMs);
}

/** Begins to stop a machine, as an API call does. One that does not run, or is on its way out, stays as it is. */
export function stopMachine(tx: Transaction, instance: SimResource, hooks: MachineHooks, reason: string | null): SimResource {
  const machine = machineOf(instance);
  if (machine.state !== 'running' && machine.state !== 'pending') return instance;
  return halt(tx, instance, { next: 'stopping', afterMs: hooks.pace.stoppingMs, reason });
}

/** Begins to start a stopped machine. Any other stays as it is. */
export function startMachine(tx: Transaction, instance: SimResource, hooks: MachineHooks): SimResource {
  const machine = machineOf(instance);
  if (machine.state !== 'stopped') return instance;
  const started = store(tx, instance, { ...machine, state: 'pending', stateReason: null, preemptedAtMs: null });
  schedule(tx, started, 'running', tx.nowMs + tx.paced(hooks.pace.pendingMs));
  if (machine.deadline !== null) schedule(tx, started, 'deadline', machine.deadline.atMs);
  return started;
}

/** Begins to end a machine, whatever its state. One that is ending or gone stays as it is. */
export function terminateMachine(tx: Transaction, instance: SimResource, hooks: MachineHooks, reason: string | null): SimResource {
  const machine = machineOf(instance);
  if (machine.state === 'terminating' || machine.state === 'terminated') return instance;
  return halt(tx, instance, { next: 'terminating', afterMs: hooks.pace.terminatingMs, reason });
}

/** Boots the guest of a running machine again. Any other stays as it is. */
export function restartMachine(tx: Transaction, instance: SimResource, hooks: MachineHooks): SimResource {
  return machineOf(instance).state === 'running' ? boot(tx, instance, hooks) : instance;
}

/** A machine's timer is due; false where the timer is none of these. */
export function onMachineTimer(tx: Transaction, timer: Timer, hooks: MachineHooks): boolean {
  const what = machineTimers.find((each) => timer.what === timerWord(each));
  if (what === undefined) return false;
  const instance = tx.get(timer.cloud, timer.id);
  if (instance?.machine !== undefined) onTimer(tx, instance, what, hooks);
  return true;
}

function onTimer(tx: Transaction, instance: SimResource, what: MachineTimer, hooks: MachineHooks): void {
  const machine = machineOf(instance);
  const { cloud, id } = instance;
  switch (what) {
    case 'running': {
      const booted = boot(tx, instance, hooks);
      hooks.onRunning?.(tx, booted);
      withhold(tx, tx.get(cloud, id) ?? booted);
      return;
    }
    case 'stopped': {
      // Not as an argument: where there is no hook, that would never be evaluated.
      const stopped = store(tx, instance, { ...machine, state: 'stopped' });
      hooks.onStopped?.(tx, stopped);
      return;
    }
    case 'terminated':
      hooks.onTerminated(tx, store(tx, instance, { ...machine, state: 'terminated' }));
      return;
    case 'guest-shutdown':
      leave(tx, instance, machine.onShutdown, hooks, stateReasons.guestShutdown);
      return;
    case 'deadline':
      leave(tx, instance, machine.deadline?.action ?? 'terminate', hooks, stateReasons.deadline);
      return;
    case 'address':
      if (machine.withheldIp != null) store(tx, instance, { ...machine, publicIp: machine.withheldIp, withheldIp: undefined });
      return;
    case 'preemption-notice': {
      if (machine.state !== 'running' && machine.state !== 'pending') return;
      const atMs = tx.nowMs + tx.paced(hooks.pace.noticeMs);
      schedule(tx, store(tx, instance, { ...machine, preemptedAtMs: atMs }), 'preemption', atMs);
      return;
    }
    case 'preemption':
      leave(tx, instance, machine.onPreemption ?? 'terminate', hooks, stateReasons.preempted);
      return;
  }
}

function leave(tx: Transaction, instance: SimResource, action: 'stop' | 'terminate', hooks: MachineHooks, reason: string | null): void {
  if (action === 'stop') stopMachine(tx, instance, hooks, reason);
  else terminateMachine(tx, instance, hooks, reason);
}
