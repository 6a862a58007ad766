import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabEvent } from '../../../src/core/events.ts';
import { Interrupter } from '../../../src/cli/tui/interrupt.ts';
import { pruneRuns, readRunProcess, runFiles, runsFolder } from '../../../src/cli/tui/run-files.ts';
import { startRun } from '../../../src/cli/tui/start-run.ts';
import { type RunEnd, watchRun, type WatchRunOptions } from '../../../src/cli/tui/watch-run.ts';
import { createFakeLabtui, type FakeLabtui, linesOf, steps, until } from './fake-labtui.ts';

let fake: FakeLabtui;
let folder: string;
beforeEach(() => {
  fake = createFakeLabtui();
  folder = runsFolder(fake.sessionsRoot);
});
afterEach(() => fake.remove());

const line = (event: object): string => `${JSON.stringify({ v: 1, time: '2026-05-01T12:00:00.000Z', session: 'lab-abc234', stack: null, ...event })}\n`;
const log = (message: string): string => line({ type: 'log', level: 'info', message });
const result = (exitCode: number): string => line({ type: 'result', ok: exitCode === 0, exitCode, phase: 'ready', hosts: [], durationMs: 1, timings: { total: 1 } });

/** All that a watch tells, until its end. */
function watched(options: WatchRunOptions): { readonly events: LabEvent[]; readonly ended: Promise<RunEnd>; stop(): void } {
  const events: LabEvent[] = [];
  let stop = (): void => undefined;
  const ended = new Promise<RunEnd>((resolve) => {
    stop = watchRun(options, (more, end) => {
      events.push(...more);
      if (end !== null) resolve(end);
    });
  });
  return { events, ended, stop };
}

describe('a run in the background', () => {
  it('has a process group, files and a folder of its own, and speaks JSON', async () => {
    const { run, files, process: own, ended } = await startRun(fake.own(), folder, ['apply', '-y', steps({ tell: 'itself' }, { wait: fake.file('marks'), exit: 0 })]);
    await until(() => linesOf(fake.file('marks')).length === 1, 'it runs');
    expect(JSON.parse(linesOf(files.events)[0] ?? '')).toMatchObject({ args: ['--sessions-dir', fake.sessionsRoot, '--terraform-bin', '/opt/tofu', '--json', 'apply', '-y'], tty: [false, false] });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of Object.values(files) as readonly string[]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await readRunProcess(runFiles(folder, run))).toEqual(own);
    // A signal for a group of that number reaches it: it leads one.
    process.kill(-own.pid, 'SIGINT');
    expect(await ended).toBe(0);
  });

  it('tells its events as they come and its exit code at the end', async () => {
    const started = await startRun(fake.own(), folder, ['apply', steps({ out: log('one') + log('two') }, { err: 'prose\n' }, { out: result(5) }, { exit: 5 })]);
    const { events, ended } = watched(started);
    expect(await ended).toEqual({ exitCode: 5, stderr: 'prose\n' });
    expect(events.map(({ type, session }) => `${type} ${session}`)).toEqual(['log lab-abc234', 'log lab-abc234', 'result lab-abc234']);
  });

  it('is found again by an interface that did not start it: then its last result has the exit code', async () => {
    const { run, ended } = await startRun(fake.own(), folder, ['destroy', steps({ out: log('one') + result(7) }, { exit: 7 })]);
    await ended;
    const again = watched({ files: runFiles(folder, run) });
    expect(await again.ended).toEqual({ exitCode: 7, stderr: '' });
    expect(again.events).toHaveLength(2);
  });

  it('has no exit code where it was killed', async () => {
    const marks = fake.file('marks');
    const started = await startRun(fake.own(), folder, ['apply', steps({ out: log('one') }, { err: 'last words' }, { wait: marks })]);
    await until(() => linesOf(marks).length === 1, 'it runs');
    const mine = watched(started);
    const other = watched({ files: started.files, pollMs: 50 });
    process.kill(started.process.pid, 'SIGKILL');
    expect(await mine.ended).toEqual({ exitCode: null, stderr: 'last words' });
    expect(await other.ended).toEqual({ exitCode: null, stderr: 'last words' });
    expect(other.events).toHaveLength(1);
  });

  it('gets one SIGINT however often it is asked for, and none goes to its number afterwards', async () => {
    const marks = fake.file('marks');
    const interrupter = new Interrupter();
    const { process: own, ended } = await startRun(fake.own(), folder, ['apply', steps({ wait: marks, exit: 130 })]);
    await until(() => linesOf(marks).length === 1, 'it runs');
    expect(interrupter.interrupt({ ...own, startTime: '1' })).toBe(false);
    expect(interrupter.interrupt({ ...own, startTime: null })).toBe(false);
    expect([interrupter.interrupt(own), interrupter.interrupt(own)]).toEqual([true, true]);
    expect(await ended).toBe(130);
    expect(linesOf(marks)).toEqual(['ready', 'SIGINT']);
    expect(new Interrupter().interrupt(own)).toBe(false);
  });

  it('rejects where labtui cannot be started', async () => {
    await expect(startRun({ ...fake.own(), file: '/nowhere/node' }, folder, [])).rejects.toThrow('labtui cannot be started');
  });

  it('forgets runs that ended more than 7 days ago, and no others', async () => {
    const marks = fake.file('marks');
    const done = async (): Promise<string> => {
      const { run, ended } = await startRun(fake.own(), folder, ['list', steps({ exit: 0 })]);
      await ended;
      return run;
    };
    const [old, recent] = [await done(), await done()];
    const alive = await startRun(fake.own(), folder, ['apply', steps({ wait: marks, exit: 0 })]);
    await until(() => linesOf(marks).length === 1, 'it runs');
    const strange = join(folder, 'notes.ndjson');
    writeFileSync(strange, '');
    const nowMs = Date.now();
    const age = (file: string, days: number): void => utimesSync(file, new Date(nowMs - days * 86_400_000), new Date(nowMs - days * 86_400_000));
    for (const run of [old, alive.run]) age(runFiles(folder, run).events, 7.1);
    age(runFiles(folder, recent).events, 6.9);
    age(strange, 30);
    await pruneRuns(folder, nowMs);
    const kept = readdirSync(folder);
    expect(kept.filter((name) => name.startsWith(old))).toEqual([]);
    for (const run of [recent, alive.run]) expect(kept.filter((name) => name.startsWith(run))).toHaveLength(3);
    expect(kept).toContain('notes.ndjson');
    process.kill(alive.process.pid, 'SIGINT');
    await alive.ended;
  });

  it.each(['../../etc/passwd', '', 'x', '2026-01-01T00-00-00.000Z-abcdef/..'])('never takes %j for the name of a run', (name) => {
    expect(() => runFiles(folder, name)).toThrow('is no run');
  });
});
