import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, type Workplace } from './support/labtui.ts';

const root = resolve(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'labtui-package-'));
let place: Workplace;
let installed: string;
let packedMb: number;

describe('the package, installed into an empty folder', () => {
  beforeAll(async () => {
    await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', work], { cwd: root });
    const archive = readdirSync(work).find((file) => file.endsWith('.tgz')) ?? '';
    packedMb = statSync(join(work, archive)).size / 1e6;
    // --offline: with no dependency there is nothing to ask a registry for.
    await execa('npm', ['install', '--offline', '--no-audit', '--no-fund', '--prefix', work, join(work, archive)], { cwd: work });
    const folder = join(work, 'node_modules');
    installed = join(folder, 'labtui');
    place = createWorkplace({}, join(folder, '.bin/labtui'));
  }, 180_000);
  afterAll(() => {
    place.remove();
    rmSync(work, { recursive: true, force: true });
  });

  it('is small and has no runtime dependency', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.optionalDependencies).toBeUndefined();
    expect(packedMb).toBeLessThan(4);
    expect(statSync(join(installed, 'dist/labtui.js')).size).toBeLessThan(4_000);
  });

  it('carries licences, notices, the catalogue, and no tests or sources', () => {
    expect(readdirSync(installed).sort()).toEqual(['ARCHITECTURE.md', 'CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'distros', 'package.json']);
    const notices = readFileSync(join(installed, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['cdktf', '@cdktf/provider-aws', 'execa', 'ssh2', 'zod', 'commander', '@aws-sdk/client-ec2']) expect(notices).toContain(`${name} `);
    expect(notices).toContain('Mozilla Public License');
  });

  it('works there', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await place.run(['--version'])).toMatchObject({ exitCode: 0, stdout: `${version}\n` });
    const distros = (await place.run(['distros', 'list', '--json'])).json() as { name: string }[];
    expect(distros.map(({ name }) => name)).toContain('fedora');
    expect((await place.run(['profiles', 'init', 'lab.yaml', '--distro', 'fedora', '--cloud', 'aws'])).exitCode).toBe(0);
    expect(await place.run(['profiles', 'validate', 'lab.yaml'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await place.run(['doctor', '--json'])).json()).toMatchObject({ ok: false });
  });

  it('is imported by a program for next to nothing: without the code of any package, and without a word', async () => {
    const loaded = new Set<string>();
    const load = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)?[^"';]*?(?:from )?"(\.[^"]+\.js)";$/gm)) load(join(dirname(file), target));
    };
    load(join(installed, 'dist/library.js'));
    const texts = [...loaded].map((file) => readFileSync(file, 'utf8'));
    expect(texts.join('\n')).toContain('// src/library/events-of.ts');
    expect(texts.flatMap((text) => text.match(/^\/\/ node_modules\/.*$/gm) ?? [])).toEqual([]);
    expect(texts.join('').length).toBeLessThan(60_000);

    const script = join(work, 'program.mjs');
    writeFileSync(script, "import { list, LabError, show } from 'labtui';\nconst kind = await show('nothing').catch((error) => error instanceof LabError && `${error.kind} ${error.exitCode}`);\nconsole.log(JSON.stringify([await list(), kind]));\n");
    expect(await execa(process.execPath, [script], { env: place.environment(), extendEnv: false })).toMatchObject({ stdout: '[[],"not-found 3"]', stderr: '' });
  });

  it('brings the types of what it exports, which need nothing but those of Node', () => {
    const consumer = join(work, 'consumer.mts');
    mkdirSync(join(work, 'node_modules/@types'), { recursive: true });
    symlinkSync(join(root, 'node_modules/@types/node'), join(work, 'node_modules/@types/node'));
    writeFileSync(consumer, consumerProgram);
    const program = ts.createProgram([consumer], {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      types: ['node'],
      typeRoots: [join(work, 'node_modules/@types')],
    });
    expect(ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)).toEqual([]);
    const declarations = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(installed));
    expect(declarations.length).toBeGreaterThan(10);
  });

  it('imports nothing from outside but Node itself', () => {
    const files = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
    const foreign = files.flatMap((file) => {
      const text = readFileSync(join(installed, 'dist', file), 'utf8');
      return [...text.matchAll(/^import (?:[^"']*? from )?["']([^"']+)["'];$/gm)].map(([, target = '']) => target);
    });
    expect(foreign.length).toBeGreaterThan(20);
    expect(foreign.filter((target) => !/^(?:\.{1,2}\/|node:)/.test(target) && !isBuiltin(target))).toEqual([]);
  });
});

function isBuiltin(name: string): boolean {
  return ['assert', 'buffer', 'child_process', 'constants', 'crypto', 'dns', 'events', 'fs', 'fs/promises', 'http', 'http2', 'https', 'net', 'os', 'path', 'process', 'stream', 'stream/promises', 'string_decoder', 'tls', 'tty', 'url', 'util', 'zlib', 'async_hooks', 'module', 'perf_hooks', 'v8', 'worker_threads'].includes(name);
}

/** What a program may write, and what it may not. */
const consumerProgram = `
import { apply, destroy, exec, type FinalEvent, LabError, type LabEvent, type LabRun, list, plan, replace, show, verify } from 'labtui';

const run: LabRun = apply({ distro: ['debian@12', 'fedora'], cloud: 'aws', ttl: null, disk: { sizeGb: 40 }, environment: { PATH: '/bin' }, approve: ({ about }) => about === 'create' });
for await (const event of run) {
  if (event.type === 'receipt') event.left.map(({ id }) => id.length);
  // @ts-expect-error only a host has an address
  event.publicIp;
}
const end: IteratorResult<LabEvent, FinalEvent> = await run.next();
if (end.done) end.value.hosts.map(({ publicIp }) => publicIp?.length);
const { clean } = (await verify('x').next()).value as { clean: boolean };
const summaries: readonly { readonly id: string }[] = await list({ archived: true });
const distro: string | readonly string[] = (await show('x')).profile.distro;
const code: number = (await exec('x', ['true'], { timeout: '1m' })).exitCode;
const kind: string = new LabError({ kind: 'quota', summary: '' }).kind;
destroy(['a', 'b']);
replace('a', { distro: 'rocky@9' });
plan({ profile: 'lab' });
// @ts-expect-error a distro is text
apply({ distro: 1 });
// @ts-expect-error no such field
apply({ distroo: 'debian' });
export const all = [clean, summaries, distro, code, kind];
`;
