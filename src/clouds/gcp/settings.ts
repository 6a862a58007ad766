import * as z from 'zod';
import { type CloudSettings, settingsOf } from '../../core/cloud-settings.ts';

/** The block `gcp` of a profile (contract §4). */
export const block = z.strictObject({
  project: z.string().nullable().default(null),
  subnetwork: z.string().nullable().default(null),
});

export const access = { project: null } as const;

export type GcpSettings = z.output<typeof block>;

/** The block as a stack carries it. */
export function gcpSettings(settings: CloudSettings): GcpSettings {
  return settingsOf(block, settings, 'gcp');
}
