import type { ResultEvent } from '../../core/events.ts';
import type { Theme } from '../theme.ts';

/** What became of each stack, one a line; empty where there are not several. */
export function renderStacks({ stacks = {} }: Pick<ResultEvent, 'stacks'>, theme: Theme): string {
  const entries = Object.entries(stacks);
  if (entries.length < 2) return '';
  const widest = Math.max(...entries.map(([id]) => id.length));
  return entries
    .map(([id, { exitCode, stands, phase }]) => {
      if (exitCode === 0) return `  ${theme.good(theme.glyphs.ready)} ${id.padEnd(widest)}  ${phase}\n`;
      return `  ${theme.bad(theme.glyphs.failed)} ${id.padEnd(widest)}  failed (exit ${exitCode}), ${stands ? 'something of it stands' : 'nothing of it is left'}\n`;
    })
    .join('');
}
