import * as z from 'zod';
import { arches } from '../core/clouds.ts';
import { imageStatuses, initKinds } from '../core/distro.ts';

export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'expected a day such as 2030-05-31' });
export const user = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: 'a login user has a-z, 0-9, _ and -' });
export const line = z.string().min(1);

const details = {
  status: z.enum(imageStatuses).optional(),
  confidence: z.enum(['high', 'medium', 'low']).optional(),
  user: user.optional(),
  init: z.enum(initKinds).optional(),
  sourceDate: day.optional(),
  notes: line.optional(),
};

/** What the entry of any cloud may say of its image. */
export const entryDetails = {
  ...details,
  arch: z.array(z.enum(arches)).min(1).optional(),
  amd64: z.strictObject(details).optional(),
  arm64: z.strictObject(details).optional(),
};

export type EntryDetails = z.output<z.ZodObject<typeof entryDetails>>;
