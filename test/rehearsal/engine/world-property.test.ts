import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloudError } from '../../../src/rehearsal/engine/cloud-error.ts';
import { openWorld } from '../../../src/rehearsal/engine/disk-world.ts';
import { faultKinds } from '../../../src/rehearsal/engine/fault.ts';
import { restartMachine, startMachine, stopMachine, terminateMachine } from '../../../src/rehearsal/engine/lifecycle.ts';
import { createMemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { replayWorld } from '../../../src/rehearsal/engine/replay-world.ts';
import { WorldFiles } from '../../../src/rehearsal/engine/world-files.ts';
import { type WorldSnapshot, WorldState } from '../../../src/rehearsal/engine/world-state.ts';
import type { Transaction, World } from '../../../src/rehearsal/engine/world.ts';
import { createCall, fault, launchToy, thing, toyCatalogue, toyHooks, toyModel } from './toy-cloud.ts';

const id = fc.constantFrom('i-1', 'i-2', 'i-3');
const kinds = fc.constantFrom('launch', 'launch', 'launch', 'stop', 'start', 'restart', 'terminate', 'retag', 'retag', 'forget');
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: kinds, id, fails: fc.integer({ min: 0, max: 5 }).map((n) => n === 5) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 90_000 })) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('arm'), fault: fc.constantFrom(...faultKinds.filter((each) => each !== 'slow')), call: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disarm') }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const perform: Readonly<Record<string, (tx: Transaction, id: string) => void>> = {
  launch: (tx, name) => {
    if (tx.get('aws', name) !== null) throw new CloudError('InvalidInstance.Duplicate', name);
    launchToy(tx, name, {
      onShutdown: name === 'i-1' ? 'terminate' : 'stop',
      deadline: name === 'i-2' ? { atMs: tx.nowMs + 100_000, action: 'terminate' } : null,
      userData: name === 'i-3' ? '#!/bin/sh\nshutdown +1\n' : null,
    });
    tx.put(thing(name, { ...tx.get('aws', name), tags: { id: tx.newId(4) } }));
  },
  stop: (tx, name) => stopMachine(tx, existing(tx, name), toyHooks, 'asked'),
  start: (tx, name) => startMachine(tx, existing(tx, name), toyHooks),
  restart: (tx, name) => restartMachine(tx, existing(tx, name), toyHooks),
  terminate: (tx, name) => terminateMachine(tx, existing(tx, name), toyHooks, null),
  retag: (tx, name) => {
    const before = existing(tx, name);
    const isBare = before.props.more === undefined;
    tx.put({ ...before, tags: { id: tx.newId(4), ...(isBare ? { more: 'yes' } : {}) }, props: isBare ? { more: 'yes' } : {} });
  },
  forget: (tx, name) => {
    tx.remove('aws', `${name}-disk`);
    tx.remove('aws', existing(tx, name).id);
  },
};

function existing(tx: Transaction, name: string) {
  const found = tx.get('aws', name);
  if (found === null) throw new CloudError('InvalidInstanceID.NotFound', name);
  return found;
}

/** One step, and whether it changed anything it should not have. */
async function take(world: World, clock: { ms: number }, given: Step, look: () => WorldSnapshot): Promise<void> {
  if ('ms' in given) clock.ms += given.ms;
  else if ('fault' in given) await world.arm([fault(given.fault, { call: given.call, times: 2 })], null);
  else if ('id' in given) {
    await world.read(() => undefined);
    const before = look();
    const refused = await world
      .call({ ...createCall, operation: given.kind, target: given.id }, (tx) => {
        perform[given.kind]?.(tx, given.id);
        if (given.fails) throw new Error('in the end it fails');
        return tx.list('aws');
      })
      .then(
        (meant) => {
          expect(plain(look().resources)).toEqual(plain(meant));
          return false;
        },
        (error: unknown) => error instanceof CloudError || (error instanceof Error && error.message === 'in the end it fails'),
      );
    const { resources, timers, ids } = look();
    if (refused) expect({ resources, timers, ids }).toEqual({ resources: before.resources, timers: before.timers, ids: before.ids });
  } else await world.disarm(null);
}

function expectSound({ resources, timers, faults, ids }: WorldSnapshot): void {
  const names = new Set(resources.map((resource) => resource.id));
  for (const { kind, props } of resources) if (kind === 'disk') expect(names).toContain(props.instance);
  for (const timer of timers) expect(names).toContain(timer.id);
  for (const { seen, hits, fault: { times } } of faults) expect(hits >= 0 && hits <= seen && hits <= (times ?? hits)).toBe(true);
  for (const [, given] of ids) expect(given).toBeGreaterThan(0);
  const tags = resources.flatMap((resource) => resource.tags.id ?? []);
  expect(new Set(tags).size).toBe(tags.length);
  for (const { machine } of resources) {
    if (machine === undefined) continue;
    const isUp = machine.state === 'running';
    expect(isUp || (machine.sshAtMs === null && machine.guestShutdownAtMs === null)).toBe(true);
    expect(['pending', 'running', 'stopping', 'stopped', 'terminating']).toContain(machine.state);
    if (['stopping', 'terminating'].includes(machine.state)) expect(timers.filter(({ what }) => /stopped|terminated/.test(what)).length).toBeGreaterThan(0);
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('whatever is asked of a world', () => {
  it('stays sound, a refused call changes nothing, and the records make the same world again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
        const clock = { ms: 1_000_000 };
        const world = createMemoryWorld({ models: [toyModel], catalogue: toyCatalogue, now: () => clock.ms });
        for (const each of steps) {
          await take(world, clock, each, () => world.snapshot());
          expectSound(world.snapshot());
        }
        const again = new WorldState(world.beginning);
        for (const record of world.records()) again.apply(record);
        expect(plain(again.snapshot())).toEqual(plain(world.snapshot()));
        expect(new WorldState(world.snapshot()).snapshot()).toEqual(world.snapshot());
        const entries = await world.journal(Infinity);
        expect(entries.map(({ n }) => n)).toEqual(entries.map((_, index) => index + 1));
      }),
      { numRuns: 80 },
    );
  }, 180_000);

  it('on disk it is the same for a second process at every step, and for whoever replays the journal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), step), { minLength: 10, maxLength: 40, size: 'max' }), async (steps) => {
        const home = mkdtempSync(join(tmpdir(), 'labtui-world-'));
        try {
          const clock = { ms: 1_000_000 };
          const open = () => openWorld(home, { models: [toyModel], now: () => clock.ms });
          const [one, other] = [await open(), await open()];
          const look = (): WorldSnapshot => replayWorld(home) ?? expect.fail('there is no world');
          for (const [first, each] of steps) await take(first ? one : other, clock, each, look);
          const seen = (world: World) => world.read((view) => [view.list('aws'), view.faults]);
          expect(plain(await seen(one))).toEqual(plain(await seen(other)));
          const files = WorldFiles.open(home);
          expect(files?.state.snapshot()).toEqual(look());
          files?.close();
          expectSound(look());
        } finally {
          rmSync(home, { recursive: true });
        }
      }),
      { numRuns: 40 },
    );
  }, 180_000);
});
