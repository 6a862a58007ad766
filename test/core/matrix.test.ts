import { describe, expect, it } from 'vitest';
import type { Distro } from '../../src/core/distro.ts';
import { type CellOutcome, type CellResult, exitCodeOfCells, labelled, matchingDistros } from '../../src/core/matrix.ts';

const distro = (name: string, versions: readonly (readonly [string, string | null])[], aliases: readonly string[] = []): Distro => ({
  name,
  title: name,
  aliases,
  homepage: null,
  file: `${name}.yaml`,
  versions: versions.map(([version, endOfLife]) => ({ version, codename: null, endOfLife, latestEligible: true, defaultUser: name, serviceManager: 'systemd', images: [] })),
});

const distros = [distro('debian', [['13', '2030-06-30'], ['12', '2028-06-30'], ['11', '2026-08-31']]), distro('arch', [['rolling', null]], ['archlinux']), distro('opensuse-leap', [['16.0', '2027-10-31']])];
const today = '2026-11-21';

describe('patterns of distros', () => {
  it('stand for every version that is in support on the day, the last day of it included', () => {
    expect(matchingDistros('debian@*', distros, today)).toEqual(['debian@13', 'debian@12']);
    expect(matchingDistros('debian@*', distros, '2028-06-30')).toEqual(['debian@13', 'debian@12']);
    expect(matchingDistros('debian@*', distros, '2028-07-01')).toEqual(['debian@13']);
    expect(matchingDistros('*@*', distros, today)).toEqual(['debian@13', 'debian@12', 'arch@rolling', 'opensuse-leap@16.0']);
    expect(matchingDistros('archlinux@*', distros, today)).toEqual(['arch@rolling']);
  });

  it('without a version stand for names, and what is no letter means itself', () => {
    expect(matchingDistros('*', distros, today)).toEqual(['debian', 'arch', 'opensuse-leap']);
    expect(matchingDistros('OPEN*', distros, today)).toEqual(['opensuse-leap']);
    expect(matchingDistros('opensuse-leap@16.*', distros, today)).toEqual(['opensuse-leap@16.0']);
    expect(matchingDistros('opensuse-leap@16?*', distros, today)).toEqual([]);
    expect(matchingDistros('deb*@14', distros, today)).toEqual([]);
  });
});

describe('labels of cells', () => {
  it('say what differs', () => {
    const cell = { distro: 'debian@12', cloud: 'aws', arch: 'amd64' } as const;
    const labels = (cells: Parameters<typeof labelled>[0]) => labelled(cells).map(({ label }) => label);
    expect(labels([cell])).toEqual(['debian@12']);
    expect(labels([cell, { ...cell, distro: 'debian@13' }])).toEqual(['debian@12', 'debian@13']);
    expect(labels([cell, { ...cell, arch: 'arm64' }])).toEqual(['debian@12-amd64', 'debian@12-arm64']);
    expect(labels([cell, { ...cell, cloud: 'aws:eu-west-1' }])).toEqual(['debian@12-aws', 'debian@12-aws-eu-west-1']);
  });
});

describe('exit code of a matrix run', () => {
  const result = (outcome: CellOutcome, labExitCode = 0): CellResult => ({
    label: 'debian@12', distro: 'debian@12', cloud: 'aws', arch: 'amd64', outcome, testExitCode: null, labExitCode, reason: null, attempts: 1, session: null, kept: false, hourlyPrice: null, collected: [], timings: { total: 1 },
  });
  it.each([
    ['all passed', [result('passed'), result('passed')], null, 0],
    ['what cannot be does not count', [result('passed'), result('skipped')], null, 0],
    ['a test failed', [result('passed'), result('failed')], null, 10],
    ['a lab failed as well', [result('failed'), result('broken', 5)], null, 5],
    ['labs failed in several ways', [result('broken', 6), result('broken', 4), result('broken', 5)], null, 5],
    ['passed, and something is left', [result('passed', 7), result('broken', 5)], null, 7],
    ['the user stopped it', [result('failed'), result('stopped')], 130, 130],
  ])('%s', (_, results, stopped, exitCode) => {
    expect(exitCodeOfCells(results, stopped)).toBe(exitCode);
  });
});
