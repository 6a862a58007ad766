import { describe, expect, it } from 'vitest';
import { createMemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { createCall, listCall, thing, toyCatalogue, toyModel } from './toy-cloud.ts';

function toyWorld(speed = 1) {
  const clock = { ms: Date.parse('2026-11-21T10:00:00.000Z') };
  const world = createMemoryWorld({ models: [toyModel], catalogue: toyCatalogue, speed, now: () => clock.ms });
  return { world, clock };
}

describe('a world', () => {
  it('finds what was put by id, kind and tag, and no longer what was changed or removed', async () => {
    const { world } = toyWorld();
    await world.call(createCall, (tx) => {
      tx.put(thing('a', { tags: { session: 'one' } }));
      tx.put(thing('b', { tags: { session: 'one' }, kind: 'other' }));
      expect(tx.byTag('aws', 'session', 'one').map(({ id }) => id)).toEqual(['a', 'b']);
    });
    await world.call(createCall, (tx) => {
      tx.put(thing('a', { tags: { session: 'two' } }));
      tx.remove('aws', 'b');
      expect(tx.byTag('aws', 'session', 'one')).toEqual([]);
      expect(tx.list('aws').map(({ id }) => id)).toEqual(['a']);
    });
    await world.read((view) => {
      expect(view.byTag('aws', 'session', 'one')).toEqual([]);
      expect(view.byTag('aws', 'session', 'two').map(({ id }) => id)).toEqual(['a']);
      expect(view.list('aws', 'other')).toEqual([]);
      expect(view.get('aws', 'b')).toBeNull();
    });
  });

  it('takes ARM ids for the same in whatever case they are written', async () => {
    const { world } = toyWorld();
    await world.call(createCall, (tx) => tx.put(thing('/Subscriptions/X', { cloud: 'azure' })));
    expect(await world.read((view) => view.get('azure', '/subscriptions/x')?.id)).toBe('/Subscriptions/X');
    await world.call(createCall, (tx) => tx.put(thing('I-1')));
    expect(await world.read((view) => view.get('aws', 'i-1'))).toBeNull();
  });

  it('does all of a call or nothing, and journals it either way', async () => {
    const { world } = toyWorld();
    await world.call(createCall, (tx) => tx.put(thing('a', { props: { size: 1 } })));
    const failed = world.call({ ...createCall, target: 'b', params: { size: 2 } }, (tx) => {
      tx.put(thing('a', { props: { size: 2 } }));
      tx.put(thing('b'));
      tx.schedule({ cloud: 'aws', id: 'b', what: 'later', atMs: 0 });
      tx.newId(8);
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await world.read((view) => view.list('aws').map(({ id, props }) => [id, props.size]))).toEqual([['a', 1]]);
    expect(await world.journal(10)).toMatchObject([
      { n: 1, ok: true, operation: 'RunInstances', time: '2026-11-21T10:00:00.000Z', fault: null },
      { n: 2, ok: false, target: 'b', params: { size: 2 }, error: { code: 'Error', message: 'changed my mind' } },
    ]);
    expect((await world.journal(1)).map(({ n }) => n)).toEqual([2]);
  });

  it('lets nobody use a transaction after its call', async () => {
    const { world } = toyWorld();
    const kept = await world.call(listCall, (tx) => tx);
    expect(() => kept.put(thing('late'))).toThrow('over');
    expect(() => kept.list('aws')).toThrow('over');
  });

  it('fires timers at their own time and in their order, before anybody looks', async () => {
    const { world, clock } = toyWorld(10);
    const seen: string[] = [];
    const model = { ...toyModel, onTimer: (...[tx, timer]: Parameters<typeof toyModel.onTimer>) => {
      seen.push(`${timer.what} ${tx.nowMs - start}`);
      if (timer.what === 'second') tx.schedule({ ...timer, what: 'third', atMs: tx.nowMs + tx.paced(5_000) });
    } };
    const start = clock.ms;
    const timed = createMemoryWorld({ models: [model], catalogue: toyCatalogue, speed: 10, now: () => clock.ms });
    await timed.call(createCall, (tx) => {
      tx.put(thing('a'));
      tx.put(thing('gone'));
      tx.schedule({ cloud: 'aws', id: 'a', what: 'second', atMs: tx.nowMs + 2_000 });
      tx.schedule({ cloud: 'aws', id: 'a', what: 'first', atMs: tx.nowMs + 1_000 });
      tx.schedule({ cloud: 'aws', id: 'a', what: 'never', atMs: tx.nowMs + 1_000 });
      tx.schedule({ cloud: 'aws', id: 'gone', what: 'neither', atMs: tx.nowMs + 1_000 });
      tx.cancel('aws', 'a', 'never');
    });
    await timed.call(createCall, (tx) => tx.remove('aws', 'gone'));
    clock.ms += 999;
    await timed.read(() => expect(seen).toEqual([]));
    await timed.setClock({ aheadMs: 3_600_000 });
    await timed.read(() => expect(seen).toEqual(['first 1000', 'second 2000', 'third 2500']));
    expect((await timed.journal(1))[0]).toMatchObject({ operation: 'third', target: 'a', caller: { actor: 'cloud' }, time: '2026-11-21T10:00:02.500Z' });
    expect(world.clock()).toEqual({ speed: 10, aheadMs: 0 });
  });

  it('goes on after a timer that was a bug, and says so once', async () => {
    const { world } = toyWorld();
    await world.call(createCall, (tx) => {
      tx.put(thing('a'));
      tx.schedule({ cloud: 'aws', id: 'a', what: 'explodes', atMs: tx.nowMs });
    });
    await expect(world.read(() => 'looked')).rejects.toThrow('a bug in the model');
    expect(await world.read(() => 'looked')).toBe('looked');
    expect((await world.journal(1))[0]).toMatchObject({ ok: false, operation: 'explodes', error: { message: 'a bug in the model' } });
  });

  it('leaves the timers of a cloud whose rules are not loaded', async () => {
    const { world, clock } = toyWorld();
    await world.call(createCall, (tx) => {
      tx.put(thing('a', { cloud: 'gcp' }));
      tx.schedule({ cloud: 'gcp', id: 'a', what: 'later', atMs: tx.nowMs });
    });
    clock.ms += 1;
    await world.read(() => undefined);
    expect(world.snapshot().timers).toMatchObject([{ what: 'later' }]);
  });

  it('never gives an id twice, and others in a world of another seed', async () => {
    const { world } = toyWorld();
    const ids = await world.call(listCall, (tx) => Array.from({ length: 256 }, () => tx.newId(2)));
    expect(new Set(ids).size).toBe(256);
    await expect(world.call(listCall, (tx) => tx.newId(2))).rejects.toThrow('no id of 2');
    const long = await world.call(listCall, (tx) => [tx.newId(17), tx.newId(17)]);
    expect(long[0]).toMatch(/^[0-9a-f]{17}$/);
    const other = createMemoryWorld({ models: [toyModel], catalogue: toyCatalogue, seed: 'another' });
    expect(await other.call(listCall, (tx) => tx.newId(17))).not.toBe(long[0]);
  });

  it('paces the clouds and their waits, not the clock', async () => {
    const { world, clock } = toyWorld(1_000);
    expect(await world.call(listCall, (tx) => tx.paced(30_000))).toBe(30);
    const before = performance.now();
    await world.sleep(20_000);
    expect(performance.now() - before).toBeLessThan(5_000);
    await expect(world.sleep(60_000_000, AbortSignal.abort())).rejects.toThrow();
    expect(world.now()).toBe(clock.ms);
    await expect(world.setClock({ speed: 0 })).rejects.toThrow('above 0');
  });
});
