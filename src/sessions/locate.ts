import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

export interface SessionsDirInput {
  /** Value of `--sessions-dir`. */
  readonly flag: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** `$XDG_STATE_HOME` or its default, where the caller knows it already. */
  readonly stateHome?: string | undefined;
}

/**
 * Absolute path of the sessions directory (contract §2): the flag, LABTUI_SESSIONS_DIR, `./sessions` where that folder
 * exists, `$XDG_STATE_HOME/labtui/sessions`. It need not exist. An empty value counts as not given.
 */
export function locateSessionsDir({ flag, environment, cwd, stateHome }: SessionsDirInput): string {
  const named = [flag, environment.LABTUI_SESSIONS_DIR].find(isGiven);
  if (named !== undefined) return resolve(cwd, named);
  const nearby = join(cwd, 'sessions');
  if (statSync(nearby, { throwIfNoEntry: false })?.isDirectory() === true) return nearby;
  return join(stateHome ?? defaultStateHome(environment), 'labtui', 'sessions');
}

/** XDG's base directory specification has relative values ignored. */
function defaultStateHome(environment: SessionsDirInput['environment']): string {
  const stateHome = environment.XDG_STATE_HOME;
  if (stateHome !== undefined && isAbsolute(stateHome)) return stateHome;
  return join(isGiven(environment.HOME) ? environment.HOME : homedir(), '.local', 'state');
}

function isGiven(value: string | null | undefined): value is string {
  return value !== undefined && value !== null && value !== '';
}
