import { createHash } from 'node:crypto';
import { type Command, complain, type Process } from '../shell/process.ts';
import { linesOf } from '../shell/streams.ts';
import { readOptions } from './options.ts';
import { eachSource } from './sources.ts';

async function grep(args: readonly string[], process: Process): Promise<number> {
  const { flags, values, rest } = readOptions(args, 'em');
  const [first = '', ...files] = values.has('e') ? [values.get('e') ?? '', ...rest] : rest;
  let pattern: RegExp;
  try {
    pattern = new RegExp(flags.has('F') ? first.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : first, flags.has('i') ? 'i' : '');
  } catch {
    return complain(process, `grep: ${first}: not a pattern that this simulated guest understands`, 2);
  }
  let count = 0;
  const code = await eachSource('grep', files, process, async (input, name) => {
    for await (const line of linesOf(input)) {
      if (pattern.test(line) === flags.has('v')) continue;
      count += 1;
      if (!flags.has('q') && !flags.has('c')) await process.stdout.write(`${files.length > 1 && !flags.has('h') ? `${name}:` : ''}${line}\n`);
    }
  });
  if (flags.has('c')) await process.stdout.write(`${count}\n`);
  return code === 0 ? (count > 0 ? 0 : 1) : 2;
}

async function cut(args: readonly string[], process: Process): Promise<number> {
  const { values, rest } = readOptions(args, 'dfc');
  const delimiter = values.get('d') ?? '\t';
  const [from = '1', to] = (values.get('f') ?? values.get('c') ?? '1').split(/(?=-)|,/).map((part) => part.replace('-', ''));
  return eachSource('cut', rest, process, async (input) => {
    for await (const line of linesOf(input)) {
      const parts = values.has('c') ? Array.from(line) : line.split(delimiter);
      const start = Number(from === '' ? '1' : from);
      const end = to === undefined ? start : to === '' ? parts.length : Number(to);
      await process.stdout.write(`${parts.slice(start - 1, end).join(values.has('c') ? '' : delimiter)}\n`);
    }
  });
}

async function sort(args: readonly string[], process: Process): Promise<number> {
  const { flags, rest } = readOptions(args);
  const lines: string[] = [];
  const code = await eachSource('sort', rest, process, async (input) => {
    for await (const line of linesOf(input)) lines.push(line);
  });
  lines.sort(flags.has('n') ? (a, b) => Number(a) - Number(b) : undefined);
  if (flags.has('r')) lines.reverse();
  const shown = flags.has('u') ? [...new Set(lines)] : lines;
  await process.stdout.write(shown.map((line) => `${line}\n`).join(''));
  return code;
}

const digest = (name: string, algorithm: string): Command => (args, process) =>
  eachSource(name, args, process, async (input, file) => {
    const hash = createHash(algorithm);
    for (let chunk = await input.read(); chunk !== null; chunk = await input.read()) hash.update(chunk);
    await process.stdout.write(`${hash.digest('hex')}  ${file}\n`);
  });

export const filterCommands: Readonly<Record<string, Command>> = {
  grep,
  cut,
  sort,
  sha256sum: digest('sha256sum', 'sha256'),
  md5sum: digest('md5sum', 'md5'),
};
