import * as z from 'zod';
import { type CloudSettings, settingsOf } from '../../../../src/core/cloud-settings.ts';

/** The block `nimbus` of a profile. */
export const block = z.strictObject({ endpoint: z.url().nullable().default(null), keyFile: z.string().nullable().default(null) });
export const paths: readonly string[] = ['keyFile'];

export function nimbusSettings(settings: CloudSettings): z.output<typeof block> {
  return settingsOf(block, settings, 'nimbus');
}
