import type { SessionRecord } from '../core/session.ts';

/** A session as session.json has it, and where that is. */
export type ShownSession = SessionRecord & {
  readonly protectedBy: SessionRecord['protection']['by'];
  /** It has ended, and is in the archive. */
  readonly archived: boolean;
  readonly directory: string;
};
