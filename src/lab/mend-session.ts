import type { LogEvent } from '../core/events.ts';
import type { SessionStore } from '../core/session.ts';

/**
 * Puts right what a copy of a session's directory has lost, before anything is done with it; what it did, as events. Nothing for a
 * directory as labtui leaves it.
 */
export async function mendSession(id: string, sessions: SessionStore): Promise<readonly LogEvent[]> {
  const { closed, open, unlinked } = await sessions.mend(id);
  const { root } = sessions.paths(id);
  const say = (message: string): LogEvent => ({ type: 'log', level: 'warn', message });
  return [
    ...(closed.length === 0 ? [] : [say(`others could read ${some(closed)}; closed to all but you`)]),
    ...(open.length === 0 ? [] : [say(`others can read ${some(open)}, and it is not yours to close: sudo chown -R "$USER" ${root}`)]),
    ...unlinked.map((stack) => say(`the links of ${stack} to its providers lead elsewhere, as in a copied directory; init makes them anew`)),
  ];
}

/** Keys first: whoever could read them may have them. */
function some(paths: readonly string[]): string {
  const most = 4;
  const rank = (path: string): number => (/^ssh\/id_(?!.*\.pub)/.test(path) ? 0 : 1);
  const sorted = paths.toSorted((a, b) => rank(a) - rank(b));
  return sorted.length <= most ? sorted.join(', ') : `${sorted.slice(0, most).join(', ')} and ${sorted.length - most} more`;
}
