import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface Sample {
  readonly wallMs: number;
  /** Peak resident memory of the process itself, MB. */
  readonly peakMb: number;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly expect?: readonly number[];
  /** It prints more than is to be kept. */
  readonly discardOutput?: boolean;
  /** What an earlier run made: removed before, not in its time. */
  readonly removeFirst?: string;
}

const probe = join(mkdtempSync(join(tmpdir(), 'labtui-probe-')), 'rss.cjs');
writeFileSync(
  probe,
  "if (process.env.LABTUI_BENCH_RSS) process.on('exit', () => require('node:fs').writeFileSync(process.env.LABTUI_BENCH_RSS, String(process.resourceUsage().maxRSS)));\n",
);

/** One run of a command: wall time, or (apart, since the probe costs time) peak memory. */
async function once(command: Command, memoryFile: string | null): Promise<number> {
  if (command.removeFirst !== undefined) rmSync(command.removeFirst, { force: true });
  const startedNs = process.hrtime.bigint();
  const { exitCode, stderr } = await execa(command.file, [...command.args], {
    cwd: command.cwd,
    env: { PATH: process.env.PATH, ...command.env, ...(memoryFile === null ? {} : { NODE_OPTIONS: `--require=${probe}`, LABTUI_BENCH_RSS: memoryFile }) },
    extendEnv: false,
    reject: false,
    ...(command.discardOutput === true ? { stdout: 'ignore' as const } : {}),
  });
  const wallMs = Number(process.hrtime.bigint() - startedNs) / 1e6;
  if (!(command.expect ?? [0]).includes(exitCode ?? -1)) throw new Error(`${command.file} ${command.args.join(' ')} ended with ${exitCode}: ${stderr}`);
  return wallMs;
}

/** Wall times of several commands taken in turn (A B C A B C ...), so that a drifting machine hits all alike. */
export async function inTurn(commands: readonly Command[], rounds: number): Promise<readonly (readonly number[])[]> {
  const times = commands.map((): number[] => []);
  for (const command of commands) await once(command, null);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, command] of commands.entries()) times[index]?.push(await once(command, null));
  }
  return times;
}

/** Peak memory of a Node command, MB. */
export async function peakMb(command: Command): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'labtui-rss-'));
  const file = join(directory, 'rss');
  await once(command, file);
  const kilobytes = Number(readFileSync(file, 'utf8'));
  rmSync(directory, { recursive: true });
  return kilobytes / 1024;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
