import * as z from 'zod';
import { parseDuration } from '../core/duration.ts';

/** What holds for a run and not for the lab: the global flags, as `labtui.yaml` and `config.yaml` write them. */
export const settingsSchema = z.strictObject({
  sessionsDir: z.string().min(1).nullable().default(null),
  terraformBin: z.string().min(1).nullable().default(null),
  json: z.boolean().default(false),
  plain: z.boolean().default(false),
  quiet: z.boolean().default(false),
  autoApprove: z.boolean().default(false),
  parallelism: z.number().int().min(1).max(256).nullable().default(null),
  keepOnFailure: z.boolean().default(false),
  /** USD for all machines of a lab together. */
  maxHourly: z.number().positive().nullable().default(null),
  requireProtection: z.boolean().default(false),
  timeout: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'expected a duration such as 10m or 1h' })
    .nullable()
    .default(null),
});

/** Settings with every field present. */
export type Settings = Readonly<Omit<z.output<typeof settingsSchema>, 'timeout'>> & {
  /** Over the whole run; null: none. */
  readonly timeoutMs: number | null;
};
