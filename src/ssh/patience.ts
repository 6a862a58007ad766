import { setTimeout as delay } from 'node:timers/promises';

/** How long readiness waits for what, in milliseconds. Measured values; tests use smaller ones. */
export interface Patience {
  /** Between attempts: the first pause, growing by half up to the last. */
  readonly firstPauseMs: number;
  readonly lastPauseMs: number;
  /** One attempt from the open connection to the login. */
  readonly loginMs: number;
  /** sshd may come up before cloud-init wrote the authorized keys. */
  readonly permissionMs: number;
  /** Right after the start an image's sshd may show a key of its own, until cloud-init replaces it. */
  readonly otherHostKeyMs: number;
  /** For the guest to publish its host keys, where it does that. */
  readonly publishedMs: number;
  /** For the guest to make itself a host key. */
  readonly rotationMs: number;
  /** For sshd to show the new key after it was told. */
  readonly newKeyMs: number;
}

export const usualPatience: Patience = {
  firstPauseMs: 500,
  lastPauseMs: 3_000,
  loginMs: 15_000,
  permissionMs: 120_000,
  otherHostKeyMs: 60_000,
  publishedMs: 120_000,
  rotationMs: 60_000,
  newKeyMs: 15_000,
};

/** The same for machines that start so many times faster. What the computer itself needs for a login stays. */
export function patienceAt(speed: number): Patience {
  const { firstPauseMs, lastPauseMs, permissionMs, otherHostKeyMs, publishedMs } = usualPatience;
  return {
    ...usualPatience,
    firstPauseMs: Math.max(50, firstPauseMs / speed),
    lastPauseMs: Math.max(200, lastPauseMs / speed),
    permissionMs: Math.max(5_000, permissionMs / speed),
    otherHostKeyMs: Math.max(5_000, otherHostKeyMs / speed),
    publishedMs: Math.max(5_000, publishedMs / speed),
  };
}

/** A pause that an abort ends early, without an error. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

/** The pause after this one. */
export function longer(pauseMs: number, { lastPauseMs }: Patience): number {
  return Math.min(pauseMs * 1.5, lastPauseMs);
}
