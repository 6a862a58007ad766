const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', '\\': '\\', '0': '\0', e: '\x1b' };

/** Text as `printf` prints it: the format again as long as there are values. */
export function formatted(format: string, values: readonly string[]): string {
  let left = [...values];
  let text = '';
  do {
    const before = left.length;
    const { printed, rest } = once(format, left);
    text += printed;
    left = rest;
    if (left.length === before) break;
  } while (left.length > 0);
  return text;
}

function once(format: string, values: readonly string[]): { readonly printed: string; readonly rest: string[] } {
  const rest = [...values];
  const printed = unescaped(format).replace(/%(-?)(0?)(\d*)(?:\.\d+)?([sdibxc%])/g, (_, left: string, zero: string, width: string, kind: string) => {
    if (kind === '%') return '%';
    const value = rest.shift() ?? '';
    const text = converted(kind, value);
    return left === '' ? text.padStart(Number(width), zero === '' ? ' ' : '0') : text.padEnd(Number(width));
  });
  return { printed, rest };
}

function converted(kind: string, value: string): string {
  if (kind === 's') return value;
  if (kind === 'b') return unescaped(value);
  if (kind === 'c') return value.charAt(0);
  const number = Math.trunc(Number(value === '' ? '0' : value));
  return Number.isFinite(number) ? number.toString(kind === 'x' ? 16 : 10) : '0';
}

function unescaped(text: string): string {
  return text.replace(/\\(x[0-9a-f]{2}|[ntrae0\\])/gi, (whole, code: string) =>
    code.length > 1 ? String.fromCharCode(parseInt(code.slice(1), 16)) : (escapes[code] ?? whole),
  );
}
