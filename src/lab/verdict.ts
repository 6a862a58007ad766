import type { Problem } from '../core/errors.ts';
import type { LeftResource, ReceiptPlace } from '../core/events.ts';

/** A resource of the state that is not in the cloud as it should be. */
export interface Difference {
  readonly address: string;
  readonly type: string;
  readonly id: string | null;
  /** What Terraform would do about it. */
  readonly action: string;
}

/** One stack, its state held against its cloud. */
export interface StackVerdict {
  readonly place: ReceiptPlace;
  readonly drifted: readonly Difference[];
  readonly vanished: readonly Difference[];
  readonly orphaned: readonly LeftResource[];
  /** Why it could not be held against the cloud, wholly or in part. */
  readonly problems: readonly Problem[];
}

/** A session, its stacks held against their clouds. */
export interface Verdict {
  readonly session: string;
  readonly time: string;
  readonly archived: boolean;
  /** Everything was asked, and nothing differs. */
  readonly clean: boolean;
  readonly stacks: Readonly<Record<string, StackVerdict>>;
}
