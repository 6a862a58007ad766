/**
 * Aborted with the reason of the first of these that is. Not AbortSignal.any: on Node 20 what nobody else holds of such a signal can be collected as
 * garbage. `leave` takes its listeners away.
 */
export function joinSignals(...signals: readonly AbortSignal[]): { readonly signal: AbortSignal; readonly leave: () => void } {
  const joined = new AbortController();
  const listeners = signals.map((signal) => {
    const onAbort = () => joined.abort(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return () => signal.removeEventListener('abort', onAbort);
  });
  return { signal: joined.signal, leave: () => listeners.forEach((remove) => remove()) };
}
