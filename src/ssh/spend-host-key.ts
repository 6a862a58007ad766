import { capture } from './channel.ts';
import { type Connection, type ConnectRequest, connectTo } from './connect.ts';
import { ConnectError } from './connect-error.ts';
import type { PinnedKey } from './known-hosts.ts';
import { longer, type Patience, pause } from './patience.ts';
import { asRoot, restartScript } from './rotate-script.ts';
import { rotateHostKey } from './rotate-host-key.ts';

export type Spending =
  /** `connection` is a new one, over the new key, except where there is a warning. */
  | { readonly kind: 'done'; readonly connection: Connection; readonly warning: string | null }
  | { readonly kind: 'failed'; readonly reason: string };

export interface SpendRequest {
  /** The login over the injected key. */
  readonly connection: Connection;
  readonly connect: Omit<ConnectRequest, 'pinnedKeys' | 'timeoutMs' | 'onStage' | 'signal'>;
  readonly pin: (keys: readonly Omit<PinnedKey, 'name'>[]) => Promise<void>;
  readonly patience: Patience;
}

/**
 * Replaces the injected host key, which was in Terraform and in user data, by one the guest makes itself over the
 * authenticated login (contract §4, SSH trust); pins it, and proves it by logging in again. Where the guest refuses, the
 * injected pin stays, with a warning. Deliberately not to be interrupted in the middle: it is short.
 */
export async function spendHostKey(request: SpendRequest): Promise<Spending> {
  const { connection, pin, patience } = request;
  const injected = { publicKey: connection.hostKey, origin: 'injected' } as const;
  const rotation = await rotateHostKey(connection, {
    timeoutMs: patience.rotationMs,
    keep: (publicKey) => pin([injected, { publicKey, origin: 'replaced' }]),
  });
  if (rotation.kind === 'refused') {
    await pin([injected]);
    const warning = `the guest did not make itself a new host key (${rotation.reason}); the one it shows is also in the Terraform state`;
    return { kind: 'done', connection, warning };
  }
  const replaced = { publicKey: rotation.publicKey, origin: 'replaced' } as const;
  const proved = (await proves(request, replaced.publicKey)) ?? (await afterRestart(request, replaced.publicKey));
  if (proved !== null) {
    await pin([replaced]);
    connection.close();
    return { kind: 'done', connection: proved, warning: null };
  }
  const old = await proves(request, injected.publicKey);
  connection.close();
  if (old === null) return { kind: 'failed', reason: 'SSH did not come back after the host key was replaced' };
  // Both stay pinned: the next start of its sshd will show the new one.
  const warning = 'the guest has a new host key, but its SSH server still shows the one that is also in the Terraform state';
  return { kind: 'done', connection: old, warning };
}

async function afterRestart(request: SpendRequest, publicKey: string): Promise<Connection | null> {
  const restarted = await capture(request.connection, asRoot, { input: restartScript }).catch(() => null);
  return restarted === null ? null : proves(request, publicKey);
}

/** Logs in with only this key pinned; null when the machine does not show it in time. */
async function proves({ connect, patience }: SpendRequest, publicKey: string): Promise<Connection | null> {
  const { signal } = new AbortController();
  const endsAt = Date.now() + patience.newKeyMs;
  let pauseMs = patience.firstPauseMs / 2;
  for (;;) {
    try {
      return await connectTo({ ...connect, pinnedKeys: [publicKey], timeoutMs: patience.loginMs, signal });
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      if (Date.now() + pauseMs >= endsAt) return null;
    }
    await pause(pauseMs, signal);
    pauseMs = longer(pauseMs, patience);
  }
}
