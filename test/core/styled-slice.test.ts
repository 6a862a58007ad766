import { describe, expect, it } from 'vitest';
import { sliceStyled } from '../../src/core/styled-slice.ts';

const red = '\u001b[31m';
const plain = '\u001b[39m';

describe('sliceStyled', () => {
  it('cuts by columns and keeps every escape sequence', () => {
    expect(sliceStyled(`${red}abcdef${plain}gh`, 2, 4)).toBe(`${red}cd${plain}`);
    expect(sliceStyled('abcdef', 3)).toBe('def');
  });

  it('leaves a space of a wide character that is cut in two', () => {
    expect(sliceStyled('a漢b', 0, 2)).toBe('a ');
    expect(sliceStyled('a漢b', 2, 4)).toBe(' b');
    expect(sliceStyled('a漢b', 1, 3)).toBe('漢');
  });

  it('keeps a combining mark with its letter', () => {
    expect(sliceStyled('e\u0301x', 0, 1)).toBe('e\u0301');
    expect(sliceStyled('e\u0301x', 1, 2)).toBe('x');
  });
});
