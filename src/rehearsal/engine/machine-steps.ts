import type { MachineHooks, MachineSpec } from './machine-spec.ts';
import type { Machine } from './machine.ts';
import { makeGuestHostKey } from './open-ssh-key.ts';
import type { SimResource } from './resource.ts';
import { readGuestInstructions } from './user-data.ts';
import type { Transaction } from './world.ts';

export const machineTimers = ['running', 'stopped', 'terminated', 'guest-shutdown', 'deadline', 'address', 'preemption-notice', 'preemption'] as const;
export type MachineTimer = (typeof machineTimers)[number];

/** As it stands in the world and its journal, apart from the models' own words. */
export function timerWord(what: MachineTimer): string {
  return `machine.${what}`;
}

export function schedule(tx: Transaction, { cloud, id }: SimResource, what: MachineTimer, atMs: number): void {
  tx.schedule({ cloud, id, what: timerWord(what), atMs });
}

export function machineOf({ id, machine }: SimResource): Machine {
  if (machine === undefined) throw new Error(`${id} is no machine`);
  return machine;
}

/** Stores the instance with this machine and returns it. */
export function store(tx: Transaction, instance: Omit<SimResource, 'machine'>, machine: Machine): SimResource {
  const stored: SimResource = { ...instance, machine };
  tx.put(stored);
  return stored;
}

export function newMachine(tx: Transaction, spec: MachineSpec, withheldIp: string | null | undefined): Machine {
  const { image, type } = spec;
  return {
    state: 'pending',
    hostName: spec.hostName,
    system: image.system,
    imageName: image.name,
    arch: image.arch,
    vcpu: type.vcpu,
    memoryGb: type.memoryGb,
    privateIp: spec.privateIp,
    publicIp: withheldIp === undefined ? spec.publicIp : null,
    launchedAtMs: tx.nowMs,
    bootedAtMs: null,
    sshAtMs: null,
    cloudInitAtMs: null,
    userData: spec.userData,
    defaultUser: image.defaultUser,
    authorizedKeys: spec.authorizedKeys,
    hostKey: null,
    onShutdown: spec.onShutdown,
    guestShutdownAtMs: null,
    deadline: spec.deadline,
    spot: spec.spot,
    preemptedAtMs: null,
    stateReason: null,
    neverReady: tx.effects.has('never-ready'),
    ...(withheldIp === undefined ? {} : { withheldIp }),
    ...(spec.onPreemption === undefined ? {} : { onPreemption: spec.onPreemption }),
  };
}

/** The guest starts: host key, SSH, cloud-init, its own timer. The timer is the guest's business and keeps real pace. */
export function boot(tx: Transaction, instance: SimResource, { pace }: MachineHooks): SimResource {
  const machine = machineOf(instance);
  const guest = readGuestInstructions(machine.userData);
  const sshAtMs = tx.nowMs + tx.paced(pace.bootMs);
  const moved = machine.guestDeadlineAtMs;
  const shutdowns = moved === undefined ? [guest.shutdownAtMs, guest.shutdownAfterBootMs === null ? null : tx.nowMs + guest.shutdownAfterBootMs] : [moved];
  const told = shutdowns.filter((atMs) => atMs !== null);
  const guestShutdownAtMs = told.length === 0 ? null : Math.max(tx.nowMs, Math.min(...told));
  const booted = store(tx, instance, {
    ...machine,
    hostName: guest.hostName ?? machine.hostName,
    state: 'running',
    bootedAtMs: tx.nowMs,
    sshAtMs: machine.neverReady ? null : sshAtMs,
    cloudInitAtMs: machine.neverReady ? null : sshAtMs + tx.paced(pace.cloudInitMs),
    hostKey: machine.hostKey ?? guest.hostKey ?? makeGuestHostKey(),
    guestShutdownAtMs,
    stateReason: null,
  });
  if (guestShutdownAtMs !== null) schedule(tx, booted, 'guest-shutdown', guestShutdownAtMs);
  return booted;
}

/** The guest goes down, and with it whatever else was to come. */
export function halt(
  tx: Transaction,
  instance: SimResource,
  { next, afterMs, reason }: { readonly next: 'stopping' | 'terminating'; readonly afterMs: number; readonly reason: string | null },
): SimResource {
  for (const what of machineTimers) tx.cancel(instance.cloud, instance.id, timerWord(what));
  const halted = store(tx, instance, {
    ...machineOf(instance),
    state: next,
    sshAtMs: null,
    cloudInitAtMs: null,
    guestShutdownAtMs: null,
    stateReason: reason,
  });
  schedule(tx, halted, next === 'stopping' ? 'stopped' : 'terminated', tx.nowMs + tx.paced(afterMs));
  return halted;
}

/** A fault keeps the address back that the cloud has just given. */
export function withhold(tx: Transaction, instance: SimResource): void {
  const machine = machineOf(instance);
  if (machine.withheldIp === undefined || machine.publicIp === null) return;
  store(tx, instance, { ...machine, publicIp: null, withheldIp: machine.publicIp });
}
