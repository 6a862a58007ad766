import type { CellResult } from '../../core/matrix.ts';

/** The first lines of a matrix run as TAP, version 13. */
export function tapHead(count: number): string {
  return `TAP version 13\n1..${count}\n`;
}

/** One cell's lines, the number of it from 1. */
export function tapLine(result: CellResult, number: number): string {
  const { outcome, label, reason, testExitCode, attempts, session, timings } = result;
  if (outcome === 'skipped') return `ok ${number} - ${label} # SKIP ${oneLine(reason ?? '')}\n`;
  if (outcome === 'passed') return `ok ${number} - ${label}\n`;
  const facts = { outcome, message: reason ?? '', exit: testExitCode, labs: attempts, session, duration_ms: Math.round(timings.total) };
  // JSON of one value is YAML too.
  const lines = Object.entries(facts).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
  return `not ok ${number} - ${label}\n  ---\n${lines.join('\n')}\n  ...\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('#', '\\#');
}
