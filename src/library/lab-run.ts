import type { LabEvent } from '../core/events.ts';

/** The event that ends a run: how it went. */
export type FinalEvent = Extract<LabEvent, { readonly type: 'result' }>;

/**
 * A run: its events as they come, each once and in order, however slow they are taken; its value is the last of them. It begins with the first
 * `next`. Leaving it early interrupts it, and `return` resolves when all has been ended in order.
 */
export type LabRun<Result = FinalEvent> = AsyncGenerator<LabEvent, Result, undefined>;

/** Takes a run's events. */
export type Sink = (event: LabEvent) => void;
