import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../src');

/** Who may import whom. A folder that is missing here may import nothing of the house. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  platform: [],
  clouds: ['core', 'platform', 'local'],
  terraform: ['core', 'platform'],
  sessions: ['core', 'platform'],
  ssh: ['core', 'platform'],
  input: ['core', 'platform'],
  install: ['core', 'platform'],
  plugin: ['core', 'platform'],
  rehearsal: ['core', 'platform', 'plugin'],
  local: ['core', 'platform', 'plugin'],
  lab: ['core'],
  library: ['core', 'platform', 'clouds', 'terraform', 'sessions', 'ssh', 'input', 'rehearsal', 'local', 'lab'],
  cli: ['core', 'platform', 'clouds', 'terraform', 'sessions', 'ssh', 'input', 'install', 'rehearsal', 'local', 'lab', 'library', 'tui'],
  tui: ['core', 'cli'],
  '': ['cli'],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

function sourceFiles(): readonly string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(src, file), 'utf8');
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;
  return [...text.matchAll(pattern)].map(([, target = '']) => ({ file, target }));
}

function folderOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '';
}

const imports = sourceFiles().flatMap(importsOf);
const within = imports
  .filter(({ target }) => target.startsWith('.'))
  .map(({ file, target }) => ({ file, target: relative(src, resolve(src, dirname(file), target)) }));

describe('the law of imports', () => {
  it('finds the house', () => {
    expect(within.length).toBeGreaterThan(100);
  });

  it('lets each folder import only what stands below it', () => {
    const breaches = within.filter(({ file, target }) => {
      const from = folderOf(file);
      const to = folderOf(target);
      return from !== to && !(mayImport[from] ?? []).includes(to);
    });
    expect(breaches.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
  });

  it('lets only the cloud of this computer know its machines', () => {
    const breaches = within.filter(({ file, target }) => file.startsWith('clouds/') && !file.startsWith('clouds/local/') && folderOf(target) === 'local');
    expect(breaches).toEqual([]);
  });

  it('has no circles', () => {
    const next = new Map<string, string[]>();
    for (const { file, target } of within) next.set(file, [...(next.get(file) ?? []), target]);
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) {
        circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      if (done.has(file)) return;
      for (const target of next.get(file) ?? []) walk(target, [...path, file]);
      done.add(file);
    };
    for (const file of next.keys()) walk(file, []);
    expect(circles).toEqual([]);
  });

  it('keeps cdktf and its bindings in the stacks and the synth', () => {
    const breaches = imports.filter(
      ({ file, target }) => /^(cdktf|constructs|@cdktf\/)/.test(target) && !/^clouds\/(?:[^/]+\/stack|synth)\.ts$/.test(file),
    );
    expect(breaches).toEqual([]);
  });

  it('imports bindings by submodule only', () => {
    const whole = imports.filter(({ target }) => /^@cdktf\/provider-[a-z]+$/.test(target));
    expect(whole).toEqual([]);
  });

  it('keeps core pure: no files, processes, network or clock of Node', () => {
    const breaches = imports.filter(
      ({ file, target }) => folderOf(file) === 'core' && target.startsWith('node:') && !['node:net', 'node:crypto'].includes(target),
    );
    expect(breaches).toEqual([]);
  });

  it('keeps ink and react in the terminal UI', () => {
    const breaches = imports.filter(({ file, target }) => /^(ink|react|@inkjs\/)/.test(target) && folderOf(file) !== 'tui');
    expect(breaches).toEqual([]);
  });

  it('lets only terraform/, install/, ssh/ and local/ start programs, and never through a shell', () => {
    const starters = imports.filter(({ target }) => target === 'node:child_process' || target === 'execa');
    const allowed = new Set(['terraform', 'install', 'ssh', 'local', 'platform', 'library', 'cli']);
    expect(starters.filter(({ file }) => !allowed.has(folderOf(file)))).toEqual([]);
  });
});
