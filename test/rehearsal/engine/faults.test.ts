import { describe, expect, it } from 'vitest';
import type { CloudCall } from '../../../src/rehearsal/engine/call.ts';
import { CloudError, ConnectionLost, ProcessFault } from '../../../src/rehearsal/engine/cloud-error.ts';
import type { Fault } from '../../../src/rehearsal/engine/fault.ts';
import { createMemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { createCall, fault, listCall, thing, toyCaller, toyCatalogue, toyModel } from './toy-cloud.ts';

const identity: CloudCall = { cloud: 'aws', operation: 'GetCallerIdentity', verb: 'identity', subject: 'account', caller: toyCaller };
const images: CloudCall = { cloud: 'aws', operation: 'DescribeImages', verb: 'list', subject: 'image', caller: toyCaller, region: 'toy-1' };
const network: CloudCall = { cloud: 'aws', operation: 'CreateVpc', verb: 'create', subject: 'network', caller: toyCaller, region: 'toy-1' };

async function faultyWorld(faults: readonly Fault[], run: string | null = null) {
  const clock = { ms: 1_000_000 };
  const world = createMemoryWorld({ models: [toyModel], catalogue: toyCatalogue, speed: 1_000, now: () => clock.ms });
  await world.arm(faults, run);
  let made = 0;
  return {
    world,
    clock,
    /** `ok`, or the code of what went wrong. */
    call: async (call: CloudCall): Promise<string> => {
      try {
        await world.call(call, (tx) => tx.put(thing(`made-${(made += 1)}`)));
        return 'ok';
      } catch (error) {
        if (error instanceof CloudError) return error.code;
        if (error instanceof ConnectionLost) return error.done ? 'lost, done' : 'lost';
        if (error instanceof ProcessFault) return error.fault;
        throw error;
      }
    },
    things: () => world.read((view) => view.list('aws').length),
  };
}

describe('a fault', () => {
  it.each(['quota', 'permission', 'terms', 'throttled', 'conflict', 'invalid-input', 'capacity', 'capacity-region'] as const)(
    '%s refuses the creation of an instance, in the words of the cloud, and nothing else',
    async (kind) => {
      const { call, things, world } = await faultyWorld([fault(kind)]);
      expect([await call(identity), await call(images), await call(network), await call(createCall), await call(listCall)]).toEqual(['ok', 'ok', 'ok', `Toy-${kind}`, 'ok']);
      expect(await things()).toBe(4);
      expect((await world.journal(2))[0]).toMatchObject({ ok: false, error: { code: `Toy-${kind}` }, fault: kind });
    },
  );

  it('meets identity, images, or everything after the first instance, where its kind says so', async () => {
    const bad = await faultyWorld([fault('credentials')]);
    expect([await bad.call(identity), await bad.call(createCall)]).toEqual(['Toy-credentials', 'ok']);
    const image = await faultyWorld([fault('image')]);
    expect([await image.call(images), await image.call(createCall)]).toEqual(['Toy-image', 'ok']);
    const expired = await faultyWorld([fault('expired')]);
    expect([await expired.call(network), await expired.call(createCall), await expired.call(listCall), await expired.call(identity)]).toEqual([
      'ok',
      'Toy-expired',
      'Toy-expired',
      'Toy-expired',
    ]);
  });

  it('meets the named operation only, in any case of letters, in its region and zone', async () => {
    const { call } = await faultyWorld([fault('permission', { operation: 'createVPC', region: 'toy-1' })]);
    expect([await call(createCall), await call({ ...network, region: 'toy-2' }), await call(network)]).toEqual(['ok', 'ok', 'Toy-permission']);
    const zoned = await faultyWorld([fault('quota', { zone: 'toy-1b', cloud: 'aws' }), fault('quota', { cloud: 'gcp' })]);
    expect([await zoned.call(createCall), await zoned.call({ ...createCall, zone: 'toy-1b' })]).toEqual(['ok', 'Toy-quota']);
  });

  it('begins with its call and ends after its times; a time to wait comes first', async () => {
    const { call } = await faultyWorld([fault('quota', { call: 2, times: 2 })]);
    expect([await call(createCall), await call(createCall), await call(createCall), await call(createCall)]).toEqual(['ok', 'Toy-quota', 'Toy-quota', 'ok']);
    const later = await faultyWorld([fault('quota', { afterMs: 60_000, call: 2 })]);
    expect([await later.call(createCall), await later.call(createCall)]).toEqual(['ok', 'ok']);
    later.clock.ms += 60_000;
    expect([await later.call(createCall), await later.call(createCall)]).toEqual(['ok', 'Toy-quota']);
  });

  it('meets the calls of its run only, those of clouds and guests never, and ends with its run', async () => {
    const { call, world } = await faultyWorld([fault('quota')], 'run-1');
    await world.arm([fault('terms')], 'run-2');
    const by = (run: string | null): CloudCall => ({ ...createCall, caller: { ...toyCaller, run } });
    expect([await call(by('run-1')), await call(by('run-2')), await call(by(null))]).toEqual(['Toy-quota', 'Toy-terms', 'ok']);
    expect(await call({ ...createCall, caller: { ...toyCaller, actor: 'guest' } })).toBe('ok');
    await world.disarm('run-1');
    expect([await call(by('run-1')), await call(by('run-2'))]).toEqual(['ok', 'Toy-terms']);
    expect(await world.read(({ faults }) => faults.map(({ seen, hits }) => [seen, hits]))).toEqual([[2, 2]]);
  });

  it('capacity keeps to the first zone, capacity-region to the first region, unless a place is named', async () => {
    const other = { ...createCall, zone: 'toy-1b' };
    const away = { ...createCall, region: 'toy-2', zone: 'toy-2a' };
    const zone = await faultyWorld([fault('capacity')]);
    expect([await zone.call(createCall), await zone.call(other), await zone.call(createCall)]).toEqual(['Toy-capacity', 'ok', 'Toy-capacity']);
    const region = await faultyWorld([fault('capacity-region')]);
    expect([await region.call(createCall), await region.call(other), await region.call(away)]).toEqual(['Toy-capacity-region', 'Toy-capacity-region', 'ok']);
    const named = await faultyWorld([fault('capacity', { zone: 'toy-1b' })]);
    expect([await named.call(createCall), await named.call(other)]).toEqual(['ok', 'Toy-capacity']);
  });

  it('cuts the connection before the call, or after it; the latter is done', async () => {
    const cut = await faultyWorld([fault('network', { times: 1 })]);
    expect([await cut.call(createCall), await cut.things()]).toEqual(['lost', 0]);
    const lost = await faultyWorld([fault('answer-lost', { times: 1 })]);
    expect([await lost.call(createCall), await lost.things()]).toEqual(['lost, done', 1]);
    expect((await lost.world.journal(1))[0]).toMatchObject({ ok: true, error: null, fault: 'answer-lost' });
  });

  it.each(['provider-crash', 'half-written-state'] as const)('%s comes when the work is done', async (kind) => {
    const { call, things } = await faultyWorld([fault(kind, { times: 1 })]);
    expect([await call(createCall), await things(), await call(createCall)]).toEqual([kind, 1, 'ok']);
  });

  it('slow lets a call wait and then meets it with the others, each counted once', async () => {
    const { call, world } = await faultyWorld([fault('slow', { durationMs: 50_000, times: 1 }), fault('quota', { call: 2 })]);
    const before = performance.now();
    expect(await call(createCall)).toBe('ok');
    expect(performance.now() - before).toBeGreaterThan(40);
    expect(await call(createCall)).toBe('Toy-quota');
    expect((await world.journal(2)).map((entry) => entry.fault)).toEqual(['slow', 'quota']);
    expect(await world.read(({ faults }) => faults.map(({ seen, hits }) => [seen, hits]))).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });

  it('that comes true later is spent only by a call that succeeds', async () => {
    const { world } = await faultyWorld([fault('stuck', { times: 1 })]);
    await expect(
      world.call(createCall, () => {
        throw new CloudError('InvalidParameterValue', 'no such type');
      }),
    ).rejects.toThrow('no such type');
    expect(await world.call(createCall, (tx) => [...tx.effects.keys()])).toEqual(['stuck']);
    expect(await world.call(createCall, (tx) => [...tx.effects.keys()])).toEqual([]);
  });
});
