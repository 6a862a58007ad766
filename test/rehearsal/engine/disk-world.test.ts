import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorld } from '../../../src/rehearsal/engine/disk-world.ts';
import { replayWorld } from '../../../src/rehearsal/engine/replay-world.ts';
import type { World } from '../../../src/rehearsal/engine/world.ts';
import { WorldFiles } from '../../../src/rehearsal/engine/world-files.ts';
import { createCall, fault, launchToy, listCall, thing, toyCatalogue, toyModel } from './toy-cloud.ts';

let directory = '';
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'labtui-world-')), 'world');
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }));

const open = (now?: () => number): Promise<World> => openWorld(directory, { models: [toyModel], now });
const put = (world: World, id: string): Promise<void> => world.call(createCall, (tx) => tx.put(thing(id, { tags: { by: 'test' } })));
const idsIn = (world: World): Promise<readonly string[]> => world.read((view) => view.byTag('aws', 'by', 'test').map(({ id }) => id));
const journal = (part = 1): string => join(directory, `journal-${part}.ndjson`);

describe('a world on disk', () => {
  it('is the same for whoever opens it, and is nobody else\'s to read', async () => {
    // Nothing falls due meanwhile.
    const startedMs = Date.now();
    const openNow = (): Promise<World> => open(() => startedMs);
    const [one, other] = await Promise.all([openNow(), openNow()]);
    await one.setCatalogue(toyCatalogue);
    await one.setClock({ speed: 20, aheadMs: 1_000 });
    await one.arm([fault('quota', { cloud: 'gcp' })], 'run-9');
    await Promise.all([put(one, 'a'), put(other, 'b')]);
    await other.call(createCall, (tx) => launchToy(tx, 'i-1'));
    for (const world of [one, other, await openNow()]) {
      expect([...(await idsIn(world))].sort()).toEqual(['a', 'b']);
      expect(await world.read(({ faults, catalogue }) => [faults.length, catalogue])).toEqual([1, toyCatalogue]);
      expect(world.clock()).toEqual({ speed: 20, aheadMs: 1_000 });
      expect((await world.journal(2)).map(({ n }) => n)).toEqual([2, 3]);
    }
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  });

  it('writes down what changed, not what stayed', async () => {
    // Nothing falls due meanwhile.
    const startedMs = Date.now();
    const world = await open(() => startedMs);
    const userData = 'x'.repeat(16_000);
    await world.call(createCall, (tx) => launchToy(tx, 'i-1', { userData }));
    const before = statSync(journal()).size;
    await world.call(createCall, (tx) => {
      const instance = tx.get('aws', 'i-1');
      if (instance?.machine !== undefined) tx.put({ ...instance, props: { a: 1 }, machine: { ...instance.machine, publicIp: null } });
    });
    expect(statSync(journal()).size - before).toBeLessThan(1_000);
    const again = await (await open()).read((view) => view.get('aws', 'i-1'));
    expect(again).toMatchObject({ props: { a: 1 }, machine: { publicIp: null, userData } });
  });

  it('lets time pass for whoever looks, also in another process than the one that began it', async () => {
    const clock = { ms: Date.parse('2026-11-21T10:00:00.000Z') };
    const one = await open(() => clock.ms);
    const other = await open(() => clock.ms);
    await one.call(createCall, (tx) => launchToy(tx, 'i-1'));
    clock.ms += 60_000;
    expect(await other.read((view) => view.get('aws', 'i-1')?.machine?.state)).toBe('running');
    const key = await other.read((view) => view.get('aws', 'i-1')?.machine?.hostKey);
    expect(await one.read((view) => view.get('aws', 'i-1')?.machine?.hostKey)).toEqual(key);
    expect((await one.journal(10)).map(({ operation }) => operation)).toEqual(['RunInstances', 'machine.running']);
  });

  it('loses only what a killed writer had not finished', async () => {
    const world = await open();
    const reader = await open();
    await put(world, 'a');
    const whole = readFileSync(journal(), 'utf8');
    await put(world, 'torn');
    truncateSync(journal(), statSync(journal()).size - 5);
    expect(await idsIn(reader)).toEqual(['a']);
    const next = await open();
    expect(await idsIn(next)).toEqual(['a']);
    await put(next, 'b');
    expect(await idsIn(reader)).toEqual(['a', 'b']);
    expect(readFileSync(journal(), 'utf8').startsWith(whole)).toBe(true);
    expect(replayWorld(directory)?.resources.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('begins again where its making was cut short', async () => {
    await open();
    truncateSync(journal(), 10);
    const world = await open();
    await put(world, 'a');
    expect(await idsIn(await open())).toEqual(['a']);
  });

  it('takes the lock of the dead, and of the dead who buried the dead', async () => {
    const world = await open();
    const dead = '999999:1:';
    symlinkSync(`${dead}aaaa`, join(directory, 'lock'));
    symlinkSync(`${dead}bbbb`, join(directory, 'lock.aaaa'));
    symlinkSync(`${dead}cccc`, join(directory, 'lock.aaaa.bbbb'));
    const rivals = [world, await open(), await open()];
    await Promise.all(rivals.map((rival, index) => put(rival, `a${index}`)));
    expect(await idsIn(world)).toHaveLength(3);
    expect(readdirSync(directory).filter((name) => name.startsWith('lock'))).toEqual([]);
  });

  it('grows in parts: opening reads the last snapshot, others follow, and the parts together make the same world', async () => {
    const world = await open();
    const follower = await open();
    const text = 'y'.repeat(20_000);
    for (let index = 0; index < 120; index += 1) {
      await world.call(createCall, (tx) => {
        tx.put(thing(`a${index % 50}`, { props: { text: `${index}${text}` }, tags: { by: 'test', at: tx.newId(4) } }));
        tx.schedule({ cloud: 'aws', id: `a${index % 50}`, what: 'machine.running', atMs: tx.nowMs + 3_600_000 });
        if (index % 3 === 2) tx.remove('aws', `a${(index - 1) % 50}`);
      });
    }
    expect(existsSync(journal(3))).toBe(true);
    expect(readdirSync(directory).filter((name) => name.startsWith('snapshot'))).toHaveLength(1);
    const ids = await idsIn(world);
    expect(await idsIn(follower)).toEqual(ids);
    expect(await idsIn(await open())).toEqual(ids);
    const files = WorldFiles.open(directory);
    expect(files?.state.snapshot()).toEqual(replayWorld(directory));
    files?.close();
    const entries = await follower.journal(110);
    expect(entries.map(({ n }) => n)).toEqual(Array.from({ length: 110 }, (_, index) => index + 11));
    await put(follower, 'last');
    expect(await idsIn(world)).toContain('last');
  });

  it('refuses a world of a newer labtui and a damaged one, saying how to begin anew', async () => {
    await put(await open(), 'a');
    const good = readFileSync(journal(), 'utf8');
    const problem = { problem: { kind: 'state', hint: expect.stringContaining('labtui rehearsal reset') as unknown } };
    writeFileSync(journal(), good.replace('"version":1', '"version":2'));
    await expect(open()).rejects.toMatchObject({ ...problem, message: expect.stringContaining('newer labtui') as unknown });
    for (const damage of ['{"seq":2\n', '[]\n', '{"seq":7,"entry":null,"changes":[]}\n', '{"seq":2,"entry":null,"changes":[{"kind":"odd"}]}\n']) {
      writeFileSync(journal(), good);
      appendFileSync(journal(), damage);
      await expect(open()).rejects.toMatchObject({ ...problem, message: expect.stringContaining('damaged') as unknown });
    }
  });

  it('does not go on in a world that was reset', async () => {
    const world = await open();
    await put(world, 'a');
    rmSync(directory, { recursive: true });
    const next = await open();
    await expect(put(world, 'b')).rejects.toThrow('reset meanwhile');
    await expect(world.call(listCall, () => 1)).rejects.toThrow('reset meanwhile');
    expect(await idsIn(next)).toEqual([]);
  });
});
