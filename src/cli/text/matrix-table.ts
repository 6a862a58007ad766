import { formatDuration } from '../../core/duration.ts';
import type { CellResult } from '../../core/matrix.ts';
import type { CliContext } from '../context.ts';
import { renderTable } from './table.ts';

/** All cells of a run in one table, and why those that did not pass did not. */
export function renderMatrix(results: readonly CellResult[], { theme, columns }: Pick<CliContext, 'theme' | 'columns'>): string {
  const time = (ms: number | undefined): string => (ms === undefined ? theme.glyphs.dash : formatDuration(ms));
  const table = renderTable(
    results,
    [
      { title: 'CELL', value: ({ label }) => label },
      { title: 'OUTCOME', value: ({ outcome }) => outcome },
      { title: 'EXIT', align: 'right', value: ({ testExitCode }) => (testExitCode === null ? theme.glyphs.dash : String(testExitCode)) },
      { title: 'READY', align: 'right', value: ({ timings }) => time(timings.ready) },
      { title: 'TEST', align: 'right', value: ({ timings }) => time(timings.test) },
      { title: 'TOTAL', align: 'right', value: ({ timings }) => time(timings.total) },
      { title: 'LABS', align: 'right', value: ({ attempts }) => String(attempts) },
      { title: 'SESSION', value: ({ session }) => session ?? theme.glyphs.dash },
    ],
    columns,
  );
  const reasons = results.flatMap(({ label, outcome, reason, kept, session }) => [
    ...(reason === null || outcome === 'passed' ? [] : [`  ${label}: ${reason}`]),
    ...(kept && session !== null ? [`  ${label}: kept as ${session}; labtui ssh ${session}, then: labtui destroy ${session}`] : []),
  ]);
  return [table, ...reasons].join('\n');
}

/** `12 cells: 10 passed, 1 failed, 1 broken` */
export function countCells(results: readonly CellResult[]): string {
  const outcomes = ['passed', 'failed', 'broken', 'skipped', 'stopped'] as const;
  const counts = outcomes.map((outcome) => [results.filter((result) => result.outcome === outcome).length, outcome] as const);
  return `${results.length === 1 ? '1 cell' : `${results.length} cells`}: ${counts.flatMap(([count, outcome]) => (count === 0 ? [] : [`${count} ${outcome}`])).join(', ')}`;
}
