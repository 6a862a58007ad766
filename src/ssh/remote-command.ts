import { shellLine } from '../core/shell-word.ts';

/**
 * A command as the remote login shell is given it: one argument is a command line of the user's own and stays as it
 * is; of several, each reaches the program as it was typed here.
 */
export function remoteCommand(command: readonly string[]): string {
  const [only, ...others] = command;
  if (only !== undefined && others.length === 0) return only;
  return shellLine(command);
}
