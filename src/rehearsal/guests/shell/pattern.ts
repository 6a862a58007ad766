import type { Files } from '../files.ts';

/** A shell pattern as a regular expression over a whole text. Characters after a backslash are plain. */
export function patternOf(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === '\\') {
      at += 1;
      source += escaped(pattern.charAt(at));
    } else if (char === '*') source += '[^]*';
    else if (char === '?') source += '[^]';
    else if (char === '[' && pattern.indexOf(']', at + 2) > 0) {
      const end = pattern.indexOf(']', at + 2);
      const set = pattern.slice(at + 1, end).replaceAll('\\', '');
      source += `[${set.replace(/^!/, '^')}]`;
      at = end;
    } else source += escaped(char);
  }
  return new RegExp(`^${source}$`);
}

/** Paths that a pattern names, sorted; none: it is left as it is. */
export function pathsLike(pattern: string, files: Files, directory: string): readonly string[] {
  const absolute = pattern.startsWith('/');
  let found = [absolute ? '' : null] as readonly (string | null)[];
  for (const part of pattern.split('/').slice(absolute ? 1 : 0)) {
    const matches = patternOf(part);
    found = found.flatMap((base) => {
      const at = base === null ? directory : base === '' ? '/' : absolute ? base : `${directory}/${base}`;
      const names = files.list(at).filter((name) => matches.test(name) && (part.startsWith('.') || !name.startsWith('.')));
      return names.map((name) => (base === null ? name : `${base}/${name}`));
    });
  }
  return found.flatMap((path) => path ?? []);
}

/** The text with what a pattern would take for its own put behind backslashes. */
export function literally(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}

/** What a pattern without wildcards names: its backslashes taken away. */
export function unescaped(pattern: string): string {
  return pattern.replace(/\\(.)/gs, '$1');
}

function escaped(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
