import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../src/core/errors.ts';
import type { Cell, CellResult } from '../../src/core/matrix.ts';
import type { CellHost, GuestPorts } from '../../src/lab/matrix/guest-ports.ts';
import type { MatrixRequest } from '../../src/lab/matrix/matrix-request.ts';
import { planCells } from '../../src/lab/matrix/plan-cells.ts';
import { runMatrix } from '../../src/lab/matrix/run-matrix.ts';
import { fakeLab, type FakeLab, type FakeLabOptions, profileOf } from '../support/fake-lab.ts';

interface Made {
  readonly lab: FakeLab;
  readonly ended: CellResult[];
  readonly steps: string[];
  readonly exits: number[];
  readonly live: () => Promise<readonly string[]>;
  readonly run: (more?: Partial<MatrixRequest>) => Promise<readonly CellResult[]>;
  readonly stop: (reason?: string) => void;
}

/** Distros as cells on the fake cloud; `test` is what the command on a machine ends with. */
function matrixOf(distros: readonly string[], test: (at: CellHost, count: number) => number | Promise<number>, options: FakeLabOptions = {}, fields: Readonly<Record<string, unknown>> = {}): Made {
  const lab = fakeLab(options);
  // Each lab of a cell has an id of its own.
  let made = 0;
  const ports = { ...lab.ports, randomBytes: (size: number) => new Uint8Array(size).fill((made += 1)) };
  const stop = new AbortController();
  const ended: CellResult[] = [];
  const steps: string[] = [];
  const exits: number[] = [];
  const guests: GuestPorts = {
    copyThere: () => Promise.resolve('1 file'),
    run: async (at, { stdout }) => {
      stdout.write('hello\n');
      const code = await test(at, exits.length);
      exits.push(code);
      return code;
    },
    collect: (at, cell, several) => Promise.resolve({ paths: [`${cell.label}${several ? `/${at.host.name}` : ''}/report`], missing: [] }),
  };
  const { cells } = planCells({ profile: profileOf({ name: null, distro: distros, ...fields }), userData: null, maxHourly: null, requireProtection: false }, ports);
  const label = ({ label: text }: Cell) => text;
  return {
    lab,
    ended,
    steps,
    exits,
    stop: (reason = 'SIGINT') => stop.abort(reason),
    live: async () => (await ports.sessions.list({ archived: false })).map(({ id }) => id),
    run: (more = {}) =>
      runMatrix(
        {
          cells,
          parallelism: 1,
          reuse: false,
          keepFailed: false,
          retries: 1,
          guests,
          openOutput: () => ({ stdout: new PassThrough().resume(), stderr: new PassThrough().resume(), end: () => Promise.resolve() }),
          sink: (event) => lab.sink(event),
          onStep: (cell, step) => steps.push(`${label(cell)} ${step}`),
          onEnd: (result) => ended.push(result),
          signal: stop.signal,
          ...more,
        },
        ports,
      ),
  };
}

const broke = () => Promise.reject(new LabError({ kind: 'network', summary: 'the connection broke' }));

describe('the cells of a matrix', () => {
  const plan = (fields: Readonly<Record<string, unknown>>) => planCells({ profile: profileOf({ name: null, ...fields }), userData: null, maxHourly: null, requireProtection: false }, fakeLab().ports);

  it('are every distro on every cloud and architecture, each once, and each a lab of one stack', () => {
    const { cells, impossible } = plan({ distro: ['debian', 'debian@12', 'rocky@9'], cloud: ['aws', 'aws:eu-west-1'] });
    expect(impossible).toEqual([]);
    expect(cells.map(({ cell }) => cell.label)).toEqual(['debian@12-aws', 'debian@12-aws-eu-west-1', 'rocky@9-aws', 'rocky@9-aws-eu-west-1']);
    expect(cells.map(({ lab: { profile } }) => [profile.distro, profile.cloud, profile.arch])).toContainEqual(['rocky@9', 'aws:eu-west-1', 'amd64']);
  });

  it('that cannot be are told apart, with the reason', () => {
    const { cells, impossible } = plan({ distro: ['debian', 'nothing'], arch: ['amd64', 'arm64'] });
    expect(cells.map(({ cell }) => cell.label)).toEqual(['debian@12-amd64']);
    expect(impossible.map(({ cell, problem }) => [cell.label, problem.kind])).toEqual([['debian-arm64', 'image'], ['nothing-amd64', 'invalid-input'], ['nothing-arm64', 'invalid-input']]);
  });

  it('take of what is given per cloud only their own', () => {
    const { cells } = plan({ distro: ['debian'], cloud: ['aws'], region: { aws: 'eu-west-1', gcp: 'europe-west1' }, image: { azure: 'a:b:c:d' } });
    expect(cells[0]?.lab.profile).toMatchObject({ region: { aws: 'eu-west-1' }, image: {} });
  });
});

describe('a matrix run', () => {
  it('makes each lab, runs the command there, and destroys it', async () => {
    const { run, ended, steps, live, lab } = matrixOf(['debian', 'rocky'], (_, count) => (count === 0 ? 0 : 3));
    const results = await run();
    expect(results).toMatchObject([
      { label: 'debian@12', outcome: 'passed', testExitCode: 0, labExitCode: 0, attempts: 1, reason: null, kept: false, collected: ['debian@12/report'] },
      { label: 'rocky@9', outcome: 'failed', testExitCode: 3, labExitCode: 0, attempts: 1, reason: 'ended with 3', collected: ['rocky@9/report'] },
    ]);
    expect(ended).toEqual(results);
    expect(steps).toEqual(['debian@12', 'rocky@9'].flatMap((label) => ['creating', 'copying', 'running', 'collecting', 'destroying'].map((step) => `${label} ${step}`)));
    expect(results[0]?.timings).toMatchObject({ ready: expect.any(Number) as number, test: expect.any(Number) as number, destroy: expect.any(Number) as number });
    expect(await live()).toEqual([]);
    expect(lab.ofType('receipt').map(({ left }) => left)).toEqual([[], []]);
  });

  it('runs on every machine of a cell, and the worst code counts', async () => {
    const { run, live } = matrixOf(['debian'], ({ host }) => (host.name.endsWith('-2') ? 4 : 1), {}, { count: 2 });
    expect(await run()).toMatchObject([{ outcome: 'failed', testExitCode: 4, collected: ['debian@12/debian-aws-aws-1/report', 'debian@12/debian-aws-aws-2/report'] }]);
    expect(await live()).toEqual([]);
  });

  it('makes another lab where one failed in a way that may pass, and never runs a failed test again', async () => {
    const { run, steps, live } = matrixOf(['debian'], () => 1, { terraform: { apply: [{ error: 'InsufficientInstanceCapacity: none', created: false }] }, cloud: { } });
    const results = await run();
    expect(steps.filter((step) => step.endsWith('running'))).toHaveLength(1);
    expect(results).toMatchObject([{ outcome: 'failed', testExitCode: 1, attempts: 2 }]);
    expect(steps).toContain('debian@12 waiting');
    expect(await live()).toEqual([]);
  });

  it('tries a cell again whose connection broke, on another lab, as often as it may', async () => {
    const { run, live, steps } = matrixOf(['debian'], broke);
    expect(await run({ retries: 2 })).toMatchObject([{ outcome: 'broken', testExitCode: null, labExitCode: 5, attempts: 3, reason: 'the connection broke' }]);
    expect(steps.filter((step) => step.endsWith('destroying'))).toHaveLength(3);
    expect(await live()).toEqual([]);
  });

  it('does not try again what another lab would meet as well', async () => {
    const { run, live } = matrixOf(['debian'], () => 0, { cloud: { lookupError: { kind: 'permission', summary: 'not allowed' } } });
    expect(await run({ retries: 3 })).toMatchObject([{ outcome: 'broken', attempts: 1, labExitCode: 5, reason: 'not allowed', session: expect.any(String) as string }]);
    expect(await live()).toEqual([]);
  });

  it('stopped by the user destroys what stands, and begins nothing more', async () => {
    const made: Made = matrixOf(['debian', 'rocky'], () => {
      made.stop();
      return 130;
    });
    expect(await made.run()).toMatchObject([
      { outcome: 'stopped', testExitCode: null, timings: { destroy: expect.any(Number) as number } },
      { outcome: 'stopped', attempts: 1, session: null },
    ]);
    expect(made.steps).not.toContain('rocky@9 creating');
    expect(await made.live()).toEqual([]);
  });

  it('says which lab is not gone', async () => {
    const { run } = matrixOf(['debian'], () => 0, { terraform: { destroy: ['AccessDenied', 'AccessDenied', 'AccessDenied'] } });
    const [result] = await run();
    expect(result).toMatchObject({ outcome: 'passed', labExitCode: 7, reason: expect.stringContaining('its lab is not gone: labtui destroy debian-aws-') as string });
  });

  it('keeps the lab of a failed test where that was asked for, and no other', async () => {
    const { run, live } = matrixOf(['debian', 'rocky'], (_, count) => count);
    const results = await run({ keepFailed: true });
    expect(results.map(({ outcome, kept }) => [outcome, kept])).toEqual([['passed', false], ['failed', true]]);
    expect(await live()).toEqual([results[1]?.session]);
  });

  it('keeps also what a lab left that could not be made, and another one would not help; nothing of one that is tried again', async () => {
    const denied = matrixOf(['debian'], () => 0, { terraform: { apply: [{ error: 'Expired', created: true }] } });
    expect(await denied.run({ keepFailed: true })).toMatchObject([{ outcome: 'broken', kept: true, attempts: 1 }]);
    expect(await denied.live()).toHaveLength(1);
    const full = matrixOf(['debian'], () => 0, { terraform: { apply: [{ error: 'Quota', created: true }] } });
    expect(await full.run({ keepFailed: true })).toMatchObject([{ outcome: 'passed', kept: false, attempts: 2 }]);
    expect(await full.live()).toEqual([]);
  });

  it('waits for the other machines of a cell where the connection to one breaks', async () => {
    const ended: string[] = [];
    const made: Made = matrixOf(
      ['debian'],
      async ({ host }) => {
        if (host.name.endsWith('-1')) return broke();
        await new Promise((resolve) => setTimeout(resolve, 100));
        ended.push(`after ${made.steps.at(-1) ?? ''}`);
        return 0;
      },
      {},
      { count: 2 },
    );
    expect(await made.run({ retries: 0 })).toMatchObject([{ outcome: 'broken', reason: 'the connection broke' }]);
    expect(ended).toEqual(['after debian@12 running']);
    expect(await made.live()).toEqual([]);
  });

  it('destroys the lab also where something in labtui itself goes wrong, and then says so', async () => {
    const { run, live } = matrixOf(['debian'], () => Promise.reject(new TypeError('a bug')));
    await expect(run()).rejects.toThrow('a bug');
    expect(await live()).toEqual([]);
  });
});

describe('a matrix run on one lab', () => {
  const replacing: FakeLabOptions = { terraform: { drift: { 'fake_machine.vm': 'replace' } } };

  it('replaces the machine between the distros, and destroys once, at the end', async () => {
    const { run, steps, live } = matrixOf(['debian', 'rocky'], (_, count) => count, replacing);
    const results = await run({ reuse: true });
    expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'failed']);
    expect(results[1]?.session).toBe(results[0]?.session);
    expect(steps.filter((step) => /creating|replacing|destroying/.test(step))).toEqual(['debian@12 creating', 'rocky@9 replacing', 'rocky@9 destroying']);
    expect(await live()).toEqual([]);
  });

  it('makes a new one where the former broke, or is to be kept', async () => {
    const broken = matrixOf(['debian', 'rocky'], (_, count) => (count === 0 ? broke() : 0), replacing);
    // The count grows with commands that ended.
    expect((await broken.run({ reuse: true, retries: 0 })).map(({ outcome }) => outcome)).toEqual(['broken', 'broken']);
    expect(broken.steps.filter((step) => step.endsWith('creating'))).toHaveLength(2);
    expect(await broken.live()).toEqual([]);
    const kept = matrixOf(['debian', 'rocky'], () => 1, replacing);
    const results = await kept.run({ reuse: true, keepFailed: true });
    expect(results.map((result) => result.kept)).toEqual([true, true]);
    expect(await kept.live()).toHaveLength(2);
  });

  it('is destroyed where the user stops between two cells', async () => {
    const made: Made = matrixOf(['debian', 'rocky'], () => 0, replacing);
    const results = await made.run({ reuse: true, onEnd: () => made.stop() });
    expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'stopped']);
    expect(await made.live()).toEqual([]);
  });
});
