import { existsSync } from 'node:fs';
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { durableWrite, ensurePrivateDirectory } from '../../platform/durable-write.ts';
import type { LabContext } from '../context.ts';
import { stateDirectory } from '../directories.ts';
import { sweeperName } from './job.ts';
import { schedulerKinds } from './scheduler.ts';

const lastRunSchema = z.object({ startedAt: z.string(), endedAt: z.string(), exitCode: z.number().int() });
const schema = z.object({
  v: z.literal(1),
  name: z.string(),
  scheduler: z.enum(schedulerKinds),
  sessionsDir: z.string(),
  intervalMs: z.number().positive(),
  installedAt: z.string(),
  command: z.array(z.string()).min(2),
  lastRun: lastRunSchema.nullable(),
});

/** What is known of an installed sweeper: how it was installed, and how its last run went. */
export type SweeperRecord = Readonly<z.infer<typeof schema>>;

/** `$XDG_STATE_HOME/labtui/sweepers/<name>.json` */
export function recordFile(context: LabContext): string {
  return join(stateDirectory(context), 'sweepers', `${sweeperName(context)}.json`);
}

/** null: none is installed for this sessions directory, or nothing can be read of it. Needs no program, and costs a look where there is none. */
export async function readRecord(context: LabContext): Promise<SweeperRecord | null> {
  const file = recordFile(context);
  if (!existsSync(file)) return null;
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

export async function writeRecord(context: LabContext, record: SweeperRecord): Promise<void> {
  const file = recordFile(context);
  await ensurePrivateDirectory(dirname(file));
  await durableWrite(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** Leaves no folder behind that holds nothing. */
export async function removeRecord(context: LabContext): Promise<void> {
  const file = recordFile(context);
  await rm(file, { force: true });
  const others = await readdir(dirname(file)).catch(() => null);
  if (others?.length === 0) await rmdir(dirname(file)).catch(() => undefined);
}
