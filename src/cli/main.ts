import { homedir } from 'node:os';
import { CommanderError } from 'commander';
import { exitCodes } from '../core/errors.ts';
import type { CliContext, GlobalSettings } from './context.ts';
import { loadClouds } from '../library/load-clouds.ts';
import { reportFailure } from './failure.ts';
import { buildProgram } from './program.ts';
import { listenForSignals } from './signals.ts';
import { createTheme, mayColour } from './theme.ts';
import { bareSettings } from './tui/bare-settings.ts';

/** Runs one command line; sets the process's exit code and never rejects. */
export async function main(argv: readonly string[], version: string): Promise<void> {
  const signals = listenForSignals(process);
  const write = (stream: NodeJS.WriteStream) => (text: string) => {
    stream.write(text);
  };
  // A reader that went away (`labtui list | head`) is no error of ours, nor is a terminal that was closed.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  const contextWith = (settings: GlobalSettings): CliContext => {
    const inCi = (process.env.CI ?? '') !== '' && process.env.CI !== 'false';
    const tty = process.stdin.isTTY && process.stderr.isTTY && !inCi;
    return {
      version,
      environment: process.env,
      cwd: process.cwd(),
      home: homedir(),
      settings,
      loadClouds,
      out: write(process.stdout),
      err: write(process.stderr),
      stdout: process.stdout,
      stderr: process.stderr,
      stdin: process.stdin,
      interactive: tty && process.env.TERM !== 'dumb',
      columns: process.stdout.columns || 100,
      theme: createTheme(
        mayColour((settings.json ? process.stderr : process.stdout).isTTY && !inCi, process.env, settings.plain),
        process.env,
      ),
      signal: signals.signal,
    };
  };
  let exitCode: number = exitCodes.done;
  let context = contextWith(settingsSeen(argv));
  const program = buildProgram({
    version,
    start: (settings) => (context = contextWith(settings)),
    finish: (code) => {
      exitCode = code;
    },
    environment: process.env,
    cwd: process.cwd(),
    home: homedir(),
    loadClouds,
  });
  try {
    const bare = await bareSettings(program, argv, context);
    if (bare === null) {
      await program.parseAsync([...argv], { from: 'user' });
    } else {
      context = contextWith(bare);
      const { openInterface } = await import('./tui/open-interface.ts');
      exitCode = await openInterface(context, program, signals);
    }
  } catch (error) {
    if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    else exitCode = await reportFailure(error, context);
  } finally {
    signals.stop();
  }
  process.exitCode = exitCode;
}

/** The switches as they stand in the arguments: for a failure before the command's own were read. */
function settingsSeen(argv: readonly string[]): GlobalSettings {
  return {
    json: argv.includes('--json'),
    plain: argv.includes('--plain'),
    quiet: argv.includes('--quiet'),
    sessionsDir: null,
    config: null,
    terraformBin: null,
  };
}
