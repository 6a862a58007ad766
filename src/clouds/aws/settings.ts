import * as z from 'zod';
import { type CloudSettings, settingsOf } from '../../core/cloud-settings.ts';

/** The block `aws` of a profile (contract §4). */
export const block = z.strictObject({
  profile: z.string().min(1).nullable().default(null),
  iamInstanceProfile: z.string().regex(/^[\w+=,.@-]{1,128}$/, { error: 'an instance profile name' }).nullable().default(null),
  securityGroupIds: z.array(z.string().regex(/^sg-[0-9a-f]+$/, { error: 'a security group id such as sg-0123456789abcdef0' })).default([]),
  subnetId: z.string().regex(/^subnet-[0-9a-f]+$/, { error: 'a subnet id such as subnet-0123456789abcdef0' }).nullable().default(null),
  endpoint: z.url({ protocol: /^https?$/, error: 'expected an http or https URL' }).nullable().default(null),
});

export const access = { profile: 'AWS_PROFILE', endpoint: 'AWS_ENDPOINT_URL' } as const;

export type AwsSettings = z.output<typeof block>;

/** The block as a stack carries it. */
export function awsSettings(settings: CloudSettings): AwsSettings {
  return settingsOf(block, settings, 'aws');
}
