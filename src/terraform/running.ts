import { readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import process from 'node:process';
import * as z from 'zod';
import { LabError } from '../core/errors.ts';
import type { TerraformMessage } from '../core/terraform.ts';
import { errnoOf } from '../platform/errno.ts';
import { processesIn } from '../platform/processes-in.ts';
import { endOrphanProviders } from './orphan-providers.ts';
import { identityOf, isAlive, type ProcessIdentity, processIdentitySchema } from './process-identity.ts';
import { commandNames, workFolder, writeFileAtomically } from './work-folder.ts';

const recordSchema = processIdentitySchema.extend({
  command: z.enum(commandNames),
  startedAt: z.string(),
  /** Set before the one SIGINT is sent: whoever reads this must not send a second, which would lose resources. */
  interruptedAt: z.string().nullable(),
  /** The labtui that started it. */
  owner: processIdentitySchema,
});

/** A running Terraform, as `.labtui/running.json` names it. */
export type RunningTerraform = Readonly<z.infer<typeof recordSchema>>;

export async function recordRunning(directory: string, record: RunningTerraform): Promise<void> {
  await writeFileAtomically(workFolder(directory).running, `${JSON.stringify(record)}\n`);
}

export async function forgetRunning(directory: string): Promise<void> {
  await rm(workFolder(directory).running, { force: true });
}

/** The Terraform that still runs in the directory though the labtui that started it is gone; null: none. */
export async function findRunning(directory: string): Promise<RunningTerraform | null> {
  const record = await readLive(directory);
  return record === null || (isAlive(record.owner)) ? null : record;
}

export interface SettleOptions {
  /** Aborting it ends the wait, not Terraform. */
  readonly signal: AbortSignal;
  readonly onMessage: (message: TerraformMessage) => void;
  readonly now: () => Date;
}

/**
 * Makes sure that no Terraform of an earlier labtui runs in the directory: a destroy is left to finish, anything else is
 * interrupted once, and its end is waited for. Providers that outlived their Terraform are ended. Returns false when the wait was aborted first.
 * Rejects with kind conflict while a living labtui runs Terraform there.
 */
export async function settleRunning(directory: string, options: SettleOptions): Promise<boolean> {
  const record = await readLive(directory);
  if (record !== null) {
    if (isAlive(record.owner)) throw busy(directory, record);
    const finishes = record.command === 'destroy' || record.interruptedAt !== null;
    const log = (message: string): void => options.onMessage({ kind: 'log', level: 'warn', message });
    log(
      `terraform ${record.command} (process ${record.pid}) of a labtui that ended is still running; ` +
        (finishes ? 'waiting for it to finish' : 'it is interrupted, waiting until its state is saved'),
    );
    if (!finishes) await interruptOrphan(directory, record, options.now());
    if (!(await waitForEnd(record, options.signal, log))) return false;
    log(`terraform ${record.command} (process ${record.pid}) has ended`);
  }
  await endOrphanProviders(directory, options.onMessage);
  await forgetRunning(directory);
  return true;
}

async function readLive(directory: string): Promise<RunningTerraform | null> {
  try {
    const record = recordSchema.safeParse(JSON.parse(await readFile(workFolder(directory).running, 'utf8')));
    if (record.success && isAlive(record.data)) return record.data;
  } catch (error) {
    if (!(error instanceof SyntaxError) && errnoOf(error) !== 'ENOENT') throw error;
  }
  return unrecorded(directory);
}

/** A labtui that was killed between the start of Terraform and its record: the process works in the directory all the same. */
function unrecorded(directory: string): RunningTerraform | null {
  const found = processesIn(directory).flatMap(({ pid, parent, words }) => {
    // Behind the program, or behind a shell and its script.
    const command = (['apply', 'destroy', 'import'] as const).find((name) => words.slice(1, 4).includes(name));
    return command === undefined ? [] : [{ pid, parent, command }];
  });
  const first = found.find(({ parent }) => !found.some(({ pid }) => pid === parent));
  const identity = first === undefined ? null : identityOf(first.pid);
  if (first === undefined || identity === null) return null;
  return { ...identity, command: first.command, startedAt: '', interruptedAt: null, owner: { pid: first.pid, startTime: 'unknown' } };
}

async function interruptOrphan(directory: string, record: RunningTerraform, now: Date): Promise<void> {
  await recordRunning(directory, { ...record, interruptedAt: now.toISOString() });
  try {
    process.kill(record.pid, 'SIGINT');
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return;
    await recordRunning(directory, record);
    throw new LabError(
      {
        kind: 'conflict',
        summary: `terraform ${record.command} of an earlier labtui still runs as another user (process ${record.pid})`,
        hint: `Stop it as that user, once and not twice: kill -INT ${record.pid}`,
      },
      { cause: error },
    );
  }
}

async function waitForEnd(record: ProcessIdentity, signal: AbortSignal, log: (message: string) => void): Promise<boolean> {
  for (let waitedMs = 0; isAlive(record); waitedMs += 200) {
    if (signal.aborted) return false;
    if (waitedMs > 0 && waitedMs % 30_000 === 0) log(`still waiting for process ${record.pid} (${waitedMs / 1_000} s)`);
    await sleep(200);
  }
  return true;
}

function busy(directory: string, record: RunningTerraform): LabError {
  return new LabError({
    kind: 'conflict',
    summary: `Another labtui (process ${record.owner.pid}) is running terraform ${record.command} in ${directory}`,
    hint: 'Wait until it has finished, or stop it with Ctrl-C where it runs.',
  });
}
