import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePrivateDirectory, writeNewFile } from '../../platform/durable-write.ts';
import { isSameProcess } from '../../platform/process-identity.ts';

const keptMs = 7 * 24 * 3_600_000;

/** The process of a run: with the time of its start its number means one process for good. */
export interface RunProcess {
  readonly pid: number;
  readonly startTime: string | null;
}

export interface RunFiles {
  /** What it prints: events, one a line. */
  readonly events: string;
  readonly stderr: string;
  /** Which process it is. */
  readonly process: string;
}

/** Where runs that were started in the background write, beside the sessions. */
export function runsFolder(sessionsRoot: string): string {
  return join(sessionsRoot, '.runs');
}

/** A run's files. Throws where the text is no run's name: nothing else is joined to a path. */
export function runFiles(folder: string, run: string): RunFiles {
  if (!/^[0-9][0-9TZ.-]*-[0-9a-f]{6}$/.test(run)) throw new Error(`"${run}" is no run`);
  return { events: join(folder, `${run}.ndjson`), stderr: join(folder, `${run}.stderr`), process: join(folder, `${run}.json`) };
}

/** A name for a new run, and its files, empty and readable by nobody else. */
export async function createRunFiles(folder: string, now: Date): Promise<{ readonly run: string; readonly files: RunFiles }> {
  await ensurePrivateDirectory(folder);
  const run = `${now.toISOString().replaceAll(':', '-')}-${randomBytes(3).toString('hex')}`;
  const files = runFiles(folder, run);
  await writeNewFile(files.events, '');
  await writeNewFile(files.stderr, '');
  return { run, files };
}

/** Which process a run is or was; null where nobody noted it. */
export async function readRunProcess({ process: file }: RunFiles): Promise<RunProcess | null> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof content !== 'object' || content === null || !('pid' in content) || !('startTime' in content)) return null;
    const { pid, startTime } = content;
    return typeof pid === 'number' && (startTime === null || typeof startTime === 'string') ? { pid, startTime } : null;
  } catch {
    return null;
  }
}

/** Removes the files of runs that ended and were last written to more than 7 days ago. */
export async function pruneRuns(folder: string, nowMs: number): Promise<void> {
  const runs = new Set((await readdir(folder)).filter((name) => name.endsWith('.ndjson')).map((name) => name.slice(0, -'.ndjson'.length)));
  for (const run of runs) {
    if (!/^[0-9][0-9TZ.-]*-[0-9a-f]{6}$/.test(run)) continue;
    const files = runFiles(folder, run);
    const written = await stat(files.events).catch(() => null);
    if (written === null || nowMs - written.mtimeMs < keptMs) continue;
    const process = await readRunProcess(files);
    if (process !== null && isSameProcess(process.pid, process.startTime)) continue;
    for (const file of Object.values(files) as readonly string[]) await rm(file, { force: true });
  }
}
