import type { Problem } from '../core/errors.ts';
import type { SessionRecord } from '../core/session.ts';
import type { Readiness } from './wait-ready.ts';

/** What is said of machines that were made and cannot be used. `hooks`: SSH was well, what was to be waited for besides was not. */
export function notReady({ reasons, ended }: Extract<Readiness, { readonly ok: false }>, waitedFor: 'ssh' | 'hooks', { id, ssh }: SessionRecord): Problem {
  const [summary = 'the machine was not ready in time', ...others] = reasons;
  const longer = waitedFor === 'ssh' ? `a longer wait: ssh.timeout, now ${Math.round(ssh.timeoutMs / 1_000)} s` : 'a longer --timeout; with --keep-on-failure the machine stays to be looked at';
  return { kind: 'not-ready', summary, detail: others.join('\n') || undefined, hint: ended ? `with --keep-on-failure it stays to be looked at: labtui console ${id}   shows its last words` : longer };
}
