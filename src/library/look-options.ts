import type { ReceiptEvent } from '../core/events.ts';
import type { CallOptions, MachineOptions } from './options.ts';

export interface ListOptions extends CallOptions {
  /** Those that have ended, too. @default false */
  readonly archived?: boolean | undefined;
}

export interface EventsOptions extends CallOptions {
  /** Goes on as events come, until it is left or `signal` comes. @default false */
  readonly follow?: boolean | undefined;
  /** Only what was said from then on, and until then. @default all */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

export type SnapshotsOptions = CallOptions & Pick<MachineOptions, 'host' | 'stack'>;

/** What the last teardown of a session, or the last sweep, proved. */
export type KeptReceipt = Omit<ReceiptEvent, 'type'> & {
  /** ISO time. */
  readonly time: string;
};
