import { existsSync } from 'node:fs';
import { formatDuration } from '../../core/duration.ts';
import { exitCodes } from '../../core/errors.ts';
import { noSweeper, type SweeperLayer } from '../../core/protection.ts';
import type { LabContext } from '../context.ts';
import { readRecord, type SweeperRecord } from './record.ts';
import { schedulerOf } from './open-scheduler.ts';
import { type RunProgram, systemPrograms } from './run-program.ts';

/** Longest that a sweeper may be silent, beside its interval: computers sleep. */
const patienceMs = 24 * 3_600_000;

/**
 * Whether a sweeper is at work for this sessions directory: installed, kept active by its scheduler, and well at its last run. Starts no
 * program where none is installed.
 */
export async function sweeperLayer(context: LabContext, run: RunProgram = systemPrograms(context.environment), now: () => Date = () => new Date()): Promise<SweeperLayer> {
  const record = await readRecord(context);
  if (record === null) return noSweeper;
  const reason = await whyUseless(context, record, run, now());
  return reason === null ? { armed: true } : { armed: false, reason: `${reason}: labtui sweeper status` };
}

/** Why an installed sweeper ends nothing; null: it does its work. */
export async function whyUseless(context: LabContext, record: SweeperRecord, run: RunProgram, now: Date): Promise<string | null> {
  const missing = record.command.slice(0, 2).find((file) => !existsSync(file));
  if (missing !== undefined) return `it starts ${missing}, which is not there any more`;
  const inactive = await schedulerOf(record.scheduler, context, run)
    .inactive(record.name)
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  if (inactive !== null) return inactive;
  const { lastRun } = record;
  if (lastRun !== null && lastRun.exitCode !== exitCodes.done) return `its last run failed (exit ${lastRun.exitCode})`;
  const silentMs = now.getTime() - Date.parse(lastRun?.endedAt ?? record.installedAt);
  return silentMs > record.intervalMs + patienceMs ? `it has not run for ${formatDuration(silentMs)}` : null;
}
