import type { PlanEvent } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { SessionRecord } from '../core/session.ts';

/** What a yes would do to one stack. */
export interface PlannedReplacement {
  readonly stack: string;
  /** Names of the machines that go and come again. */
  readonly hosts: readonly string[];
  /** As they are, and as they are to be: distro, image, type, disk. */
  readonly from: PinnedStack;
  readonly to: PinnedStack;
  /** Per hour, of the whole stack; null: not known. */
  readonly hourlyBefore: number | null;
  readonly plan: PlanEvent;
}

/** What a run asks before it goes on. */
export type Question =
  | { readonly about: 'create'; readonly session: SessionRecord; readonly plans: Readonly<Record<string, PlanEvent>> }
  | { readonly about: 'replace'; readonly session: SessionRecord; readonly swaps: readonly PlannedReplacement[] }
  | { readonly about: 'destroy'; readonly sessions: readonly SessionRecord[] };
