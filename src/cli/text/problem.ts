import type { Problem } from '../../core/errors.ts';
import type { Theme } from '../theme.ts';

type Shown = Readonly<Partial<Record<'code' | 'summary' | 'detail' | 'hint' | 'address', string | null | undefined>>>;

/** An error as people read it: the fact, where, and the way out. */
export function renderProblem(problem: Problem | Shown, theme: Theme, severity: 'error' | 'warning' = 'error'): string {
  const head = severity === 'error' ? theme.bad('error:') : theme.warn('warning:');
  const code = problem.code && !problem.summary?.includes(problem.code) ? ` (${problem.code})` : '';
  const lines = [`${head} ${problem.summary ?? ''}${code}`];
  if (problem.address) lines.push(`  at:    ${problem.address}`);
  if (problem.detail) lines.push(...problem.detail.split('\n').map((line) => theme.dim(`  ${line}`).trimEnd()));
  if (problem.hint) lines.push(...problem.hint.split('\n').map((line, index) => `  ${index === 0 ? 'try:  ' : '      '} ${line}`));
  return `${lines.join('\n')}\n`;
}
