import { setMaxListeners } from 'node:events';

/** How often and by what the user asked to stop. */
export interface Signals {
  readonly signal: AbortSignal;
  stop(): void;
}

/** In a storm of them the answer comes once. */
const quietMs = 1_000;

/**
 * Turns SIGINT, SIGTERM and SIGHUP into one abort whose reason is the signal's name. A second one only says that
 * the work is being ended cleanly: cutting it short is what leaves machines behind.
 */
export function listenForSignals(target: NodeJS.Process): Signals {
  const controller = new AbortController();
  // A command on many machines listens for each of them.
  setMaxListeners(0, controller.signal);
  let saidMs = -Infinity;
  const on = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      if (performance.now() - saidMs < quietMs) return;
      saidMs = performance.now();
      target.stderr.write('\nstill stopping: Terraform is saving its state; what exists stays listed in the session\n');
      return;
    }
    controller.abort(name === 'SIGHUP' ? 'SIGTERM' : name);
  };
  const names: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of names) target.on(name, on);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of names) target.off(name, on);
    },
  };
}
