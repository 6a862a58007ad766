export const ciProviders = ['github', 'gitlab'] as const;
export type CiProvider = (typeof ciProviders)[number];

/** What a CI is to do, all of it checked. */
export interface CiRequest {
  /** Which labtui it installs. */
  readonly version: string;
  readonly distros: readonly string[];
  readonly clouds: readonly string[];
  /** Empty: as the profile or labtui chooses. */
  readonly arches: readonly string[];
  readonly command: readonly string[];
  /** On simulated clouds: no login. */
  readonly rehearse: boolean;
  /** Where in the repository the command is run; `.`: at its root. */
  readonly folder: string;
  /** Beside it, a schedule that ends what a cancelled or lost job has left. */
  readonly sweeper: boolean;
}

/** How a file of a CI signs in to clouds, as text at the place where it belongs; nothing of it for a rehearsal or this computer. */
export interface Access {
  /** What somebody has to set in the CI's settings, none of it secret: who is asking is proved by a token of the CI's own. */
  readonly variables: readonly string[];
  readonly federated: boolean;
}

export const junitFile = 'labtui.xml';

/** Longest that the command may take; the rest of the job's hour is for cleaning up. A login by token lasts an hour. */
export const runMinutes = 45;
export const jobMinutes = 60;
