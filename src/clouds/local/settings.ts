import * as z from 'zod';
import { type CloudSettings, settingsOf } from '../../core/cloud-settings.ts';
import { isPortPair } from '../../core/port-mapping.ts';

/** The block `local` of a profile (contract §4). */
export const block = z.strictObject({
  forward: z.array(z.string().refine(isPortPair, { error: 'expected HOSTPORT:GUESTPORT, each from 1 to 65535' })).default([]),
  share: z.string().min(1).nullable().default(null),
});

export const paths: readonly string[] = ['share'];

/** The block as a stack carries it. */
export function localSettings(settings: CloudSettings): z.output<typeof block> {
  return settingsOf(block, settings, 'local');
}
