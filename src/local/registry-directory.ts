import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The machines and disks of this user on this computer, whichever sessions directory they belong to: kept in `$XDG_STATE_HOME/labtui/machines`,
 * so that one whose session's directory is gone is still found, and ended.
 */
export function registryDirectory({ XDG_STATE_HOME: state = '', HOME: home = homedir() }: Environment): string {
  return join(isAbsolute(state) ? state : join(home, '.local', 'state'), 'labtui', 'machines');
}

/** Whether anything is registered on this computer, at the price of a look. */
export function isAnythingRegistered(environment: Environment): boolean {
  try {
    return readdirSync(registryDirectory(environment)).some((name) => name.endsWith('.json'));
  } catch {
    return false;
  }
}
