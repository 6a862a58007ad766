import * as z from 'zod';

/** The block `libvirt` of a profile (contract §4). */
export const block = z.strictObject({ uri: z.string().nullable().default(null) });

export const access = { uri: null } as const;
