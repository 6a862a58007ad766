import type { Undeleted } from '../core/cloud.ts';
import { LabError } from '../core/errors.ts';
import type { LeftResource } from '../core/events.ts';

/** Waits that long, or until the API is closed; a test has a clock of its own. */
export type Sleep = (ms: number) => Promise<void>;

export interface DeletePatience {
  readonly sleep: Sleep;
  /** Something else still holds it, which is on its way out. */
  readonly isHeld: (error: LabError) => boolean;
  /** It is not there any more: as good as deleted. */
  readonly isGone?: (error: LabError) => boolean;
}

/** How many deletions a cloud is asked for at once. */
export const deletionsAtOnce = 16;

/** What an ended instance leaves behind is let go of within seconds, a network interface of another service within minutes. */
const attempts = 12;
const pauseMs = 5_000;

/** Deletes one resource; while something still holds it, again and again for a minute. Null, or why it is still there. */
export async function deletedOrWhy(resource: LeftResource, remove: () => Promise<unknown>, { sleep, isHeld, isGone = () => false }: DeletePatience): Promise<Undeleted | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await remove();
      return null;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      if (isGone(error)) return null;
      if (!isHeld(error) || attempt === attempts) return { resource, problem: error.problem };
    }
    await sleep(pauseMs);
  }
}
