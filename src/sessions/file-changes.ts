import { watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FileChanges {
  /** Resolves at the next change, and at the latest after the time: the system may not notify. */
  next(limitMs: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Watches a file; where the system cannot, only time passes. */
export function watchFile(file: string): FileChanges {
  let changed = false;
  let wake: (() => void) | null = null;
  const watcher = startWatcher(file, () => {
    changed = true;
    wake?.();
  });
  return {
    next: async (limitMs, signal) => {
      const timer = new AbortController();
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
        if (changed) resolve();
      });
      const limit = sleep(limitMs, undefined, { signal: AbortSignal.any([signal, timer.signal]) }).catch(() => undefined);
      await Promise.race([woken, limit]);
      timer.abort();
      wake = null;
      changed = false;
    },
    close: () => watcher?.close(),
  };
}

/** null where the system has no watching, or no more watchers to give. */
export function startWatcher(file: string, notify: () => void): { close(): void } | null {
  try {
    const watcher = watch(file, { persistent: false }, notify);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
