import { type Command, complain, type Process, unlessInterrupted } from '../shell/process.ts';
import { linesOf, readAll } from '../shell/streams.ts';
import { readOptions } from './options.ts';
import { formatted } from './printf.ts';
import { eachSource } from './sources.ts';

async function cat(args: readonly string[], process: Process): Promise<number> {
  return eachSource('cat', readOptions(args).rest, process, async (input) => {
    for (let chunk = await input.read(); chunk !== null; chunk = await input.read()) await process.stdout.write(chunk);
  });
}

async function echo(args: readonly string[], { stdout }: Process): Promise<number> {
  const bare = args[0] === '-n';
  const escapes = args[0] === '-e';
  const text = args.slice(bare || escapes ? 1 : 0).join(' ');
  await stdout.write(`${escapes ? formatted('%b', [text]) : text}${bare ? '' : '\n'}`);
  return 0;
}

async function head(args: readonly string[], process: Process): Promise<number> {
  const { values, rest } = readOptions(shortCount(args), 'nc');
  const bytes = values.get('c');
  return eachSource('head', rest, process, async (input) => {
    if (bytes !== undefined) {
      let left = Number(bytes);
      while (left > 0) {
        const chunk = await input.read();
        if (chunk === null) return;
        await process.stdout.write(chunk.subarray(0, left));
        if (chunk.length > left) input.unread(chunk.subarray(left));
        left -= chunk.length;
      }
      return;
    }
    let left = Number(values.get('n') ?? '10');
    if (left <= 0) return;
    for await (const line of linesOf(input)) {
      await process.stdout.write(`${line}\n`);
      left -= 1;
      if (left <= 0) return;
    }
  });
}

async function tail(args: readonly string[], process: Process): Promise<number> {
  const { values, flags, rest } = readOptions(shortCount(args), 'nc');
  const count = values.get('n') ?? '10';
  const code = await eachSource('tail', rest, process, async (input) => {
    const all = await readAll(input);
    const bytes = values.get('c');
    if (bytes !== undefined) return process.stdout.write(all.subarray(Math.max(0, all.length - Number(bytes))));
    const lines = all.toString('utf8').split('\n');
    const ended = lines.at(-1) === '';
    if (ended) lines.pop();
    const shown = count.startsWith('+') ? lines.slice(Math.max(0, Number(count) - 1)) : lines.slice(Math.max(0, lines.length - Number(count)));
    return process.stdout.write(shown.map((line) => `${line}\n`).join(''));
  });
  // Nothing is ever added to the files here, so that following one is waiting.
  if (flags.has('f') || flags.has('F')) await unlessInterrupted(new Promise<never>(() => undefined), process.signal);
  return code;
}

function shortCount(args: readonly string[]): readonly string[] {
  return args.map((arg) => (/^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg));
}

async function wc(args: readonly string[], process: Process): Promise<number> {
  const { flags, rest } = readOptions(args);
  return eachSource('wc', rest, process, async (input, name) => {
    const counts = { l: 0, w: 0, c: 0 };
    let inWord = false;
    for (let chunk = await input.read(); chunk !== null; chunk = await input.read()) {
      counts.c += chunk.length;
      for (const byte of chunk) {
        if (byte === 0x0a) counts.l += 1;
        const space = byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
        if (!space && !inWord) counts.w += 1;
        inWord = !space;
      }
    }
    const asked = (['l', 'w', 'c'] as const).filter((what) => flags.size === 0 || flags.has(what));
    const numbers = asked.map((what) => String(counts[what])).map((text) => (asked.length > 1 ? text.padStart(7) : text));
    await process.stdout.write(`${numbers.join(' ')}${name === '-' ? '' : ` ${name}`}\n`);
  });
}

export const textCommands: Readonly<Record<string, Command>> = {
  cat,
  echo,
  head,
  tail,
  wc,
  printf: async ([format, ...values], process) => {
    if (format === undefined) return complain(process, 'printf: usage: printf FORMAT [ARGUMENT]...', 2);
    await process.stdout.write(formatted(format, values));
    return 0;
  },
  tr: async ([from = '', to = ''], process) => {
    const remove = from === '-d';
    const set = rangesIn(remove ? to : from);
    const into = rangesIn(to);
    for (let chunk = await process.stdin.read(); chunk !== null; chunk = await process.stdin.read()) {
      const text = Array.from(chunk.toString('latin1')).map((char) => {
        const at = set.indexOf(char);
        if (at < 0) return char;
        return remove ? '' : (into[Math.min(at, into.length - 1)] ?? '');
      });
      await process.stdout.write(Buffer.from(text.join(''), 'latin1'));
    }
    return 0;
  },
};

function rangesIn(text: string): readonly string[] {
  const plain = formatted('%b', [text]).replace(/(.)-(.)/g, (_, from: string, to: string) => {
    const count = Math.max(0, to.charCodeAt(0) - from.charCodeAt(0)) + 1;
    return String.fromCharCode(...Array.from({ length: count }, (_unused, n) => from.charCodeAt(0) + n));
  });
  return Array.from(plain);
}
