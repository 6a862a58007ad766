import * as z from 'zod';
import { type CloudSettings, settingsOf } from '../../core/cloud-settings.ts';

const isPort = (text: string): boolean => Number(text) >= 1 && Number(text) <= 65_535;

/** The block `local` of a profile (contract §4). */
export const block = z.strictObject({
  forward: z.array(z.string().refine((text) => /^\d{1,5}:\d{1,5}$/.test(text) && text.split(':').every(isPort), { error: 'expected HOSTPORT:GUESTPORT, each from 1 to 65535' })).default([]),
  share: z.string().min(1).nullable().default(null),
});

export const paths: readonly string[] = ['share'];

/** The block as a stack carries it. */
export function localSettings(settings: CloudSettings): z.output<typeof block> {
  return settingsOf(block, settings, 'local');
}
