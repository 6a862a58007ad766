import { open } from 'node:fs/promises';
import { writeNewFile } from '../../platform/durable-write.ts';
import { processStartTime } from '../../platform/process-identity.ts';
import type { OwnCommand } from './own-command.ts';
import { createRunFiles, pruneRuns, type RunFiles, type RunProcess } from './run-files.ts';

/** A run of this process's own making. */
export interface OwnRun {
  readonly run: string;
  readonly files: RunFiles;
  readonly process: RunProcess;
  /** Its exit code, once it has ended; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts `labtui --json ARGS` in a process session of its own, writing into files: it goes on when the interface, or the terminal
 * with all that runs in it, is closed. Rejects where it cannot be started.
 */
export async function startRun(own: OwnCommand, folder: string, args: readonly string[]): Promise<OwnRun> {
  const [{ execa }, { run, files }] = await Promise.all([import('execa'), createRunFiles(folder, new Date())]);
  pruneRuns(folder, Date.now()).catch(() => undefined);
  const [stdout, stderr] = [await open(files.events, 'a'), await open(files.stderr, 'a')];
  try {
    const child = execa(own.file, [...own.prefix, '--json', ...args], {
      cwd: own.cwd,
      env: own.environment,
      extendEnv: false,
      detached: true,
      cleanup: false,
      forceKillAfterDelay: false,
      reject: false,
      buffer: false,
      stdin: 'ignore',
      // Any descriptor goes; execa's types name only 3 to 9.
      stdout: stdout.fd as 3,
      stderr: stderr.fd as 3,
    });
    child.unref();
    const { pid } = child;
    if (pid === undefined) {
      const { shortMessage } = await child;
      throw new Error(`labtui cannot be started: ${shortMessage ?? 'no reason given'}`);
    }
    const process = { pid, startTime: processStartTime(pid) };
    await writeNewFile(files.process, `${JSON.stringify({ ...process, args })}\n`);
    return { run, files, process, ended: child.then(({ exitCode }) => exitCode ?? null) };
  } finally {
    await stdout.close();
    await stderr.close();
  }
}
