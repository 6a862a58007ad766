import { capture } from './channel.ts';
import { type CloudInitOutcome, readStatus, statusCommand } from './cloud-init-status.ts';
import type { Connection } from './connect.ts';
import { ConnectError } from './connect-error.ts';
import type { Login } from './first-login.ts';

export type CloudInitWait =
  | { readonly kind: 'over'; readonly outcome: Exclude<CloudInitOutcome, { kind: 'too-old' }>; readonly connection: Connection }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'interrupted' };

/**
 * Waits until cloud-init is done, over as many connections as it takes: it may restart sshd, the network or the machine.
 * The time is the caller's to bound, by the signal; `reconnect` bounds itself.
 */
export async function awaitCloudInit(
  first: Connection,
  { signal, reconnect }: { signal: AbortSignal; reconnect: () => Promise<Login> },
): Promise<CloudInitWait> {
  let connection = first;
  let format: 'json' | 'text' = 'json';
  for (;;) {
    const outcome = await ask(connection, format, signal);
    if (signal.aborted) {
      connection.close();
      return { kind: 'interrupted' };
    }
    if (outcome === null) {
      connection.close();
      const login = await reconnect();
      if (login.kind !== 'in') return login;
      ({ connection } = login);
    } else if (outcome.kind === 'too-old') {
      format = 'text';
    } else {
      return { kind: 'over', outcome, connection };
    }
  }
}

/** null: the connection broke, or the machine ended the question while going down. */
async function ask(connection: Connection, format: 'json' | 'text', signal: AbortSignal): Promise<CloudInitOutcome | null> {
  const leave = () => connection.close();
  signal.addEventListener('abort', leave, { once: true });
  try {
    const { code, stdout, stderr } = await capture(connection, statusCommand(format));
    return code > 128 ? null : readStatus(format, code, stdout, stderr);
  } catch (error) {
    if (error instanceof ConnectError) return null;
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
