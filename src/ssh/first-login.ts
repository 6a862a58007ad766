import { formatDuration } from '../core/duration.ts';
import { type Connection, type ConnectRequest, connectTo } from './connect.ts';
import { ConnectError, type ConnectProblem } from './connect-error.ts';
import type { HostProgress } from './host-progress.ts';
import { longer, type Patience, pause } from './patience.ts';

export type Login =
  | { readonly kind: 'in'; readonly connection: Connection }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'interrupted' };

/**
 * Tries again and again until the machine lets us in, reporting why it does not yet. Ends after `timeoutMs`; earlier
 * where the key was refused, or another host key was shown, for longer than a starting machine explains.
 */
export async function logInPatiently(
  request: Omit<ConnectRequest, 'timeoutMs' | 'onStage'>,
  { timeoutMs, patience, progress }: { timeoutMs: number; patience: Patience; progress: HostProgress },
): Promise<Login> {
  const endsAt = Date.now() + timeoutMs;
  const since = new Map<ConnectProblem, number>();
  const stopped = () => request.signal.aborted;
  let pauseMs = patience.firstPauseMs;
  while (!stopped()) {
    try {
      const left = Math.max(1_000, endsAt - Date.now());
      const connection = await connectTo({
        ...request,
        timeoutMs: Math.min(patience.loginMs, left),
        onStage: (stage) => progress.reached(stage),
      });
      return { kind: 'in', connection };
    } catch (error) {
      if (stopped()) return { kind: 'interrupted' };
      if (!(error instanceof ConnectError)) throw error;
      progress.at(error.stage, error.message);
      const now = Date.now();
      const first = since.get(error.problem) ?? now;
      since.set(error.problem, first);
      const verdict = finalVerdict(error, now - first, patience);
      if (verdict !== null) return { kind: 'failed', reason: verdict };
      if (now + pauseMs >= endsAt) {
        return { kind: 'failed', reason: `no SSH login within ${formatDuration(timeoutMs)}: ${error.message}` };
      }
    }
    await pause(pauseMs, request.signal);
    pauseMs = longer(pauseMs, patience);
  }
  return { kind: 'interrupted' };
}

function finalVerdict(error: ConnectError, lastedMs: number, patience: Patience): string | null {
  switch (error.problem) {
    case 'network':
      return null;
    case 'permission':
      if (lastedMs < patience.permissionMs) return null;
      return `${error.message} for ${formatDuration(lastedMs)}: the login user or the key is not the one the machine knows`;
    case 'host-key':
      if (lastedMs < patience.otherHostKeyMs) return null;
      return `${error.message}, for ${formatDuration(lastedMs)}: it did not take labtui's host key, or another machine answers at this address`;
  }
}
