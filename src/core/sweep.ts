import type { ReceiptEvent } from './events.ts';

/** What becomes of a session that the clouds hold something of. */
export interface SweepVerdict {
  /** `destroy`: through the session's own state; `delete`: by the cloud's API; `spare`: it is listed only. */
  readonly action: 'destroy' | 'delete' | 'spare';
  readonly why: string;
  /** The switch that would have it deleted; null: none would, or it is. */
  readonly unlock: string | null;
}

/** A marked resource as a sweep tells of it. */
export interface SweptResource {
  readonly cloud: string;
  readonly account: string;
  readonly region: string | null;
  readonly type: string;
  readonly id: string;
  readonly name: string | null;
}

/** A session that a sweep found something of, and what becomes of it. */
export interface SweptSession extends SweepVerdict {
  readonly session: string | null;
  readonly owners: readonly string[];
  readonly createdAt: string | null;
  readonly expiresAt: string | null;
  readonly resources: readonly SweptResource[];
}

/** A place that answered. */
export interface SweptPlace {
  readonly cloud: string;
  readonly account: string;
  readonly region: string | null;
  readonly tagQuery: string;
  readonly listedAt: string;
}

/** A place that did not. */
export interface UnaskedPlace {
  readonly cloud: string;
  /** null: whichever the configured credentials would lead to. */
  readonly account: string | null;
  /** null: the whole account. */
  readonly region: string | null;
  /** labtui has created something there, or the user named it: the sweep proves nothing of it. */
  readonly expected: boolean;
  readonly reason: string;
  readonly hint: string | null;
}

/** What a sweep has found, before anything is deleted. */
export interface SweepFindings {
  readonly time: string;
  readonly places: readonly SweptPlace[];
  readonly unasked: readonly UnaskedPlace[];
  readonly sessions: readonly SweptSession[];
}

export interface SweepReceipt extends SweepFindings, Omit<ReceiptEvent, 'type'> {
  readonly v: 1;
  readonly exitCode: number;
}
