import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editField, textField } from '../../../src/tui/model/text-field.ts';
import { shellLine } from '../../../src/core/shell-word.ts';
import { splitWords } from '../../../src/tui/model/words.ts';
import { frameDifference } from '../../../src/tui/terminal/frame-writer.ts';
import { layOut } from '../../../src/tui/widgets/columns.ts';
import { windowOf } from '../../../src/tui/widgets/window.ts';
import { displayWidth, fitToWidth } from '../../../src/core/display-width.ts';

describe('a text field', () => {
  it('edits as a shell does', () => {
    const keys = ['left', 'left', 'backspace', 'X', 'end', '!', 'home', 'delete'];
    const edited = keys.reduce((field, key) => editField(field, key, Array.from(key).length === 1 ? key : ''), textField('abcd'));
    expect(edited).toEqual({ text: 'Xcd!', cursor: 0 });
    expect(editField(textField('one two '), 'ctrl-w', '')).toEqual({ text: 'one ', cursor: 4 });
    expect(editField(textField('日本'), 'backspace', '').text).toBe('日');
  });
});

describe('words of a command line', () => {
  it('are split as a shell splits them, and joined so that it would', () => {
    expect(splitWords(`exec lab -- sh -c 'echo "a b"' \\$x ""`)).toEqual(['exec', 'lab', '--', 'sh', '-c', 'echo "a b"', '$x', '']);
    expect(splitWords(`'open`)).toBeNull();
    fc.assert(fc.property(fc.array(fc.string()), (words) => {
      expect(splitWords(shellLine(words))).toEqual(words);
    }));
  });
});

describe('a table', () => {
  const rows = [{ name: 'kernel-lab', note: 'x'.repeat(50) }];
  const columns = [
    { title: 'NAME', priority: 1, value: ({ name }: { name: string }) => ({ text: name }) },
    { title: 'NOTE', priority: 5, value: ({ note }: { note: string }) => ({ text: note }) },
  ] as const;
  it('drops what is least important where there is no room, and is never wider than it may be', () => {
    expect(layOut<{ name: string; note: string }>(columns, rows, 100, '…').heading).toContain('NOTE');
    expect(layOut<{ name: string; note: string }>(columns, rows, 30, '…').heading.trimEnd()).toBe('NAME');
    for (let width = 4; width < 70; width += 1) {
      const table = layOut<{ name: string; note: string }>(columns, rows, width, '…');
      const [row] = rows;
      const text = row === undefined ? '' : table.spans(row).map((span) => span.text).join('');
      expect(displayWidth(text)).toBeLessThanOrEqual(Math.max(width, 4));
    }
  });
});

describe('a list that does not fit', () => {
  it('shows the selected one, and as many as fit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(299), fc.integer({ min: 1, max: 60 }), (count, at, fitting) => {
        const selected = Math.min(at, count - 1);
        const { from, to } = windowOf(count, selected, fitting);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(count);
        expect(to - from).toBe(Math.min(count, fitting));
        expect(selected).toBeGreaterThanOrEqual(from);
        expect(selected).toBeLessThan(to);
      }),
    );
  });
});

describe('a text in so many columns', () => {
  it('takes exactly them, also with wide and combining characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '日', 'é', 'e\u0301', '●') }), fc.integer({ min: 2, max: 30 }), (text, columns) => {
        expect(displayWidth(fitToWidth(text, columns))).toBe(columns);
      }),
    );
  });
});

describe('a frame', () => {
  it('writes only lines that changed', () => {
    expect(frameDifference(['a', 'b'], ['a', 'b'])).toBe('');
    const text = frameDifference(['a', 'b', 'c'], ['a', 'X']);
    expect(text).toContain('\u001b[2;1HX');
    expect(text).toContain('\u001b[3;1H');
    expect(text).not.toContain('\u001b[1;1H');
  });
});
