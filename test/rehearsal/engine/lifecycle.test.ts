import { describe, expect, it } from 'vitest';
import { restartMachine, startMachine, stopMachine, terminateMachine } from '../../../src/rehearsal/engine/lifecycle.ts';
import type { MachineSpec } from '../../../src/rehearsal/engine/machine-spec.ts';
import type { Machine } from '../../../src/rehearsal/engine/machine.ts';
import { createMemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import type { SimResource } from '../../../src/rehearsal/engine/resource.ts';
import type { Transaction } from '../../../src/rehearsal/engine/world.ts';
import { createCall, fault, launchToy, toyCatalogue, toyHooks, toyModel } from './toy-cloud.ts';
import type { FaultKind } from '../../../src/rehearsal/engine/fault.ts';

const start = Date.parse('2026-11-21T10:00:00.000Z');

/** One machine, and a clock to move. */
interface WorldOptions {
  readonly speed?: number;
  readonly faults?: readonly FaultKind[];
  /** The faults' own. */
  readonly durationMs?: number | null;
}

async function machineWorld(spec: Partial<MachineSpec> = {}, { speed = 1, faults = [], durationMs = null }: WorldOptions = {}) {
  const clock = { ms: start };
  const world = createMemoryWorld({ models: [toyModel], catalogue: toyCatalogue, speed, now: () => clock.ms });
  await world.arm(faults.map((kind) => ({ ...fault(kind), durationMs })), null);
  await world.call(createCall, (tx) => launchToy(tx, 'i-1', spec));
  const machine = (): Promise<Machine | undefined> => world.read((view) => view.get('aws', 'i-1')?.machine);
  return {
    world,
    after: (ms: number): Promise<Machine | undefined> => {
      clock.ms = start + ms;
      return machine();
    },
    change: (work: (tx: Transaction, instance: SimResource) => void) =>
      world.call({ ...createCall, operation: 'Change', verb: 'update' }, (tx) => {
        const instance = tx.get('aws', 'i-1');
        if (instance === null) throw new Error('it is gone');
        work(tx, instance);
      }),
  };
}

const ttl = (atMs: number, seconds: number): string => `#cloud-config\nruncmd:\n  - |\n    labtui-ttl ${atMs / 1_000} ${seconds}\n`;

describe('a machine', () => {
  it('boots: pending, running, SSH, cloud-init, at the pace of the world', async () => {
    const { after } = await machineWorld({}, { speed: 10 });
    expect(await after(199)).toMatchObject({ state: 'pending', bootedAtMs: null, sshAtMs: null, hostKey: null, publicIp: '203.0.113.8' });
    const running = await after(5_000);
    expect(running).toMatchObject({ state: 'running', bootedAtMs: start + 200, sshAtMs: start + 1_200, cloudInitAtMs: start + 3_200 });
    expect(running?.hostKey?.publicKey).toMatch(/^ssh-ed25519 AAAA/);
  });

  it('stops, loses its address, starts again with the same host key, and ends with what hangs on it', async () => {
    const { world, after, change } = await machineWorld();
    const first = await after(10_000);
    await change((tx, instance) => stopMachine(tx, instance, toyHooks, 'asked'));
    expect(await after(10_001)).toMatchObject({ state: 'stopping', sshAtMs: null, stateReason: 'asked' });
    expect(await after(13_000)).toMatchObject({ state: 'stopped', publicIp: null });
    await change((tx, instance) => stopMachine(tx, instance, toyHooks, 'again'));
    expect(await after(14_000)).toMatchObject({ state: 'stopped', stateReason: 'asked' });
    await change((tx, instance) => startMachine(tx, instance, toyHooks));
    expect(await after(14_001)).toMatchObject({ state: 'pending' });
    const second = await after(16_000);
    expect(second).toMatchObject({ state: 'running', publicIp: '203.0.113.9', bootedAtMs: start + 16_000, hostKey: first?.hostKey, launchedAtMs: start });
    await change((tx, instance) => terminateMachine(tx, instance, toyHooks, 'enough'));
    await change((tx, instance) => {
      terminateMachine(tx, instance, toyHooks, 'twice');
      stopMachine(tx, instance, toyHooks, 'twice');
      startMachine(tx, instance, toyHooks);
    });
    expect(await after(16_001)).toMatchObject({ state: 'terminating', stateReason: 'enough' });
    expect(await after(20_000)).toBeUndefined();
    expect(await world.read((view) => view.list('aws'))).toEqual([]);
    expect(world.snapshot().timers).toEqual([]);
  });

  it('boots anew on a restart, and can be ended before it ran', async () => {
    const { after, change } = await machineWorld();
    await after(30_000);
    await change((tx, instance) => restartMachine(tx, instance, toyHooks));
    expect(await after(30_001)).toMatchObject({ state: 'running', bootedAtMs: start + 30_000, sshAtMs: start + 40_000 });
    const other = await machineWorld();
    await other.change((tx, instance) => terminateMachine(tx, instance, toyHooks, null));
    expect(await other.after(3_000)).toMatchObject({ state: 'terminating' });
    expect(await other.after(5_000)).toBeUndefined();
  });

  it('is shut down by its guest at the time of its user data, at real pace, and what that does is the cloud\'s setting', async () => {
    const userData = ttl(start + 3_600_000, 7_200);
    const stopping = await machineWorld({ userData }, { speed: 100 });
    expect(await stopping.after(3_599_999)).toMatchObject({ state: 'running', guestShutdownAtMs: start + 3_600_000 });
    expect(await stopping.after(3_600_001)).toMatchObject({ state: 'stopping', stateReason: 'guest-shutdown' });
    expect(await stopping.after(3_700_000)).toMatchObject({ state: 'stopped', guestShutdownAtMs: null });
    const ending = await machineWorld({ userData, onShutdown: 'terminate' }, { speed: 100 });
    expect(await ending.after(3_600_001)).toMatchObject({ state: 'terminating' });
    const booted = await machineWorld({ userData: ttl(start + 36_000_000, 7_200) });
    expect(await booted.after(5_000)).toMatchObject({ guestShutdownAtMs: start + 2_000 + 7_200_000 });
  });

  it('takes its host key from the user data', async () => {
    const { makeGuestHostKey } = await import('../../../src/rehearsal/engine/open-ssh-key.ts');
    const key = makeGuestHostKey();
    const pem = key.privateKeyPem.trimEnd().split('\n').map((line) => `    ${line}`).join('\n');
    const { after } = await machineWorld({ userData: `#cloud-config\nssh_keys:\n  ed25519_private: |\n${pem}\n  ed25519_public: ${key.publicKey}\n` });
    expect((await after(2_000))?.hostKey?.publicKey).toBe(key.publicKey);
  });

  it('meets the deadline of the cloud, unless it is stopped then', async () => {
    const deadline = { atMs: start + 60_000, action: 'terminate' } as const;
    const { after } = await machineWorld({ deadline });
    expect(await after(60_000)).toMatchObject({ state: 'terminating', stateReason: 'deadline' });
    const stopped = await machineWorld({ deadline });
    await stopped.after(30_000);
    await stopped.change((tx, instance) => stopMachine(tx, instance, toyHooks, null));
    expect(await stopped.after(90_000)).toMatchObject({ state: 'stopped' });
  });
});

describe('a fault of a launch', () => {
  it('stuck: the machine stays pending, and can be ended', async () => {
    const { after, change } = await machineWorld({}, { faults: ['stuck'] });
    expect(await after(3_600_000)).toMatchObject({ state: 'pending' });
    await change((tx, instance) => terminateMachine(tx, instance, toyHooks, null));
    expect(await after(3_700_000)).toBeUndefined();
  });

  it('never-ready: it runs, and nothing answers', async () => {
    const { after } = await machineWorld({}, { faults: ['never-ready'] });
    expect(await after(3_600_000)).toMatchObject({ state: 'running', sshAtMs: null, cloudInitAtMs: null, neverReady: true });
  });

  it('address-late and address-never: whatever address the cloud gives is not shown until then, or ever', async () => {
    const late = await machineWorld({}, { faults: ['address-late'] });
    expect(await late.after(59_999)).toMatchObject({ state: 'running', publicIp: null });
    const shown = await late.after(60_000);
    expect(shown?.publicIp).toMatch(/^203/);
    expect(shown?.withheldIp).toBeUndefined();
    const never = await machineWorld({ publicIp: null }, { faults: ['address-never'] });
    expect(await never.after(3_600_000)).toMatchObject({ state: 'running', publicIp: null });
  });

  it('preemption after a time: notice, then the end or a stop', async () => {
    const afterTwoMinutes = { faults: ['preemption'], durationMs: 120_000 } as const;
    const { after } = await machineWorld({ spot: true }, afterTwoMinutes);
    expect(await after(119_999)).toMatchObject({ state: 'running', preemptedAtMs: null });
    expect(await after(120_000)).toMatchObject({ state: 'running', preemptedAtMs: start + 150_000 });
    expect(await after(150_000)).toMatchObject({ state: 'terminating', stateReason: 'preempted' });
    const kept = await machineWorld({ spot: true, onPreemption: 'stop' }, afterTwoMinutes);
    expect(await kept.after(160_000)).toMatchObject({ state: 'stopped', stateReason: 'preempted' });
  });

  it('preemption of its own: a spot machine is taken as soon as it has booted, any other is left alone', async () => {
    const taken = await machineWorld({ spot: true }, { faults: ['preemption'] });
    expect(await taken.after(11_999)).toMatchObject({ state: 'running' });
    expect(await taken.after(12_000)).toMatchObject({ state: 'terminating', stateReason: 'preempted' });
    const onDemand = await machineWorld({}, { faults: ['preemption'] });
    expect(await onDemand.after(3_600_000)).toMatchObject({ state: 'running' });
  });
});
