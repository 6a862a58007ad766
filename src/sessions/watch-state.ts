import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { startWatcher } from './file-changes.ts';

/** How often to look where the system does not notify. */
const pollMs = 500;

/**
 * Calls back whenever a file is another than before: changed, made, replaced, gone. Told by the system where it can, else looked at
 * twice a second. Keeps no process alive.
 */
export function watchState(file: string, onChange: () => void): { close(): void } {
  let last = stampOf(file);
  const look = (): void => {
    const stamp = stampOf(file);
    if (stamp === last) return;
    last = stamp;
    onChange();
  };
  // Its directory: a watcher on the file itself would lose it when it is replaced.
  const watcher = startWatcher(dirname(file), look);
  const timer = setInterval(look, pollMs);
  timer.unref();
  return {
    close: () => {
      clearInterval(timer);
      watcher?.close();
    },
  };
}

function stampOf(file: string): string {
  try {
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? 'none' : `${stats.ino}-${stats.size}-${stats.mtimeNs}`;
  } catch {
    return 'unknown';
  }
}
