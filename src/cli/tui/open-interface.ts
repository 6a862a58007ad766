import type { Command } from 'commander';
import { exitCodes } from '../../core/errors.ts';
import type { CliContext } from '../context.ts';
import { sessionsRoot } from '../../library/sessions.ts';
import type { Signals } from '../signals.ts';
import { mayColour } from '../theme.ts';
import { listenWhileOpen } from './leave-signals.ts';
import { createTuiPort } from './tui-port.ts';

/** `labtui` alone: the terminal UI until it is left; help on stderr and exit 2 where there is no terminal for it. */
export async function openInterface(context: CliContext, program: Command, signals: Signals): Promise<number> {
  const { stdin, stdout, environment, settings } = context;
  // Without styles and moving lines it asks nothing of a terminal.
  const capable = settings.plain || environment.TERM !== 'dumb';
  if (!stdin.isTTY || !stdout.isTTY || !capable) {
    context.err(program.helpInformation());
    return exitCodes.usage;
  }
  const inCi = (environment.CI ?? '') !== '' && environment.CI !== 'false';
  const colour = mayColour(!inCi, environment, settings.plain);
  // What is started from here gets the environment as it was.
  const port = createTuiPort({ context: { ...context, environment: { ...environment } }, program, sessionsRoot: sessionsRoot(context), colour });
  // Ink's colours look at this alone, once, when they are loaded.
  if (!colour) process.env.FORCE_COLOR = '0';
  signals.stop();
  const leave = listenWhileOpen(process, { stdin, stdout });
  try {
    const { openTerminalUi } = await import('../../tui/open.tsx');
    return await openTerminalUi(port, { stdin, stdout, signal: leave.signal, plain: settings.plain });
  } finally {
    leave.stop();
  }
}
