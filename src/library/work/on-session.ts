import type { LabPorts } from '../../lab/ports.ts';
import type { Call } from '../call.ts';
import type { RunOptions } from '../options.ts';
import { isRehearsed, requireRehearsed, withPorts } from '../rehearsal/with-ports.ts';
import { openSessions } from '../sessions.ts';
import { approval, timeoutOf } from './run-options.ts';

/** A session that a run is about, and what the run has to go by. */
export interface OnSession {
  readonly id: string;
  readonly archived: boolean;
  readonly signal: AbortSignal;
  readonly timeoutMs: number | null;
}

/**
 * Runs work on one session with the ports of its world, real or simulated. Rejects with not-found or invalid-input for a reference that is no
 * session's, or where a real one is to be rehearsed.
 */
export async function onSession<T>(
  { context, settings }: Call,
  reference: string,
  options: RunOptions & { readonly approve?: Parameters<typeof approval>[0] },
  work: (session: OnSession, ports: LabPorts) => Promise<T>,
): Promise<T> {
  const store = openSessions(context);
  const { id, archived } = await store.resolve(reference, { archived: true });
  const rehearsed = await isRehearsed(store, id);
  requireRehearsed(id, rehearsed, options);
  const timeoutMs = timeoutOf(options, settings);
  return withPorts(context, { rehearsed, options: { fault: options.faults }, approve: approval(options.approve) }, (ports) => work({ id, archived, signal: context.signal, timeoutMs }, ports));
}
