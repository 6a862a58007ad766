import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentsIn, runQuery } from '../../../src/cli/tui/query.ts';
import { createFakeLabtui, type FakeLabtui, linesOf, steps, until } from './fake-labtui.ts';

const { signal } = new AbortController();
let fake: FakeLabtui;
beforeAll(() => {
  fake = createFakeLabtui();
});
afterAll(() => fake.remove());

describe('a query', () => {
  it('is this labtui again, with the same sessions and Terraform, without a terminal, colour or other people\'s wishes', async () => {
    const own = fake.own({ FORCE_COLOR: '1', LABTUI_JSON: '1', LABTUI_QUIET: '1', MINE: 'kept' });
    const answer = await runQuery(own, ['list', steps({ tell: 'itself' })], { json: true, signal });
    expect(answer).toMatchObject({ exitCode: 0, stderr: '' });
    expect(answer.documents).toEqual([
      {
        args: ['--sessions-dir', fake.sessionsRoot, '--terraform-bin', '/opt/tofu', '--json', 'list'],
        cwd: fake.folder,
        tty: [false, false],
        NO_COLOR: '1',
        FORCE_COLOR: null,
        LABTUI_JSON: '0',
        LABTUI_QUIET: '0',
        LABTUI_PLAIN: null,
        MINE: 'kept',
      },
    ]);
  });

  it('gives text, prose and exit code as they are', async () => {
    const answer = await runQuery(fake.own(), ['show', steps({ out: 'a table\n' }, { err: 'a hint\n' }, { exit: 3 })], { json: false, signal });
    expect(answer).toEqual({ exitCode: 3, documents: [], stdout: 'a table\n', stderr: 'a hint\n' });
  });

  it('reads one document or one a line', () => {
    expect(documentsIn('{\n  "a": 1\n}\n')).toEqual([{ a: 1 }]);
    expect(documentsIn('{"a":1}\n{"b":2}\nno json\n{"half":')).toEqual([{ a: 1 }, { b: 2 }]);
    expect(documentsIn('')).toEqual([]);
  });

  it('is interrupted once when nobody wants the answer any more, and is not waited for', async () => {
    const controller = new AbortController();
    const marks = fake.file('query-marks');
    const work = runQuery(fake.own(), ['plan', steps({ wait: marks, exit: 130 })], { json: true, signal: controller.signal });
    work.catch(() => undefined);
    await until(() => linesOf(marks).length === 1, 'it runs');
    controller.abort();
    await expect(work).rejects.toThrow('aborted');
    await until(() => linesOf(marks).length > 1, 'it was interrupted');
    expect(linesOf(marks)).toEqual(['ready', 'SIGINT']);
  });

  it('rejects where labtui cannot be started', async () => {
    await expect(runQuery({ ...fake.own(), file: '/nowhere/node' }, [], { json: false, signal })).rejects.toThrow('labtui cannot be started');
  });
});
