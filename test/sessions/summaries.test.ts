import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../src/core/session.ts';
import { createSessionStore } from '../../src/sessions/store.ts';
import { sampleRecord, sampleStack } from './sample-record.ts';

let root: string;
const store = () => createSessionStore({ root, now: () => new Date(), hostName: 'here', pid: process.pid });

function put(id: string, content: SessionRecord | string, directory = root): void {
  mkdirSync(join(directory, id), { recursive: true });
  writeFileSync(join(directory, id, 'session.json'), typeof content === 'string' ? content : JSON.stringify(content));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'labtui-list-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('list', () => {
  it('is empty where there is no directory yet', async () => {
    rmSync(root, { recursive: true });
    expect(await store().list({ archived: true })).toEqual([]);
  });

  it('sums up a session over its stacks', async () => {
    const id = 'two-clouds-abc234';
    const machines = [
      { name: 'a', index: 1 },
      { name: 'b', index: 2 },
    ];
    const aws = sampleStack({ machines, hourlyPrice: 0.1 });
    const gcp = sampleStack({ id: 'gcp', cloud: 'gcp', region: 'europe-west1', instanceType: 'e2-standard-2', hourlyPrice: 0.2 });
    put(id, sampleRecord({ id, name: 'two-clouds', stacks: { aws, gcp } }));
    expect(await store().list({ archived: false })).toEqual([
      {
        id,
        name: 'two-clouds',
        distro: ['fedora@44'],
        clouds: ['aws', 'gcp'],
        regions: ['eu-west-1', 'europe-west1'],
        size: 't3.medium, e2-standard-2',
        phase: 'ready',
        state: 'running',
        createdAt: '2026-05-01T12:00:00.000Z',
        expiresAt: '2026-05-01T16:00:00.000Z',
        hourlyCost: 0.4,
        presentHourlyCost: 0.4,
        currency: 'USD',
        protectedBy: ['guest'],
        rehearsed: false,
        archived: false,
        problem: null,
      },
    ]);
    const unknown = sampleStack({ id: 'gcp', hourlyPrice: null });
    put(id, sampleRecord({ id, stacks: { aws, gcp: unknown } }));
    expect((await store().list({ archived: false }))[0]?.hourlyCost).toBeNull();
    const euros = sampleStack({ id: 'hetzner', cloud: 'hetzner', currency: 'EUR' });
    put(id, sampleRecord({ id, stacks: { aws, hetzner: euros } }));
    expect((await store().list({ archived: false }))[0]?.hourlyCost).toBeNull();
  });

  it('says what the machines do, and what they cost as they are', async () => {
    const id = 'rests-abc234';
    const aws = sampleStack({ hourlyPrice: 0.1 });
    const gcp = sampleStack({ id: 'gcp', cloud: 'gcp', hourlyPrice: 0.2 });
    const off = (stack: typeof aws, state: 'stopped' | 'terminated') => ({ ...stack, presentHourlyCost: 0.003, hosts: stack.hosts.map((host) => ({ ...host, state })) });
    const seen = async (stacks: Parameters<typeof sampleRecord>[0]) => {
      put(id, sampleRecord({ id, ...stacks }));
      const [summary] = await store().list({ archived: false });
      return [summary?.state, summary?.presentHourlyCost, summary?.hourlyCost];
    };
    expect(await seen({ stacks: { aws: off(aws, 'stopped'), gcp: off(gcp, 'stopped') } })).toEqual(['stopped', 0.006, 0.3]);
    expect(await seen({ stacks: { aws: off(aws, 'stopped'), gcp } })).toEqual(['mixed', 0.203, 0.3]);
    expect(await seen({ stacks: { aws: { ...off(aws, 'stopped'), presentHourlyCost: null }, gcp } })).toEqual(['mixed', null, 0.3]);
    expect(await seen({ stacks: { aws: off(aws, 'terminated') } })).toEqual(['terminated', 0.003, 0.1]);
    expect(await seen({ stacks: { aws: { ...aws, hosts: [] } } })).toEqual([null, 0.1, 0.1]);
  });

  it('shows every damaged session with its reason, after the sound ones, and nothing else that lies there', async () => {
    const text = JSON.stringify(sampleRecord());
    put('sound-abc234', sampleRecord({ id: 'sound-abc234', name: 'sound' }));
    put('older-abc234', sampleRecord({ id: 'older-abc234', name: 'older', createdAt: '2026-04-01T00:00:00.000Z' }));
    mkdirSync(join(root, 'a-missing-abc234'));
    put('b-cut-abc234', text.slice(0, 200));
    put('c-list-abc234', '[]');
    put('d-stackless-abc234', text.replace('"stacks"', '"stakcs"'));
    put('e-priced-abc234', text.replace('"hourlyPrice":0.0456', '"hourlyPrice":"cheap"'));
    put('f-newer-abc234', JSON.stringify({ v: 7 }));
    put('g-copy-abc234', text);
    put('h-renamed.bak', text);
    mkdirSync(join(root, 'i-directory-abc234', 'session.json'), { recursive: true });
    symlinkSync(join(root, 'sound-abc234'), join(root, 'j-link-abc234'));
    writeFileSync(join(root, 'k-file-abc234'), '');
    writeFileSync(join(root, 'README.md'), '');
    mkdirSync(join(root, 'notes'));
    mkdirSync(join(root, '.unfinished-x-abc234-ffffff'));

    const listed = await store().list({ archived: false });
    expect(listed.map(({ id, problem }) => [id, problem])).toEqual([
      ['older-abc234', null],
      ['sound-abc234', null],
      ['a-missing-abc234', 'session.json is missing'],
      ['b-cut-abc234', 'session.json is damaged: it is not JSON'],
      ['c-list-abc234', 'session.json is damaged: the whole'],
      ['d-stackless-abc234', 'session.json is damaged: stacks'],
      ['e-priced-abc234', 'session.json is damaged: stacks.aws.plan'],
      ['f-newer-abc234', 'it was made by a newer labtui (session.json version 7)'],
      ['g-copy-abc234', 'session.json belongs to fedora-aws-abc234; was the directory copied or renamed?'],
      ['h-renamed.bak', "its name is not a session's id; was it renamed?"],
      ['i-directory-abc234', 'session.json cannot be read (EISDIR)'],
      ['j-link-abc234', 'it is a symbolic link; labtui does not follow it'],
      ['k-file-abc234', 'it is not a directory'],
    ]);
    expect(listed.find(({ id }) => id === 'b-cut-abc234')).toMatchObject({ name: 'b-cut', clouds: [], hourlyCost: null });
  });

  it('adds the archive when asked', async () => {
    put('live-abc234', sampleRecord({ id: 'live-abc234', name: 'live' }));
    put('ended-abc234', sampleRecord({ id: 'ended-abc234', name: 'ended' }), join(root, '.archive'));
    put('broken-abc234', '', join(root, '.archive'));
    expect((await store().list({ archived: false })).map(({ id }) => id)).toEqual(['live-abc234']);
    expect((await store().list({ archived: true })).map(({ id, archived, problem }) => [id, archived, problem !== null])).toEqual([
      ['live-abc234', false, false],
      ['ended-abc234', true, false],
      ['broken-abc234', true, true],
    ]);
  });

  it('reads a thousand sessions without loading zod', async () => {
    for (let number = 0; number < 1_000; number += 1) {
      const id = `many-${String(number).padStart(6, '0')}`;
      put(id, number % 100 === 99 ? '{' : sampleRecord({ id, name: 'many' }));
    }
    const startedMs = performance.now();
    const listed = await store().list({ archived: false });
    process.stdout.write(`list of 1,000 sessions in process: ${Math.round(performance.now() - startedMs)} ms\n`);
    expect(listed).toHaveLength(1_000);
    expect(listed.filter(({ problem }) => problem === null)).toHaveLength(990);
    expect(listed.slice(990).every(({ problem }) => problem !== null)).toBe(true);

    const { metafile } = await build({
      entryPoints: [join(import.meta.dirname, '../../src/sessions/store.ts')],
      bundle: true,
      splitting: true,
      outdir: join(root, 'unused'),
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
    const atOnce = new Set<string>();
    const visit = (file: string): void => {
      if (atOnce.has(file)) return;
      atOnce.add(file);
      for (const { path, kind } of metafile.inputs[file]?.imports ?? []) if (kind === 'import-statement') visit(path);
    };
    visit('src/sessions/store.ts');
    expect([...atOnce].some((file) => file.endsWith('src/sessions/summaries.ts'))).toBe(true);
    expect([...atOnce].filter((file) => file.includes('node_modules/zod'))).toEqual([]);
    expect(Object.keys(metafile.inputs).some((file) => file.includes('node_modules/zod'))).toBe(true);
  });
});
