import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CellResult } from '../../src/core/matrix.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace, type Finished, finished, skipLoudly, type Workplace } from '../support/labtui.ts';
import { resultOf } from '../support/rehearsal.ts';

const skip = skipLoudly('matrix runs in a rehearsal', await missingTools(['terraform']));

/** It fails on Rocky Linux, and leaves a report. */
const script = `#!/bin/sh
echo "on $(uname -n)"
. /etc/os-release
mkdir -p report
echo "$ID" > report/id
echo "as told: $*" >&2
test "$ID" != rocky
`;

const distros = ['debian@12', 'debian@13', 'ubuntu@24.04', 'rocky@9'] as const;
const clouds = ['aws', 'azure', 'gcp'] as const;

describe.skipIf(skip)('run, with the real Terraform', () => {
  let place: Workplace;
  beforeAll(() => {
    place = createWorkplace();
    mkdirSync(join(place.cwd, 'sub'));
    writeFileSync(join(place.cwd, 'sub/test.sh'), script);
    chmodSync(join(place.cwd, 'sub/test.sh'), 0o755);
  });
  afterAll(() => place.remove());

  const cellsOf = (run: Finished): readonly CellResult[] => resultOf(run).cells ?? [];
  /** The simulated world is the judge: what is left of any lab, in any cloud. */
  const left = async () => {
    const status = (await place.run(['rehearsal', 'status', '--json'])).json() as { readonly resources: readonly { readonly kind: string; readonly id: string; readonly state: string | null; readonly session: string | null }[] };
    return status.resources.filter(({ session, state }) => session !== null && state !== 'terminated');
  };
  const live = async () => (await place.run(['list', '--json'])).json() as readonly { readonly id: string }[];
  const told = ({ stdout, stderr }: Finished) => `${stdout.slice(-3_000)}\n${stderr.slice(-1_000)}`;

  it('runs a test on 12 cells: one distro fails it, one cloud has no room, the rest passes, and nothing is left', { timeout: 600_000 }, async () => {
    const run = await place.run([
      'run', '--rehearse', '--distro', distros.join(','), '--cloud', clouds.join(','), '--fault', 'quota,cloud=gcp,times=100', '--retries', '0', '--parallelism', '6',
      '--collect', 'report', '--output', 'results', '--junit', 'labtui.xml', '--json', '--', './sub/test.sh', 'a b', '$HOME',
    ]);
    expect(run.exitCode, told(run)).toBe(5);
    const cells = cellsOf(run);
    expect(Object.fromEntries(cells.map(({ label, outcome }) => [label, outcome]))).toEqual(
      Object.fromEntries(distros.flatMap((distro) => clouds.map((cloud) => [`${distro}-${cloud}`, cloud === 'gcp' ? 'broken' : distro === 'rocky@9' ? 'failed' : 'passed']))),
    );
    const passed = cells.find(({ label }) => label === 'debian@12-aws');
    expect(passed).toMatchObject({ testExitCode: 0, labExitCode: 0, attempts: 1, kept: false, reason: null, collected: [join(place.cwd, 'results/debian@12-aws/report')] });
    expect(cells.find(({ label }) => label === 'rocky@9-azure')).toMatchObject({ testExitCode: 1, reason: 'ended with 1' });
    expect(cells.find(({ label }) => label === 'ubuntu@24.04-gcp')).toMatchObject({ testExitCode: null, labExitCode: 5, reason: expect.stringMatching(/quota/) as string });
    // Words reach the program as they were typed, in the directory that the files were copied to.
    expect(readFileSync(join(place.cwd, 'results/debian@12-aws/output.log'), 'utf8')).toContain('as told: a b $HOME');
    expect(readFileSync(join(place.cwd, 'results/rocky@9-aws/report/id'), 'utf8')).toBe('rocky\n');
    const outputs = run.events.filter((event) => (event as { readonly type: string }).type === 'output') as unknown as readonly { readonly cell: string; readonly stream: string; readonly text: string }[];
    expect(outputs.filter(({ cell }) => cell === 'debian@13-azure').map(({ stream, text }) => `${stream}: ${text}`).sort()).toEqual(['stderr: as told: a b $HOME', expect.stringMatching(/^stdout: on debian-azure-/) as string]);

    const xml = readFileSync(join(place.cwd, 'labtui.xml'), 'utf8');
    expect(SyntaxValidator.validate(xml)).toBe(true);
    const { testsuites } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(xml) as { readonly testsuites: { readonly testsuite: Readonly<Record<string, unknown>> & { readonly testcase: readonly Readonly<Record<string, unknown>>[] } } };
    expect(testsuites.testsuite).toMatchObject({ tests: '12', failures: '2', errors: '4', skipped: '0' });
    expect(testsuites.testsuite.testcase.map(({ name }) => name).sort()).toEqual(cells.map(({ label }) => label).sort());

    expect(await live()).toEqual([]);
    expect(await left()).toEqual([]);
    // Neither keys nor results went along.
    expect(existsSync(join(place.cwd, 'results/debian@12-aws/labtui-run'))).toBe(false);
  });

  it('stopped by Ctrl-C in the middle of 12 cells, it destroys what stands first', { timeout: 600_000 }, async () => {
    const started = place.start(['run', '--rehearse', '--distro', distros.join(','), '--cloud', clouds.join(','), '--no-copy', '--parallelism', '4', '--', 'echo running; sleep 600']);
    let seen = '';
    started.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    await expect.poll(() => seen, { timeout: 300_000 }).toContain('running');
    started.kill('SIGINT');
    const run = finished(await started);
    expect(run.exitCode, told(run)).toBe(130);
    expect(run.stderr).toContain('every lab that stands is destroyed first');
    expect(run.stderr).toContain('12 cells: 12 stopped');
    expect(await live()).toEqual([]);
    expect(await left()).toEqual([]);
  });

  it('goes on to the end of its labs where nobody reads what it says any more', { timeout: 300_000 }, async () => {
    const started = place.start(['run', '--rehearse', '--distro', 'debian@12', '--cloud', 'aws', '--no-copy', '--', 'for n in 1 2 3 4 5; do echo $n; sleep 1; done']);
    started.stdout?.once('data', () => started.stdout?.destroy());
    const run = await started;
    expect(run.exitCode, run.stderr?.toString()).toBe(0);
    expect(await live()).toEqual([]);
    expect(await left()).toEqual([]);
  });

  it('replaces in place where labs are used again, gives TAP, and keeps a lab that failed', { timeout: 600_000 }, async () => {
    const run = await place.run(['run', '--rehearse', '--distro', 'debian@12,rocky@9', '--cloud', 'aws', '--reuse', '--keep-failed', '--tap', '--copy', 'sub/test.sh', '--', 'sub/test.sh']);
    expect(run.exitCode, told(run)).toBe(10);
    expect(run.stdout.split('\n').filter((line) => !line.startsWith('  '))).toEqual(['TAP version 13', '1..2', 'ok 1 - debian@12', 'not ok 2 - rocky@9', '']);
    const [kept, ...others] = await live();
    expect([kept?.id, others]).toEqual([expect.stringMatching(/^debian-aws-/), []]);
    expect(run.stderr).toContain(`labtui destroy ${kept?.id ?? ''}`);
    const { stdout } = await place.run(['exec', kept?.id ?? '', '--', '. /etc/os-release; echo $ID']);
    expect(stdout).toBe('rocky\n');
    expect((await place.run(['destroy', kept?.id ?? '', '-y', '--json'])).exitCode).toBe(0);
    expect(await left()).toEqual([]);
  });

  it('refuses what cannot be before anything is made, and leaves it out where that was asked for', { timeout: 300_000 }, async () => {
    const refused = await place.run(['run', '--rehearse', '--distro', 'arch,debian@12', '--arch', 'arm64', '--cloud', 'aws', '--', 'true']);
    expect([refused.exitCode, refused.stderr]).toEqual([3, expect.stringContaining('--skip-impossible')]);
    const skipped = await place.run(['run', '--rehearse', '--distro', 'arch,debian@12', '--arch', 'arm64', '--cloud', 'aws', '--no-copy', '--skip-impossible', '--tap', '--', 'true']);
    expect([skipped.exitCode, skipped.stdout]).toEqual([0, expect.stringMatching(/^TAP version 13\n1\.\.2\nok 1 - arch.* # SKIP .*\nok 2 - debian@12\n$/)]);
    const none = await place.run(['run', '--rehearse', '--distro', 'debain@*', '--cloud', 'aws', '--', 'true']);
    expect([none.exitCode, none.stderr]).toEqual([3, expect.stringContaining("'debian@*'")]);
    expect((await place.run(['run', '--rehearse', '--distro', 'debian', '--cloud', 'aws'])).exitCode).toBe(2);
    expect((await place.run(['run', '--rehearse', '--distro', 'debian', '--cloud', 'aws', '--copy', 'nowhere', '--', 'true'])).exitCode).toBe(3);
    const report = await place.run(['run', '--rehearse', '--distro', 'debian', '--cloud', 'aws', '--junit', 'nowhere/labtui.xml', '--', 'true']);
    expect([report.exitCode, report.stderr]).toEqual([4, expect.stringContaining('a directory on the way to it is missing')]);
    const timeout = await place.run(['run', '--rehearse', '--distro', 'debian', '--cloud', 'aws', '--test-timeout', 'soon', '--', 'true']);
    expect([timeout.exitCode, timeout.stderr]).toEqual([2, expect.stringContaining('--test-timeout soon is no duration')]);
    expect(await live()).toEqual([]);
  });
});
