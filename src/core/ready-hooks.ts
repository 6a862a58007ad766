/** What else a machine must do before it counts as ready. */
export interface ReadyHooks {
  /** Commands for its login shell that are tried until they end with 0. */
  readonly commands: readonly string[];
  /** TCP ports, as the machine itself reaches them on its loopback. */
  readonly ports: readonly number[];
  /** For all of a machine's together. */
  readonly timeoutMs: number;
}

/** How long they are waited for where nothing else bounds the run. */
export const usualHookTimeoutMs = 10 * 60_000;

export const noHooks: ReadyHooks = { commands: [], ports: [], timeoutMs: usualHookTimeoutMs };

export function hasHooks({ commands, ports }: ReadyHooks): boolean {
  return commands.length + ports.length > 0;
}
