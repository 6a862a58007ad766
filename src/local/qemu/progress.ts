import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Monitor } from './qmp.ts';

/** What a guest has done so far, as seen from outside. */
export interface Progress {
  readonly consoleBytes: number;
  readonly diskOperations: number;
  readonly diskBytes: number;
  /** QEMU's run state: `running`, `internal-error`, ... */
  readonly status: string;
}

/** How a boot is judged. */
export interface Patience {
  /** A guest that has read that much of its disk runs a kernel: it is alive. */
  readonly aliveBytes: number;
  /** No sign of life for that long is a stall: longer than a boot loader counts down. */
  readonly silenceMs: number;
  readonly pauseMs: number;
  /** A guest that does something now and then, and is not alive after that long, would be faster by emulation. */
  readonly longestMs: number;
}

export const usualPatience: Patience = { aliveBytes: 16 * 1024 ** 2, silenceMs: 8_000, pauseMs: 250, longestMs: 60_000 };

export type Verdict = { readonly kind: 'alive' } | { readonly kind: 'stalled'; readonly reason: string } | { readonly kind: 'interrupted' };

const blockStatistics = z.array(z.object({ stats: z.object({ rd_operations: z.number(), wr_operations: z.number(), rd_bytes: z.number() }) }));
const runState = z.object({ status: z.string() });

/** Reads it off a monitor and a console's log. */
export async function readProgress(monitor: Monitor, consoleFile: string): Promise<Progress> {
  const blocks = blockStatistics.parse(await monitor.execute('query-blockstats'));
  const { status } = runState.parse(await monitor.execute('query-status'));
  const sum = (value: (stats: (typeof blocks)[number]['stats']) => number): number => blocks.reduce((total, { stats }) => total + value(stats), 0);
  const consoleBytes = await stat(consoleFile).then(({ size }) => size, () => 0);
  return { consoleBytes, diskOperations: sum(({ rd_operations, wr_operations }) => rd_operations + wr_operations), diskBytes: sum(({ rd_bytes }) => rd_bytes), status };
}

/**
 * Watches a boot until the guest is alive, or stands still: hosts that are virtual machines themselves offer KVM on which guests hang
 * for ever, at the first instruction or in the middle of a boot. Rejects as the monitor does.
 */
export async function watchBoot(look: () => Promise<Progress>, { aliveBytes, silenceMs, pauseMs, longestMs }: Patience, signal?: AbortSignal): Promise<Verdict> {
  const startedMs = performance.now();
  let last: Progress | null = null;
  let changedMs = startedMs;
  for (;;) {
    if (signal?.aborted === true) return { kind: 'interrupted' };
    const now = await look();
    if (now.status === 'internal-error') return { kind: 'stalled', reason: 'KVM gave up on the guest (internal-error)' };
    if (now.diskBytes >= aliveBytes) return { kind: 'alive' };
    const nowMs = performance.now();
    if (now.consoleBytes !== last?.consoleBytes || now.diskOperations !== last.diskOperations) [last, changedMs] = [now, nowMs];
    const { consoleBytes, diskOperations } = now;
    if (nowMs - changedMs >= silenceMs) {
      const seconds = Math.round((nowMs - changedMs) / 1_000);
      return { kind: 'stalled', reason: `the guest stood still for ${seconds} s after ${diskOperations} disk operations and ${consoleBytes} bytes on its console` };
    }
    if (nowMs - startedMs >= longestMs) {
      return { kind: 'stalled', reason: `the guest had come no further than ${diskOperations} disk operations and ${consoleBytes} bytes on its console after ${Math.round(longestMs / 1_000)} s` };
    }
    await sleep(pauseMs);
  }
}
