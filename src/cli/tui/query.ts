import { constants } from 'node:os';
import type { Answer } from '../../tui/port.ts';
import type { OwnCommand } from './own-command.ts';

export interface QueryOptions {
  readonly json: boolean;
  /** One SIGINT goes to it, and nobody waits for its end. */
  readonly signal: AbortSignal;
}

/** Runs `labtui ARGS` to its end without a terminal. Rejects where it cannot be started, and when aborted. */
export async function runQuery(own: OwnCommand, args: readonly string[], { json, signal }: QueryOptions): Promise<Answer> {
  const { execa } = await import('execa');
  signal.throwIfAborted();
  const child = execa(own.file, [...own.prefix, ...(json ? ['--json'] : []), ...args], {
    cwd: own.cwd,
    env: own.environment,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
    // A Ctrl-C meant for a shell that has the terminal must not end it.
    detached: true,
    cleanup: false,
  });
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        child.kill('SIGINT');
        child.stdout.destroy();
        child.stderr.destroy();
        child.unref();
        reject(new Error('aborted'));
      },
      { once: true },
    );
  });
  const { exitCode, signal: killedBy, stdout, stderr, code, shortMessage } = await Promise.race([child, aborted]);
  if (code !== undefined && exitCode === undefined) throw new Error(`labtui cannot be started: ${shortMessage ?? code}`);
  return {
    exitCode: exitCode ?? (killedBy === undefined ? 1 : 128 + constants.signals[killedBy]),
    documents: json ? documentsIn(stdout) : [],
    stdout,
    stderr,
  };
}

/** One document, or one a line; what is no JSON is passed over. */
export function documentsIn(text: string): readonly unknown[] {
  const whole = parsed(text);
  if (whole !== undefined) return [whole];
  return text.split('\n').flatMap((line) => {
    const document = parsed(line);
    return document === undefined ? [] : [document];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
