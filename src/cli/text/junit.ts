import type { CellResult } from '../../core/matrix.ts';

export interface JunitReport {
  readonly results: readonly CellResult[];
  /** The end of what a cell's command wrote. */
  readonly outputOf: (result: CellResult) => string;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** The command, as it was given. */
  readonly command: string;
}

/**
 * A matrix run as JUnit XML, one test case for each cell: as the surefire schema has it, which CI services read. A lab that failed is an
 * error, a command that did is a failure.
 */
export function renderJunit({ results, outputOf, startedAt, durationMs, command }: JunitReport): string {
  const count = (...outcomes: readonly string[]): number => results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const numbers = { tests: results.length, failures: count('failed'), errors: count('broken', 'stopped'), skipped: count('skipped'), time: seconds(durationMs) };
  const suite = element('testsuite', { name: `labtui run ${command}`, ...numbers, timestamp: startedAt.toISOString().slice(0, 19) }, results.map((result) => testCase(result, outputOf(result))));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'labtui run', ...numbers }, [suite])}\n`;
}

function testCase(result: CellResult, output: string): string {
  const { label, cloud, arch, outcome, reason, testExitCode, timings } = result;
  const message = reason ?? outcome;
  const verdict = {
    passed: [],
    failed: [element('failure', { message, type: `exit ${testExitCode ?? 'unknown'}` }, [])],
    broken: [element('error', { message, type: 'lab' }, [])],
    stopped: [element('error', { message, type: 'stopped' }, [])],
    skipped: [element('skipped', { message }, [])],
  }[outcome];
  const said = output === '' ? [] : [`<system-out>${escaped(output)}</system-out>`];
  return element('testcase', { name: label, classname: `${cloud.replace(':', '.')}.${arch}`, time: seconds(timings.test ?? 0) }, [...verdict, ...said]);
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, children: readonly string[]): string {
  const head = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(String(value))}"`)].join(' ');
  return children.length === 0 ? `<${head}/>` : `<${head}>\n${children.join('\n')}\n</${name}>`;
}

/** XML 1.0 has no place for control characters other than tab and line ends, not even as references. */
function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is meant
  const allowed = text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff\p{Cs}]/gu, '\ufffd');
  return allowed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\r', '&#13;');
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
