export interface LeaveSignals {
  /** Aborted with the signal's name. */
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * What ends the terminal UI from outside: SIGTERM, SIGHUP, a terminal that is gone. A SIGINT does only while the interface has the
 * terminal: keys come as keys then, so that somebody meant it; otherwise it was meant for the program that has it for a while.
 */
export function listenWhileOpen(target: NodeJS.Process, { stdin, stdout }: { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream }): LeaveSignals {
  const controller = new AbortController();
  const on = (name: NodeJS.Signals): void => controller.abort(name);
  const onInterrupt = (): void => {
    if (stdin.isRaw) on('SIGINT');
  };
  const gone = (): void => on('SIGHUP');
  target.on('SIGTERM', on).on('SIGHUP', on).on('SIGINT', onInterrupt).on('SIGQUIT', onInterrupt);
  stdin.on('error', gone).on('end', gone);
  stdout.on('error', gone);
  return {
    signal: controller.signal,
    stop: () => {
      target.off('SIGTERM', on).off('SIGHUP', on).off('SIGINT', onInterrupt).off('SIGQUIT', onInterrupt);
      stdin.off('end', gone);
      stdout.off('error', gone);
    },
  };
}
