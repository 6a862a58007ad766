import * as z from 'zod';
import { type CloudSettings, settingsOf } from '../../core/cloud-settings.ts';

/** The block `azure` of a profile (contract §4). */
export const block = z.strictObject({
  subscriptionId: z.guid().nullable().default(null),
  subnetId: z.string().nullable().default(null),
});

export const access = { subscriptionId: null } as const;

export type AzureSettings = z.output<typeof block>;

/** The block as a stack carries it. */
export function azureSettings(settings: CloudSettings): AzureSettings {
  return settingsOf(block, settings, 'azure');
}
