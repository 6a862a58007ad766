import { setTimeout as delay } from 'node:timers/promises';
import { type Command, complain, Interrupted, type Process, signalName, unlessInterrupted } from '../shell/process.ts';
import { create, open, RedirectError } from '../shell/redirects.ts';
import type { Input, Output } from '../shell/streams.ts';
import { readOptions } from './options.ts';

const units: Readonly<Partial<Record<string, number>>> = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 };

/** `10`, `0.5`, `2m` in seconds; null: it is none. */
export function secondsOf(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?|\.\d+)([smhd]?)$/.exec(text);
  return match === null ? null : Number(match[1]) * (units[match[2] ?? ''] ?? 1);
}

async function sleep(args: readonly string[], process: Process): Promise<number> {
  const times = args.map((arg) => (arg === 'infinity' ? 2_000_000 : secondsOf(arg)));
  if (times.length === 0) return complain(process, 'sleep: missing operand');
  let seconds = 0;
  for (const [index, time] of times.entries()) {
    if (time === null) return complain(process, `sleep: invalid time interval '${args[index] ?? ''}'`);
    seconds += time;
  }
  const ms = Math.min(seconds * 1_000, 2_000_000_000);
  try {
    await delay(ms, undefined, { signal: process.signal });
  } catch (error) {
    if (process.signal.aborted) throw new Interrupted(signalName(process.signal));
    throw error;
  }
  return 0;
}

const pieceBytes = 65_536;

async function seq(args: readonly string[], process: Process): Promise<number> {
  const { values, rest } = readOptions(args.filter((arg) => arg !== '-w'), 's');
  const numbers = (args.some((arg) => /^-\d/.test(arg)) ? args : rest).map(Number);
  if (numbers.length === 0 || numbers.length > 3 || numbers.some((number) => !Number.isFinite(number))) {
    return complain(process, 'seq: usage: seq [FIRST [STEP]] LAST');
  }
  const last = numbers.at(-1) ?? 0;
  const first = numbers.length > 1 ? (numbers[0] ?? 1) : 1;
  const step = numbers.length > 2 ? (numbers[1] ?? 1) : 1;
  if (step === 0) return complain(process, 'seq: the step is 0');
  const separator = values.get('s') ?? '\n';
  let piece = '';
  let printed = false;
  for (let n = first; step > 0 ? n <= last : n >= last; n += step) {
    piece += `${printed ? separator : ''}${n}`;
    printed = true;
    if (piece.length < pieceBytes) continue;
    await unlessInterrupted(process.stdout.write(piece), process.signal);
    piece = '';
  }
  await process.stdout.write(printed ? `${piece}\n` : '');
  return 0;
}

async function yes(args: readonly string[], process: Process): Promise<number> {
  const line = `${args.length === 0 ? 'y' : args.join(' ')}\n`;
  const piece = Buffer.from(line.repeat(Math.max(1, Math.floor(pieceBytes / line.length))), 'utf8');
  for (;;) await unlessInterrupted(process.stdout.write(piece), process.signal);
}

const factors: Readonly<Partial<Record<string, number>>> = {
  '': 1, c: 1, k: 1_024, K: 1_024, kB: 1_000, M: 1_048_576, MB: 1_000_000, G: 1_073_741_824, GB: 1_000_000_000,
};

function sizeOf(text: string | undefined): number | null {
  const match = /^(\d+)([cKkMG]B?|kB)?$/.exec(text ?? '');
  return match === null ? null : Number(match[1]) * (factors[match[2] ?? ''] ?? factors[(match[2] ?? '').charAt(0)] ?? 1);
}

async function dd(args: readonly string[], process: Process): Promise<number> {
  const values = new Map(args.map((arg) => [arg.split('=', 1)[0] ?? '', arg.slice(arg.indexOf('=') + 1)]));
  const blockSize = sizeOf(values.get('bs') ?? '512');
  const count = values.has('count') ? sizeOf(values.get('count')) : Number.POSITIVE_INFINITY;
  if (blockSize === null || count === null) return complain(process, `dd: invalid number: '${values.get('bs') ?? ''}'`);
  let input: Input;
  let output: Output;
  try {
    input = values.has('if') ? open(values.get('if') ?? '', process.stdin, { process }) : process.stdin;
    const to = values.get('of') ?? '-';
    output = to === '-' ? process.stdout : create(to, false, process, { process });
  } catch (error) {
    if (error instanceof RedirectError) return complain(process, `dd: failed to open ${error.message}`);
    throw error;
  }
  const startedAt = Date.now();
  let left = blockSize * count;
  let copied = 0;
  while (left > 0) {
    const chunk = await unlessInterrupted(input.read(), process.signal);
    if (chunk === null) break;
    const piece = chunk.subarray(0, left);
    if (piece.length < chunk.length && piece.length > 0 && input === process.stdin) input.unread(chunk.subarray(piece.length));
    await unlessInterrupted(output.write(piece), process.signal);
    copied += piece.length;
    left -= piece.length;
  }
  const blocks = `${Math.floor(copied / blockSize)}+${copied % blockSize === 0 ? 0 : 1}`;
  const seconds = Math.max(0.001, (Date.now() - startedAt) / 1_000);
  if (values.get('status') !== 'none') {
    await process.stderr.write(`${blocks} records in\n${blocks} records out\n${copied} bytes copied, ${seconds.toFixed(3)} s, ${(copied / seconds / 1e6).toFixed(1)} MB/s\n`);
  }
  return 0;
}

async function tee(args: readonly string[], process: Process): Promise<number> {
  const { flags, rest } = readOptions(args);
  let outputs: readonly Output[];
  try {
    outputs = [process.stdout, ...rest.map((file) => create(file, flags.has('a'), process, { process }))];
  } catch (error) {
    if (error instanceof RedirectError) return complain(process, `tee: ${error.message}`);
    throw error;
  }
  for (let chunk = await process.stdin.read(); chunk !== null; chunk = await process.stdin.read()) {
    for (const output of outputs) await output.write(chunk);
  }
  return 0;
}

export const flowCommands: Readonly<Record<string, Command>> = {
  true: () => Promise.resolve(0),
  false: () => Promise.resolve(1),
  sleep,
  seq,
  yes,
  dd,
  tee,
};
