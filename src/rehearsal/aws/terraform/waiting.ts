import type { ProviderContext } from '../../provider/behaviour.ts';
import type { Operation } from '../model/operations.ts';
import { hasCode, pause } from './ask-ec2.ts';
import { WaitFailed } from './failures.ts';

const minuteMs = 60_000;

export interface StateWait {
  readonly operation: Operation;
  /** null: it is not there (any more). */
  look(): Promise<string | null>;
  readonly pending: readonly string[];
  /** null: until it is gone. */
  readonly target: string | null;
  readonly timeoutMs: number;
  /** Before the first look. @default 0 */
  readonly delayMs?: number;
  /** What the cloud says of an unexpected state. */
  lastError?(): Promise<string | null>;
}

/** Waits for a state as `retry.StateChangeConf` does. Rejects with a WaitFailed or a CallFailed. */
export async function waitForState(context: ProviderContext, wait: StateWait): Promise<void> {
  const { operation, pending, target, timeoutMs, delayMs = 0 } = wait;
  if (delayMs > 0) await pause(context, delayMs, operation);
  for (let waitedMs = 0, nextMs = 1_000; ; ) {
    const state = await wait.look();
    if (state === target) return;
    const wanted = target ?? '';
    if (state === null) throw new WaitFailed(`couldn't find resource (21 retries)`);
    if (!pending.includes(state)) {
      const last = (await wait.lastError?.()) ?? null;
      throw new WaitFailed(`unexpected state '${state}', wanted target '${wanted}'. last error: ${last ?? '%!s(<nil>)'}`);
    }
    if (waitedMs >= timeoutMs) {
      const what = target === null ? 'resource to be gone' : `state to become '${target}'`;
      throw new WaitFailed(`timeout while waiting for ${what} (last state: '${state}', timeout: ${goDuration(timeoutMs)})`);
    }
    await pause(context, nextMs, operation);
    waitedMs += nextMs;
    nextMs = Math.min(10_000, nextMs * 2);
  }
}

/** Tries again while the cloud answers one of these codes, as the provider does with things that others still use. */
export async function retryWhile<T>(context: ProviderContext, codes: readonly string[], timeoutMs: number, operation: Operation, attempt: () => Promise<T>): Promise<T> {
  for (let waitedMs = 0, nextMs = 500; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (!hasCode(error, ...codes) || waitedMs >= timeoutMs) throw error;
    }
    await pause(context, nextMs, operation);
    waitedMs += nextMs;
    nextMs = Math.min(10_000, nextMs * 2);
  }
}

/** `10m0s` */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${rest}s`;
}

/** A timeout of the configuration (`10m`, `1h30m`, `45s`); null for none or no duration. */
export function parseGoDuration(text: string | null): number | null {
  if (text === null || !/^(?:\d+(?:\.\d+)?(?:h|m|s|ms))+$/.test(text)) return null;
  const units: Readonly<Record<string, number>> = { h: 60 * minuteMs, m: minuteMs, s: 1_000, ms: 1 };
  return [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)].reduce((sum, [, value = '0', unit = 's']) => sum + Number(value) * (units[unit] ?? 0), 0);
}
