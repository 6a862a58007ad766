import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingTerminal } from '../support/terminal-emulator.ts';
import { logEvent, writeSession } from '../support/written-sessions.ts';
import { median } from './measure.ts';
import type { Report } from './rehearsal.ts';
import { TerminalProbe } from './terminal-probe.ts';

const sessionCount = 200;
const eventCount = 10_000;
const burst = { perSecond: 1_000, seconds: 5 } as const;
const size = { columns: 80, rows: 24 } as const;

interface Bench {
  readonly labtui: string;
  readonly home: string;
  readonly report: Report;
}

/** The terminal UI in a pseudo-terminal: start, keys, and events that come fast. */
export async function benchInterface({ labtui, home, report }: Bench): Promise<void> {
  const missing = await missingTerminal();
  if (missing !== null) return void process.stdout.write(`${missing}\nthe terminal UI is not measured\n`);
  const { spawn } = await import('@lydell/node-pty');
  const sessions = join(home, 'interface');
  const env = { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8', TERM: 'xterm-256color', LABTUI_SESSIONS_DIR: sessions };
  const open = (args: readonly string[]): TerminalProbe => new TerminalProbe(spawn(process.execPath, [...args], { name: env.TERM, cols: size.columns, rows: size.rows, cwd: home, env }));
  const long = writeSessions(sessions);

  const bare: number[] = [];
  const first: number[] = [];
  const computing: number[] = [];
  for (let round = 0; round < 11; round += 1) {
    const bareMs = performance.now();
    await open(['-e', '0']).exited;
    bare.push(performance.now() - bareMs);
    const startedMs = performance.now();
    const probe = open([labtui]);
    first.push((await probe.frame('labs')) - startedMs);
    computing.push((probe.usage()?.cpuSeconds ?? NaN) * 1_000);
    await probe.close();
  }
  report(`labtui: start to first frame, ${sessionCount} sessions, median`, median(first), 'ms', 300);
  report('labtui: start to first frame, computing, median', median(computing), 'ms', null);
  report('labtui: start to first frame / bare node', median(first) / median(bare), 'x', null);

  const probe = open([labtui]);
  await probe.frame('labs');
  await sleep(1_000);
  await benchKeys(probe, 'j', `dashboard of ${sessionCount}`, report);
  probe.write('/long');
  await sleep(300);
  probe.write('\r\r');
  await sleep(1_500);
  probe.write('3');
  await sleep(500);
  await benchKeys(probe, 'k', `${eventCount} events`, report);
  report(`key to frame, filter over ${eventCount} events, 95th percentile`, await typed(probe, 'line 1234'), 'ms', null);
  probe.write('\u001b');
  await sleep(300);
  probe.write('G');
  await sleep(300);
  await benchBurst(probe, join(sessions, long, 'events.ndjson'), long, report);
  report('labtui: tallest frame of 24 rows', probe.lowest, 'rows', size.rows);
  await probe.close();
}

function writeSessions(root: string): string {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  for (let index = 1; index < sessionCount; index += 1) writeSession(root, `lab-${String(index)}`);
  const id = writeSession(root, 'long');
  const startMs = Date.now() - 600_000;
  writeFileSync(join(root, id, 'events.ndjson'), lines(id, startMs, eventCount), { mode: 0o600 });
  return id;
}

function lines(id: string, fromMs: number, count: number, first = 0): string {
  return Array.from({ length: count }, (_, index) => `${JSON.stringify(logEvent(id, `line ${String(first + index)} of what Terraform said, as long as such lines are`, fromMs + index))}\n`).join('');
}

/** The same key many times. Its computing, unlike its time, is the same on a computer that has other things to do. */
async function benchKeys(probe: TerminalProbe, key: string, where: string, report: Report): Promise<void> {
  const count = 150;
  const times: number[] = [];
  const before = probe.usage();
  for (let index = 0; index < count; index += 1) {
    times.push(await probe.answer(key));
    await sleep(15);
  }
  const after = probe.usage();
  report(`key to frame, ${where}, median`, median(times), 'ms', null);
  report(`key to frame, ${where}, 95th percentile`, percentile(times, 95), 'ms', 16);
  if (before !== null && after !== null) report(`key to frame, ${where}, computing`, (1_000 * (after.cpuSeconds - before.cpuSeconds)) / count, 'ms', null);
}

async function typed(probe: TerminalProbe, text: string): Promise<number> {
  await probe.answer('/');
  const times: number[] = [];
  for (const letter of text) {
    times.push(await probe.answer(letter));
    await sleep(50);
  }
  return percentile(times, 95);
}

/** Events at a constant rate, in small pieces as a run writes them. */
async function benchBurst(probe: TerminalProbe, file: string, id: string, report: Report): Promise<void> {
  const before = probe.usage();
  const { frames } = probe;
  const startedMs = performance.now();
  const stepMs = 20;
  const pieceCount = (burst.perSecond * stepMs) / 1_000;
  for (let step = 0; step < (burst.seconds * 1_000) / stepMs; step += 1) {
    appendFileSync(file, lines(id, Date.now(), pieceCount, eventCount + step * pieceCount));
    await sleep(Math.max(0, startedMs + (step + 1) * stepMs - performance.now()));
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const after = probe.usage();
  report(`burst of ${burst.perSecond} events/s: frames a second`, (probe.frames - frames) / seconds, '1/s', 30);
  if (before === null || after === null) return;
  report(`burst of ${burst.perSecond} events/s: share of a core`, (100 * (after.cpuSeconds - before.cpuSeconds)) / seconds, '%', 30);
  report('labtui: memory at its most', after.peakMb, 'MB', 200);
}

function percentile(values: readonly number[], percent: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? NaN;
}
