import { constants } from 'node:os';
import { createInterface } from 'node:readline/promises';

export interface ForegroundRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole of it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a program on the user's terminal; its exit code, 128 + n where a signal ended it, 127 where it cannot be started. */
export async function runInForeground({ file, args, cwd, environment }: ForegroundRequest): Promise<number> {
  const { execa } = await import('execa');
  const child = execa(file, args, { cwd, env: environment, extendEnv: false, stdio: 'inherit', reject: false, cleanup: false });
  // The terminal gives its own signals to the program as well; one that was sent to this process alone is passed on.
  const passOn = (signal: NodeJS.Signals) => void child.kill(signal);
  process.on('SIGTERM', passOn).on('SIGHUP', passOn);
  try {
    const { exitCode, signal } = await child;
    return exitCode ?? (signal === undefined ? 127 : 128 + constants.signals[signal]);
  } finally {
    process.off('SIGTERM', passOn).off('SIGHUP', passOn);
  }
}

/** Leaves what a program printed on the screen until the user has read it. */
export async function waitForEnter({ stdin, stdout }: { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream }, why: string): Promise<void> {
  const prompt = createInterface({ input: stdin, output: stdout, terminal: false });
  const closed = new Promise<void>((resolve) => prompt.once('close', resolve));
  const goOn = (): void => prompt.close();
  process.once('SIGINT', goOn);
  try {
    await Promise.race([prompt.question(`\n${why}: Enter goes back to labtui `), closed]);
  } finally {
    process.off('SIGINT', goOn);
    prompt.close();
  }
}
