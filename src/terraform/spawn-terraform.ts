import { execa } from 'execa';
import { type CommandName, createOutputFile, makeWorkFolder } from './work-folder.ts';
import { requireWorld, type TerraformWorld } from './world-guard.ts';

export interface SpawnRequest {
  readonly binary: string;
  readonly command: CommandName;
  readonly arguments: readonly string[];
  /** The whole of it: nothing of the caller's is added. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** What it may reach. Held against the directory before anything starts. */
  readonly world: TerraformWorld;
  readonly signal: AbortSignal;
}

/**
 * Starts the binary in a session of its own, writing into files: no Ctrl-C of the terminal reaches it, and it outlives
 * labtui without a broken pipe. null: aborted before. A binary that cannot run gives a child without a pid.
 */
export async function spawnTerraform(request: SpawnRequest) {
  await requireWorld(request.directory, request.world);
  const folder = await makeWorkFolder(request.directory);
  const stdoutFile = folder.stdout(request.command);
  const stderrFile = folder.stderr(request.command);
  const stdout = await createOutputFile(stdoutFile);
  try {
    const stderr = await createOutputFile(stderrFile);
    try {
      if (request.signal.aborted) return null;
      const child = execa(request.binary, request.arguments, {
        cwd: request.directory,
        env: request.environment,
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
      return { child, stdoutFile, stderrFile };
    } finally {
      await stderr.close();
    }
  } finally {
    await stdout.close();
  }
}
