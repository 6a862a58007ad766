import * as z from 'zod';

/** The block `local` of a profile (contract §4). */
export const block = z.strictObject({
  forward: z.array(z.string().regex(/^\d{1,5}:\d{1,5}$/, { error: 'expected HOSTPORT:GUESTPORT' })).default([]),
  share: z.string().min(1).nullable().default(null),
});

export const paths: readonly string[] = ['share'];
