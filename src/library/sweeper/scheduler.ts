import type { SweeperJob } from './job.ts';

export const schedulerKinds = ['systemd', 'cron'] as const;
export type SchedulerKind = (typeof schedulerKinds)[number];

/** What runs a job again and again on this computer. */
export interface Scheduler {
  readonly kind: SchedulerKind;
  /** Why it cannot be used here; null: it can. */
  problem(): Promise<string | null>;
  /** Puts the job in the place of one of that name. Rejects with kind prerequisite, and then nothing of it is left. */
  install(job: SweeperJob): Promise<void>;
  /** Why the job of that name does not run by itself; null: it does. */
  inactive(name: string): Promise<string | null>;
  /** What else should be known of it: that it ends with the login. null: nothing. */
  caveat(): Promise<string | null>;
  /** Leaves nothing. Does nothing where there is none. */
  remove(name: string): Promise<void>;
}
