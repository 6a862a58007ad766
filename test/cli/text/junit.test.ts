import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { renderJunit } from '../../../src/cli/text/junit.ts';
import { tapHead, tapLine } from '../../../src/cli/text/tap.ts';
import type { CellResult } from '../../../src/core/matrix.ts';

const passed: CellResult = {
  label: 'debian@12-aws', distro: 'debian@12', cloud: 'aws:eu-west-1', arch: 'amd64', outcome: 'passed', testExitCode: 0, labExitCode: 0, reason: null, attempts: 1, session: 'debian-aws-abc234', kept: false, hourlyPrice: 0.04, collected: [], timings: { ready: 30_000, test: 1_500, total: 60_000 },
};
const failed: CellResult = { ...passed, label: 'rocky@9-aws', outcome: 'failed', testExitCode: 3, reason: 'ended with 3' };
const broken: CellResult = { ...passed, label: 'arch-aws', outcome: 'broken', testExitCode: null, labExitCode: 5, reason: 'quota "vCPU" <reached> & full', timings: { total: 9 } };
const skipped: CellResult = { ...passed, label: 'arch-gcp', outcome: 'skipped', testExitCode: null, reason: 'no image # there\nat all', session: null, attempts: 0, timings: { total: 0 } };
const stopped: CellResult = { ...broken, label: 'arch-azure', outcome: 'stopped', reason: null };

const count = z.coerce.number().int().min(0);
const seconds = z.string().regex(/^\d+\.\d{3}$/);
const counts = { '@name': z.string(), '@tests': count, '@failures': count, '@errors': count, '@skipped': count, '@time': seconds };
const verdict = z.strictObject({ '@message': z.string(), '@type': z.string() });
/** As CI services read it. */
const schema = z.strictObject({
  '?xml': z.strictObject({ '@version': z.literal('1.0'), '@encoding': z.literal('UTF-8') }),
  testsuites: z.strictObject({
    ...counts,
    testsuite: z.strictObject({
      ...counts,
      '@timestamp': z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
      testcase: z.array(z.strictObject({ '@name': z.string(), '@classname': z.string(), '@time': seconds, failure: verdict.optional(), error: verdict.optional(), skipped: z.strictObject({ '@message': z.string() }).optional(), 'system-out': z.string().optional() })),
    }),
  }),
});

function read(results: readonly CellResult[], output = '') {
  const xml = renderJunit({ results, outputOf: () => output, startedAt: new Date('2026-11-21T10:00:00.123Z'), durationMs: 61_234, command: "sh -c 'a & b'" });
  expect(SyntaxValidator.validate(xml)).toBe(true);
  return schema.parse(new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, trimValues: false, processEntities: true, htmlEntities: true, isArray: (name) => name === 'testcase', tagValueProcessor: (_, value) => value.trim() === '' ? '' : value }).parse(xml.replaceAll(/>\n</g, '><').trim())).testsuites;
}

describe('JUnit', () => {
  it('has a case for each cell, with why it did not pass, and counts that agree', () => {
    const { testsuite, ...all } = read([passed, failed, broken, skipped, stopped]);
    expect(all).toMatchObject({ '@tests': 5, '@failures': 1, '@errors': 2, '@skipped': 1, '@time': '61.234' });
    expect(testsuite).toMatchObject({ '@tests': 5, '@failures': 1, '@errors': 2, '@skipped': 1, '@name': "labtui run sh -c 'a & b'" });
    expect(testsuite.testcase).toEqual([
      { '@name': 'debian@12-aws', '@classname': 'aws.eu-west-1.amd64', '@time': '1.500' },
      { '@name': 'rocky@9-aws', '@classname': 'aws.eu-west-1.amd64', '@time': '1.500', failure: { '@message': 'ended with 3', '@type': 'exit 3' } },
      { '@name': 'arch-aws', '@classname': 'aws.eu-west-1.amd64', '@time': '0.000', error: { '@message': 'quota "vCPU" <reached> & full', '@type': 'lab' } },
      { '@name': 'arch-gcp', '@classname': 'aws.eu-west-1.amd64', '@time': '1.500'.replace('1.5', '0.0'), skipped: { '@message': expect.stringContaining('no image # there') as string } },
      { '@name': 'arch-azure', '@classname': 'aws.eu-west-1.amd64', '@time': '0.000', error: { '@message': 'stopped', '@type': 'stopped' } },
    ]);
  });

  it('keeps what the command wrote, whatever bytes that were', () => {
    const { testsuite } = read([failed], 'a < b && c > "d" ]]>\u001b[31mred\u0000\ud800 ü 漢 🐧');
    expect(testsuite.testcase[0]?.['system-out']).toBe('a < b && c > "d" ]]>\ufffd[31mred\ufffd\ufffd ü 漢 🐧');
  });
});

describe('TAP', () => {
  it('numbers cells, and says of each that did not pass why', () => {
    expect(tapHead(2)).toBe('TAP version 13\n1..2\n');
    expect(tapLine(passed, 1)).toBe('ok 1 - debian@12-aws\n');
    expect(tapLine(skipped, 2)).toBe('ok 2 - arch-gcp # SKIP no image \\# there at all\n');
    expect(tapLine(broken, 3)).toBe(
      'not ok 3 - arch-aws\n  ---\n  outcome: "broken"\n  message: "quota \\"vCPU\\" <reached> & full"\n  exit: null\n  labs: 1\n  session: "debian-aws-abc234"\n  duration_ms: 9\n  ...\n',
    );
  });
});
