import { join } from 'node:path';
import type { Command } from 'commander';
import type { TuiPort } from '../../tui/port.ts';
import type { CliContext } from '../context.ts';
import { configHome } from '../../library/directories.ts';
import { speaksUnicode } from '../theme.ts';
import { commandList } from './command-list.ts';
import { runInForeground, waitForEnter } from './foreground.ts';
import { Interrupter, workerOn } from './interrupt.ts';
import { ownCommand } from './own-command.ts';
import { runQuery } from './query.ts';
import { readRunProcess, runFiles, runsFolder } from './run-files.ts';
import { type OwnRun, startRun } from './start-run.ts';
import { watchRun } from './watch-run.ts';
import { watchSession } from './watch-session.ts';
import { watchSessions } from './watch-sessions.ts';

export interface TuiPortInput {
  readonly context: CliContext;
  readonly program: Command;
  readonly sessionsRoot: string;
  readonly colour: boolean;
  /** Which labtui is started. @default this one */
  readonly entry?: string | undefined;
}

/** The terminal UI's port on this computer: each command is this labtui again, as a process of its own. */
export function createTuiPort({ context, program, sessionsRoot, colour, entry }: TuiPortInput): TuiPort {
  const { environment, cwd, settings, stdin, stdout } = context;
  const own = ownCommand({ environment, cwd, settings, sessionsRoot, entry });
  const folder = runsFolder(sessionsRoot);
  const runs = new Map<string, OwnRun>();
  const interrupter = new Interrupter();

  return {
    facts: {
      version: context.version,
      sessionsRoot,
      unicode: speaksUnicode(environment),
      colour,
      commands: commandList(program),
      profilesFolder: join(configHome(context), 'labtui', 'profiles'),
    },
    nowMs: () => Date.now(),
    watchSessions: (listener) => watchSessions({ root: sessionsRoot }, listener),
    watchSession: (session, listener) => watchSession(sessionsRoot, session, listener),
    watchRun: (run, listener) => watchRun({ files: runFiles(folder, run), ended: runs.get(run)?.ended }, listener),
    query: (args, options) => runQuery(own, args, options),
    start: async (args) => {
      const started = await startRun(own, folder, args);
      runs.set(started.run, started);
      return { run: started.run, pid: started.process.pid };
    },
    interrupt: async (target) => {
      const worker =
        'session' in target
          ? await workerOn(sessionsRoot, target.session)
          : (runs.get(target.run)?.process ?? (await readRunProcess(runFiles(folder, target.run))));
      return worker !== null && interrupter.interrupt(worker);
    },
    foreground: async (args) => {
      const exitCode = await runInForeground({ file: own.file, args: [...own.prefix, ...args], cwd, environment: own.terminalEnvironment });
      // A shell that was left is seen no more; what failed, and what a command printed, is to be read first.
      if (args[0] !== 'ssh' || exitCode === 255) await waitForEnter({ stdin, stdout }, `exit ${exitCode}`);
      return exitCode;
    },
    edit: async (path) => {
      const { editorWords } = await import('./edit.ts');
      const [file, ...args] = editorWords(environment);
      const exitCode = await runInForeground({ file, args: [...args, path], cwd, environment: own.terminalEnvironment });
      if (exitCode === 127) await waitForEnter({ stdin, stdout }, `${file} could not be started`);
      return exitCode;
    },
    files: async (session) => (await import('./session-files.ts')).sessionFiles(sessionsRoot, session),
  };
}
