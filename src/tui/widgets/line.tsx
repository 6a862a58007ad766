import { Text } from 'ink';
import { Fragment, type ReactElement } from 'react';
import { cutToWidth, displayWidth } from '../../core/display-width.ts';
import { theme, type Tone } from '../theme.ts';

/** A piece of a line in one style. */
export interface Span {
  readonly text: string;
  /** @default 'plain' */
  readonly tone?: Tone | undefined;
}

/** One line of the screen, never wider than `columns`; a selected one is drawn over its whole width. */
export function Line({ spans, columns, selected = false }: { readonly spans: readonly Span[]; readonly columns: number; readonly selected?: boolean }): ReactElement {
  const cut = cutSpans(spans, columns);
  if (selected) {
    const text = cut.map((span) => span.text).join('');
    return <Text {...theme.selected}>{text + ' '.repeat(Math.max(0, columns - displayWidth(text)))}</Text>;
  }
  return (
    <Text wrap="truncate">
      {cut.map(({ text, tone = 'plain' }, index) => (
        <Fragment key={index}>{tone === 'plain' ? text : <Text {...theme[tone]}>{text}</Text>}</Fragment>
      ))}
      {cut.length === 0 ? ' ' : ''}
    </Text>
  );
}

/** As much of the pieces as fits; control characters are taken out: what a log says cannot move the cursor. */
export function cutSpans(spans: readonly Span[], columns: number): readonly Span[] {
  const kept: Span[] = [];
  let left = columns;
  for (const { text, tone } of spans) {
    if (left <= 0) break;
    const clean = text.replace(/\p{Cc}+/gu, ' ');
    const cut = cutToWidth(clean, left);
    left -= displayWidth(cut);
    if (cut !== '') kept.push({ text: cut, tone });
    if (cut !== clean) break;
  }
  return kept;
}
