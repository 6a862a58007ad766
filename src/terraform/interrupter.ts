/** One interruption, however often it is asked for. */
export interface Interrupter {
  readonly interrupt: () => void;
  /** Whether it was ever asked for. */
  readonly asked: () => boolean;
  /** Resolves when an interruption that was asked for has been carried out. */
  readonly settled: () => Promise<void>;
}

/**
 * Carries `send` out once: Terraform takes a second interrupt as "exit now" and forgets what it is just creating.
 * `note` comes first, so that whoever finds Terraform after a crash of labtui knows that it has had its one; failing to
 * note it must not keep the signal back.
 */
export function createInterrupter(note: () => Promise<void>, send: () => void): Interrupter {
  let carriedOut: Promise<void> | null = null;
  return {
    interrupt: () => {
      carriedOut ??= note().then(send, send);
    },
    asked: () => carriedOut !== null,
    settled: async () => {
      await carriedOut;
    },
  };
}
