import { spawn } from 'node:child_process';
import { shellLine, shellWord } from '../../core/shell-word.ts';
import { findProgram } from '../../platform/find-program.ts';
import { type OpenSshRequest, openSshArguments } from '../open-ssh.ts';
import type { Bulk } from './bulk.ts';

export interface OpenSshWay extends Omit<OpenSshRequest, 'command' | 'forwardAgent'> {
  readonly signal: AbortSignal;
}

/** What a failure is to the user: `path` is of the file there, `said` the last words of ssh (`isConnection`) or of the command there. */
export type OpenSshProblem = (path: string, said: string, isConnection: boolean) => Error;

/** AES in hardware is nearly everywhere, and by far the fastest that OpenSSH has; a server without it takes the next. */
const options = ['-T', '-o', 'BatchMode=yes', '-o', 'Ciphers=^aes128-gcm@openssh.com'];
const keptCharacters = 4_000;

/** Writes its input into the file $1, from the position $2 on. What stands before and after stays. */
const writeFrom = 'exec 1<>"$1" && { [ "$2" = 0 ] || dd bs=1 seek="$2" count=0 </dev/null 2>/dev/null; } && exec cat';

/**
 * Content through the system's ssh, which ciphers in a process of its own, by the session's configuration: same key, same pinned host key.
 * null where there is none on this computer.
 */
export function openSshBulk(way: OpenSshWay, canPull: Bulk['canPull'], problem: OpenSshProblem): Bulk | null {
  const program = findProgram('ssh', way.environment);
  if (program === null) return null;
  const run = (path: string, command: string, stdin: number | 'ignore', stdout: number | 'ignore') =>
    new Promise<void>((resolve, reject) => {
      // Its own process group: Ctrl-C is labtui's to pass on.
      const ssh = spawn(program, [...options, ...openSshArguments({ ...way, command: [command] })], { stdio: [stdin, stdout, 'pipe'], env: way.environment, detached: true, signal: way.signal });
      let said = '';
      ssh.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said = `${said}${text}`.slice(-keptCharacters);
      });
      ssh.on('error', (error) => reject(problem(path, error.message, true)));
      ssh.on('close', (code, signal) => {
        if (code === 0) resolve();
        else reject(problem(path, said.trim() || `ssh ended with ${signal ?? code ?? 'nothing'}`, code === null || code === 255));
      });
    });
  return {
    canPull,
    push: (path, start, file) => run(path, shellLine(['sh', '-c', writeFrom, 'sh', path, String(start)]), file, 'ignore'),
    pull: (path, start, file) => run(path, `exec ${start === 0 ? 'cat' : `tail -c +${start + 1}`} -- ${shellWord(path)}`, 'ignore', file),
  };
}
