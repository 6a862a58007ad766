import process from 'node:process';
import * as z from 'zod';
import { isSameProcess, processStartTime } from '../platform/process-identity.ts';

/** A process that cannot be mistaken for a later one with the same number. */
export const processIdentitySchema = z.object({
  pid: z.number().int().positive(),
  /** Opaque: when it started, as this system tells it; null where it does not. */
  startTime: z.string().min(1).nullable(),
});
export type ProcessIdentity = Readonly<z.infer<typeof processIdentitySchema>>;

/** Who has this number now; null: nobody any more. */
export function identityOf(pid: number): ProcessIdentity | null {
  const startTime = processStartTime(pid);
  return startTime === null ? null : { pid, startTime };
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return isSameProcess(pid, startTime);
}

/** This very process, as others will find it. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, startTime: processStartTime(process.pid) };
}
