import { joinSignals } from '../core/joined-signal.ts';

export type WithinTime<T> = { readonly timedOut: true } | { readonly timedOut: false; readonly value: T };

/** Runs work with a signal that the end of its time aborts as well, its reason then `timeout`; what the work comes to after that does not count. */
export async function withinTime<T>(timeoutMs: number | null, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<WithinTime<T>> {
  if (timeoutMs === null) return { timedOut: false, value: await work(signal) };
  const over = new AbortController();
  const timer = setTimeout(() => over.abort('timeout'), timeoutMs);
  const both = joinSignals(signal, over.signal);
  try {
    const value = await work(both.signal);
    return over.signal.aborted && !signal.aborted ? { timedOut: true } : { timedOut: false, value };
  } catch (error) {
    if (over.signal.aborted && !signal.aborted) return { timedOut: true };
    throw error;
  } finally {
    clearTimeout(timer);
    both.leave();
  }
}
