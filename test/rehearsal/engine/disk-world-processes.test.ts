import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld } from '../../../src/rehearsal/engine/disk-world.ts';
import { createCall, thing, toyModel } from './toy-cloud.ts';

let home = '';
let program = '';

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'labtui-world-'));
  program = join(home, 'caller.mjs');
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  await build({ entryPoints: [join(import.meta.dirname, 'children/caller.ts')], outfile: program, bundle: true, platform: 'node', format: 'esm', banner, logLevel: 'error' });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function start(directory: string, name: string, count: number): { readonly child: ChildProcessByStdio<null, Readable, null>; readonly told: () => readonly string[] } {
  const child = spawn(process.execPath, [program, directory, name, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  return { child, told: () => text.split('\n').slice(0, -1) };
}

async function look(directory: string) {
  const world = await openWorld(directory, { models: [toyModel] });
  const { counter, names, ids } = await world.read((view) => {
    const made = view.list('aws').filter(({ id }) => id !== 'counter');
    return { counter: view.get('aws', 'counter')?.props.n, names: new Set(made.map(({ id }) => id)), ids: new Set(made.map(({ tags }) => tags.id)) };
  });
  return { counter, names, ids, entries: await world.journal(Infinity) };
}

describe('a world of several processes', () => {
  it('loses no update of twelve that begin and work at once, nor gives an id twice', async () => {
    const directory = join(home, 'many');
    const children = Array.from({ length: 12 }, (_, index) => start(directory, `p${index}`, 100));
    for (const [code] of await Promise.all(children.map(({ child }) => once(child, 'close')))) expect(code).toBe(0);
    const { counter, names, ids, entries } = await look(directory);
    expect([counter, names.size, ids.size, entries.length]).toEqual([1_200, 1_200, 1_200, 1_200]);
    expect(entries.map(({ n }) => n)).toEqual(Array.from({ length: 1_200 }, (_, index) => index + 1));
    expect(new Set(children.flatMap(({ told }) => told().map((line) => line.split(' ')[0]))).size).toBe(1_200);
  }, 180_000);

  it('goes on after processes that were killed at any moment, and keeps all that they were told was done', async () => {
    const directory = join(home, 'killed');
    const told: string[] = [];
    const survivor = start(directory, 'survivor', 400);
    const survived = once(survivor.child, 'close');
    for (let round = 0; round < 8; round += 1) {
      const victims = [0, 1].map((index) => start(directory, `v${round}-${index}`, 100_000));
      const closed = victims.map(({ child }) => once(child, 'close'));
      await Promise.all(victims.map(({ child }) => once(child.stdout, 'data')));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
      for (const { child } of victims) child.kill('SIGKILL');
      await Promise.all(closed);
      for (const victim of victims) told.push(...victim.told());
    }
    expect((await survived)[0]).toBe(0);
    told.push(...survivor.told());
    const next = await openWorld(directory, { models: [toyModel] });
    await next.call(createCall, (tx) => tx.put(thing('after')));
    expect(readdirSync(directory).filter((name) => name === 'lock')).toEqual([]);
    const { counter, names, entries } = await look(directory);
    expect(survivor.told()).toHaveLength(400);
    expect(told.filter((line) => !names.has(line.split(' ')[1] ?? ''))).toEqual([]);
    expect(new Set(told.map((line) => line.split(' ')[0])).size).toBe(told.length);
    expect([counter, entries.length]).toEqual([names.size - 1, names.size]);
  }, 180_000);
});
