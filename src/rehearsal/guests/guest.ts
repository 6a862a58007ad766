import type { Caller } from '../engine/call.ts';
import type { GuestHostKey, Machine } from '../engine/machine.ts';
import { schedule, timerWord } from '../engine/machine-steps.ts';
import { makeGuestHostKey } from '../engine/open-ssh-key.ts';
import type { Ref, SimResource } from '../engine/resource.ts';
import { type GuestInstructions, readGuestInstructions } from '../engine/user-data.ts';
import type { Transaction, World } from '../engine/world.ts';

/** A machine of the world. */
export type MachineResource = SimResource & { readonly machine: Machine };

/** The inside of one simulated machine. */
export class Guest {
  readonly world: World;
  readonly ref: Ref;
  readonly instructions: GuestInstructions;
  readonly #caller: Caller;
  #machine: Machine;

  constructor(world: World, { cloud, id, machine }: MachineResource, caller: Caller) {
    this.world = world;
    this.ref = { cloud, id };
    this.instructions = readGuestInstructions(machine.userData);
    // Faults are armed for runs, and what a machine does by itself is no call of a run's.
    this.#caller = { ...caller, actor: 'guest', run: null };
    this.#machine = machine;
  }

  /** As it was when it was last looked at. */
  get machine(): Machine {
    return this.#machine;
  }

  /** Who does what the machine does by itself. */
  get caller(): Caller {
    return this.#caller;
  }

  /** Of the world's clock, in ms. */
  now(): number {
    return this.world.now();
  }

  /** Looks at it again; null: it is gone. */
  async refresh(): Promise<Machine | null> {
    const { cloud, id } = this.ref;
    const machine = await this.world.read((view) => view.get(cloud, id)?.machine ?? null);
    if (machine !== null) this.#machine = machine;
    return machine;
  }

  /** Does something to the machine from the inside, and has it in the journal as `guest.WHAT`. */
  async change(what: string, work: (tx: Transaction, instance: MachineResource) => void): Promise<void> {
    const { cloud, id } = this.ref;
    await this.world.call(
      { cloud, operation: `guest.${what}`, verb: 'update', subject: 'other', caller: this.#caller, target: id },
      (tx) => {
        const instance = tx.get(cloud, id);
        if (instance?.machine !== undefined) work(tx, { ...instance, machine: instance.machine });
      },
    );
    await this.refresh();
  }

  /** Powers itself off then (world's clock); null: no longer. */
  async powerOffAt(atMs: number | null): Promise<void> {
    await this.change(atMs === null ? 'keep-running' : 'power-off', (tx, instance) => {
      if (instance.machine.state !== 'running') return;
      const { cloud, id } = instance;
      tx.put({ ...instance, machine: { ...instance.machine, guestShutdownAtMs: atMs } });
      if (atMs === null) tx.cancel(cloud, id, timerWord('guest-shutdown'));
      else schedule(tx, instance, 'guest-shutdown', Math.max(atMs, tx.nowMs));
    });
  }

  /** Its own timer is set anew: it ends itself then, also after a restart. */
  async moveDeadline(atMs: number): Promise<void> {
    await this.change('deadline', (tx, instance) => {
      if (instance.machine.state !== 'running') return;
      tx.put({ ...instance, machine: { ...instance.machine, guestShutdownAtMs: atMs, guestDeadlineAtMs: atMs } });
      schedule(tx, instance, 'guest-shutdown', Math.max(atMs, tx.nowMs));
    });
  }

  /** Boots once more; it takes as long as the first time. */
  async restart(): Promise<void> {
    await this.change('restart', (tx, instance) => {
      const { machine } = instance;
      const { bootedAtMs, sshAtMs, cloudInitAtMs } = machine;
      if (machine.state !== 'running' || bootedAtMs === null || sshAtMs === null) return;
      const nextSshAtMs = tx.nowMs + sshAtMs - bootedAtMs;
      const next = cloudInitAtMs === null ? null : nextSshAtMs + cloudInitAtMs - sshAtMs;
      tx.put({ ...instance, machine: { ...machine, bootedAtMs: tx.nowMs, sshAtMs: nextSshAtMs, cloudInitAtMs: next } });
    });
  }

  /** The host key that it shows; at its first boot it makes one, unless it was given one. */
  async hostKey(): Promise<GuestHostKey> {
    if (this.#machine.hostKey !== null) return this.#machine.hostKey;
    const made = this.instructions.hostKey ?? makeGuestHostKey();
    await this.change('host-key', (tx, instance) => {
      if (instance.machine.hostKey === null) tx.put({ ...instance, machine: { ...instance.machine, hostKey: made } });
    });
    return (await this.refresh())?.hostKey ?? made;
  }
}

/** Whether its SSH server answers. */
export function answers({ state, sshAtMs }: Machine, nowMs: number): boolean {
  return state === 'running' && sshAtMs !== null && nowMs >= sshAtMs;
}
