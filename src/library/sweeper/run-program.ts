import { execa } from 'execa';

export interface ProgramEnd {
  /** null: there is no such program, or it cannot be started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the system to its end; never rejects. */
export type RunProgram = (file: string, args: readonly string[], input?: string) => Promise<ProgramEnd>;

/** No such program waits for anything but a broken system. */
const limitMs = 20_000;

/** Programs as they are found on the caller's PATH, their messages in English. */
export function systemPrograms(environment: Readonly<Record<string, string | undefined>>): RunProgram {
  const given = Object.fromEntries(Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined));
  return async (file, args, input) => {
    const end = await execa(file, args, {
      env: { ...given, LC_ALL: 'C', SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' },
      extendEnv: false,
      reject: false,
      timeout: limitMs,
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      stripFinalNewline: false,
    });
    return { exitCode: end.exitCode ?? null, stdout: end.stdout, stderr: end.stderr === '' ? (end.originalMessage ?? '') : end.stderr };
  };
}
