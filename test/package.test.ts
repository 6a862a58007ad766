import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
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
