import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatDuration, parseDuration } from '../../core/duration.ts';
import { exitCodes, invalidInput, LabError } from '../../core/errors.ts';
import { durableWrite } from '../../platform/durable-write.ts';
import type { CliContext } from '../context.ts';
import { reportFailure, UsageError } from '../failure.ts';
import { githubWorkflow, gitlabJob, workflowFile } from '../sweeper/ci-files.ts';
import { sweeperJob } from '../../library/sweeper/job.ts';
import { whyUseless } from '../../library/sweeper/layer.ts';
import { schedulerOf, usableScheduler } from '../../library/sweeper/open-scheduler.ts';
import { readRecord, removeRecord, type SweeperRecord, writeRecord } from '../../library/sweeper/record.ts';
import { type RunProgram, systemPrograms } from '../../library/sweeper/run-program.ts';
import type { SchedulerKind } from '../../library/sweeper/scheduler.ts';

export interface SweeperOptions {
  readonly interval?: string;
  readonly scheduler?: SchedulerKind;
  readonly github?: boolean;
  readonly gitlab?: boolean;
  readonly force?: boolean;
}

const [leastMs, mostMs] = [60_000, 24 * 3_600_000];

/** `labtui sweeper install`: has what expires in this sessions directory ended on a schedule. */
export async function installSweeper(context: CliContext, options: SweeperOptions, run: RunProgram = systemPrograms(context.environment)): Promise<number> {
  const intervalMs = intervalOf(options.interval ?? '15m');
  if (options.github === true && options.gitlab === true) throw new UsageError('--github and --gitlab exclude each other');
  if ((options.github === true || options.gitlab === true) && options.scheduler !== undefined) throw new UsageError('--scheduler is for this computer, --github and --gitlab for a CI');
  if (options.gitlab === true) {
    context.out(gitlabJob(context.version));
    return exitCodes.done;
  }
  if (options.github === true) return writeWorkflow(context, intervalMs, options.force === true);

  const scheduler = await usableScheduler(options.scheduler ?? null, context, run);
  const job = sweeperJob(context, intervalMs);
  const before = await readRecord(context);
  await scheduler.install(job);
  if (before !== null && before.scheduler !== scheduler.kind) await schedulerOf(before.scheduler, context, run).remove(before.name);
  await writeRecord(context, {
    v: 1,
    name: job.name,
    scheduler: scheduler.kind,
    sessionsDir: job.sessionsDir,
    intervalMs,
    installedAt: new Date().toISOString(),
    command: [...job.command],
    lastRun: null,
  });
  return sweeperStatus(context, run);
}

/** `labtui sweeper status`: what is installed, how its last run went, when the next one is due. */
export async function sweeperStatus(context: CliContext, run: RunProgram = systemPrograms(context.environment)): Promise<number> {
  const record = await readRecord(context);
  const now = new Date();
  if (record === null) {
    if (context.settings.json) context.out(`${JSON.stringify({ installed: false, active: false }, null, 2)}\n`);
    else context.out(`no sweeper is installed for these labs\n  try:   labtui sweeper install\n`);
    return exitCodes.done;
  }
  const problem = await whyUseless(context, record, run, now);
  const inactive = await schedulerOf(record.scheduler, context, run).inactive(record.name).catch(() => 'unknown');
  const caveat = await schedulerOf(record.scheduler, context, run).caveat();
  const nextRunAt = inactive === null ? nextRun(record, now) : null;
  if (context.settings.json) {
    const { name, scheduler, sessionsDir, intervalMs, installedAt, command, lastRun } = record;
    const document = { installed: true, active: inactive === null, name, scheduler, sessionsDir, intervalMs, installedAt, command, lastRun, nextRunAt, problem, caveat };
    context.out(`${JSON.stringify(document, null, 2)}\n`);
    return exitCodes.done;
  }
  context.out(`${render(record, { problem, caveat, nextRunAt, now }, context)}\n`);
  return exitCodes.done;
}

/** `labtui sweeper remove`: leaves nothing of it. */
export async function removeSweeper(context: CliContext, run: RunProgram = systemPrograms(context.environment)): Promise<number> {
  const record = await readRecord(context);
  if (record !== null) await schedulerOf(record.scheduler, context, run).remove(record.name);
  await removeRecord(context);
  if (context.settings.json) context.out(`${JSON.stringify({ removed: record !== null }, null, 2)}\n`);
  else context.out(record === null ? 'no sweeper was installed for these labs\n' : `${record.name} is removed; what expires is ended by nobody here now\n`);
  return exitCodes.done;
}

/** `labtui sweeper run`: what the schedule starts: `cleanup --expired`, its result kept for `status`. */
export async function runSweeper(context: CliContext): Promise<number> {
  const startedAt = new Date().toISOString();
  const { cleanup } = await import('./cleanup.ts');
  const exitCode = await cleanup(context, { expired: true, autoApprove: true }).catch((error: unknown) => reportFailure(error, context));
  // One that was removed while it ran stays removed.
  const record = await readRecord(context);
  if (record !== null) await writeRecord(context, { ...record, lastRun: { startedAt, endedAt: new Date().toISOString(), exitCode } });
  return exitCode;
}

async function writeWorkflow(context: CliContext, intervalMs: number, force: boolean): Promise<number> {
  const file = workflowFile(context.cwd);
  const text = githubWorkflow(context.version, intervalMs);
  const there = existsSync(file) ? await readFile(file, 'utf8') : null;
  if (there !== null && there !== text && !force) {
    throw new LabError({ kind: 'invalid-input', summary: `${file} exists and is another one`, hint: 'keep it, or write it anew: labtui sweeper install --github --force' });
  }
  await mkdir(dirname(file), { recursive: true });
  await durableWrite(file, text, 0o644);
  context.out(`${file}\n`);
  context.err('  add the secrets that it names, take out what you do not use, commit it\n');
  return exitCodes.done;
}

function intervalOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms < leastMs || ms > mostMs) throw invalidInput(`--interval ${text} is not from 1m to 24h`, '--interval 15m');
  return ms;
}

/** systemd counts from the last start, and begins a minute after the install; cron goes by the clock. */
function nextRun({ scheduler, lastRun, installedAt, intervalMs }: SweeperRecord, now: Date): string {
  if (scheduler === 'systemd') {
    const due = lastRun === null ? Date.parse(installedAt) + leastMs : Date.parse(lastRun.startedAt) + intervalMs;
    return new Date(Math.max(due, now.getTime())).toISOString();
  }
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  return new Date(midnight + (Math.floor((now.getTime() - midnight) / intervalMs) + 1) * intervalMs).toISOString();
}

interface Known {
  readonly problem: string | null;
  readonly caveat: string | null;
  readonly nextRunAt: string | null;
  readonly now: Date;
}

function render(record: SweeperRecord, { problem, caveat, nextRunAt, now }: Known, { theme }: CliContext): string {
  const field = (name: string, value: string): string => `  ${name.padEnd(10)} ${value}`;
  const ago = (time: string): string => `${formatDuration(now.getTime() - Date.parse(time))} ago`;
  const by = record.scheduler === 'systemd' ? `systemd timer ${record.name}` : `crontab line ${record.name}`;
  const { lastRun } = record;
  return [
    problem === null ? `${theme.good(theme.glyphs.ready)} the sweeper is at work` : `${theme.warn(theme.glyphs.attention)} the sweeper is installed, but ${problem}`,
    field('labs', record.sessionsDir),
    field('by', `${by}, every ${formatDuration(record.intervalMs)}, since ${record.installedAt}`),
    field('last run', lastRun === null ? 'none yet' : `${lastRun.endedAt} (${ago(lastRun.endedAt)}): ${lastRun.exitCode === 0 ? 'nothing that expired is left' : `failed, exit ${lastRun.exitCode}`}`),
    field('next run', nextRunAt === null ? 'none' : `${nextRunAt} (in ${formatDuration(Math.max(0, Date.parse(nextRunAt) - now.getTime()))})`),
    field('runs', record.command.join(' ')),
    ...(problem === null ? [] : [`  try:   labtui sweeper install`]),
    ...(caveat === null ? [] : [theme.warn(`  ${theme.glyphs.attention} ${caveat}`)]),
  ].join('\n');
}
