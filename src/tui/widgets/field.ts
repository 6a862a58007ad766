import { displayWidth } from '../../core/display-width.ts';
import type { TextField } from '../model/text-field.ts';
import type { Span } from './line.tsx';

/** A text field as pieces of a line: the cursor is drawn over its character; of a long text the part around it is seen. */
export function fieldSpans({ text, cursor }: TextField, columns: number, focused: boolean): readonly Span[] {
  const characters = Array.from(text);
  let before = characters.slice(0, cursor);
  while (before.length > 0 && displayWidth(before.join('')) >= columns) before = before.slice(1);
  if (!focused) return [{ text: characters.join('') }];
  return [{ text: before.join('') }, { text: characters[cursor] ?? ' ', tone: 'selected' }, { text: characters.slice(cursor + 1).join('') }];
}
