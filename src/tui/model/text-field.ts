/** A line of text being edited. */
export interface TextField {
  readonly text: string;
  /** Before which character the cursor is, 0 to the text's length in code points. */
  readonly cursor: number;
}

export function textField(text = ''): TextField {
  return { text, cursor: Array.from(text).length };
}

/** The field after a key: a printable text is inserted, the usual keys of a shell's line move and delete. */
export function editField({ text, cursor }: TextField, key: string, typed: string): TextField {
  const characters = Array.from(text);
  const before = characters.slice(0, cursor);
  const after = characters.slice(cursor);
  const made = (left: readonly string[], right: readonly string[]): TextField => ({ text: [...left, ...right].join(''), cursor: left.length });
  switch (key) {
    case 'backspace':
      return made(before.slice(0, -1), after);
    case 'delete':
      return made(before, after.slice(1));
    case 'left':
      return made(before.slice(0, -1), [...before.slice(-1), ...after]);
    case 'right':
      return made([...before, ...after.slice(0, 1)], after.slice(1));
    case 'home':
    case 'ctrl-a':
      return made([], characters);
    case 'end':
    case 'ctrl-e':
      return made(characters, []);
    case 'ctrl-u':
      return made([], after);
    case 'ctrl-w': {
      const word = /\S+\s*$/u.exec(before.join(''))?.[0] ?? '';
      return made(before.slice(0, before.length - Array.from(word).length), after);
    }
    default:
      return typed === '' ? { text, cursor } : made([...before, ...Array.from(typed)], after);
  }
}
