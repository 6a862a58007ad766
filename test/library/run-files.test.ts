import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFiles } from '../../src/library/work/matrix/run-files.ts';
import { clouds } from '../../src/clouds/registry.ts';
import { cliContext } from '../support/cli-context.ts';

let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'labtui-run-')));
  mkdirSync(join(cwd, 'test/unit'), { recursive: true });
  writeFileSync(join(cwd, 'test/a.sh'), '');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const context = (more: { readonly cwd?: string; readonly home?: string } = {}) => ({ ...cliContext({ clouds, cwd }), home: '/home/somebody', environment: { LABTUI_SESSIONS_DIR: join(cwd, 'sessions') }, ...more });
const wanted = { copy: undefined, exclude: [], outputs: [] } as const;

describe('the files of a run', () => {
  it('are all of the working directory, but never the sessions with their keys, nor the results', () => {
    const { items, leftOut } = runFiles({ ...wanted, outputs: [join(cwd, 'out')], exclude: ['.git'] }, context());
    expect(items).toEqual([{ source: `${cwd}/.`, into: 'labtui-run' }]);
    expect(['sessions', 'out', '.git', 'test/.git'].map((path) => leftOut(join(cwd, path)))).toEqual([true, true, true, true]);
    expect(['test', 'git', 'test/out', 'test/sessions'].map((path) => leftOut(join(cwd, path)))).toEqual([false, false, false, false]);
  });

  it('that are named keep their place below the working directory; others come by their name', () => {
    const { items } = runFiles({ ...wanted, copy: ['test/a.sh', 'test/unit/', '.', '/etc/hostname'] }, context());
    expect(items).toEqual([
      { source: join(cwd, 'test/a.sh'), into: 'labtui-run/test' },
      { source: join(cwd, 'test/unit'), into: 'labtui-run/test' },
      { source: `${cwd}/.`, into: 'labtui-run' },
      { source: '/etc/hostname', into: 'labtui-run' },
    ]);
    expect(runFiles({ ...wanted, copy: false }, context()).items).toEqual([]);
  });

  it('never are a session, whatever leads there', () => {
    mkdirSync(join(cwd, 'sessions/lab-abc234/ssh'), { recursive: true });
    mkdirSync(join(cwd, 'elsewhere'));
    symlinkSync(join(cwd, 'sessions'), join(cwd, 'elsewhere/link'));
    for (const path of ['sessions', 'sessions/lab-abc234/ssh', 'elsewhere/link', 'elsewhere/link/lab-abc234']) {
      expect(() => runFiles({ ...wanted, copy: [path] }, context())).toThrow(/the sessions, with their keys, are not copied/);
    }
    const linked = { ...context(), environment: { LABTUI_SESSIONS_DIR: join(cwd, 'elsewhere/link') } };
    expect(runFiles(wanted, linked).leftOut(join(cwd, 'sessions'))).toBe(true);
    expect(() => runFiles({ ...wanted, copy: ['sessions/lab-abc234'] }, linked)).toThrow(/are not copied/);
  });

  it('are refused where that would be a whole home, or nothing', () => {
    expect(() => runFiles(wanted, context({ home: cwd }))).toThrow(/not copied to a machine unasked/);
    expect(() => runFiles(wanted, context({ cwd: '/' }))).toThrow(/not copied to a machine unasked/);
    expect(() => runFiles({ ...wanted, copy: ['nothing'] }, context())).toThrow('--copy nothing: no such file or directory');
  });
});
