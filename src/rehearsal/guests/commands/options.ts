/** Single letters and their values, taken from the front of the arguments; the rest is what they are about. */
export interface Options {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

/** Reads `-n 5`, `-n5`, `-qx`, `--`. `valued`: letters that take a value. Long options are flags by their name. */
export function readOptions(args: readonly string[], valued = ''): Options {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  let at = 0;
  for (; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--') {
      at += 1;
      break;
    }
    if (!/^-./.test(arg)) break;
    if (arg.startsWith('--')) {
      flags.add(arg.slice(2));
      continue;
    }
    for (let letter = 1; letter < arg.length; letter += 1) {
      const name = arg.charAt(letter);
      if (!valued.includes(name)) {
        flags.add(name);
        continue;
      }
      const attached = arg.slice(letter + 1);
      if (attached === '') at += 1;
      values.set(name, attached === '' ? (args[at] ?? '') : attached);
      break;
    }
  }
  return { flags, values, rest: args.slice(at) };
}
