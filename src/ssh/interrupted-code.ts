/** The exit code of what a signal ended here: 130 for SIGINT, else 143. */
export function interruptedCode(signal: AbortSignal): number {
  return isInterrupt(signal) ? 130 : 143;
}

/** Whether SIGINT was it, or nothing that is known. */
export function isInterrupt({ reason }: AbortSignal): boolean {
  if (typeof reason === 'string') return reason === 'SIGINT';
  return !(reason instanceof Error && reason.message.includes('SIGTERM'));
}
