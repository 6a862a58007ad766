import * as z from 'zod';
import type { CloudId } from './clouds.ts';
import { LabError } from './errors.ts';

/** A stack's settings for its cloud: the profile's block of that cloud, under the cloud's id. */
export type CloudSettings = Readonly<Record<CloudId, unknown>>;

/** A cloud's own part of a profile. */
export interface CloudSettingsModule {
  /** What the block named after the cloud may say, every field with its default. */
  readonly block: z.ZodObject;
  /** Fields of it that are paths on this computer. */
  readonly paths?: readonly string[];
}

/**
 * A cloud's block as a stack carries it, what is left out with its default. Throws LabError of kind state where it cannot be read:
 * it was checked when it came in, so a newer labtui wrote it, or somebody else.
 */
export function settingsOf<S extends z.ZodObject>(block: S, settings: CloudSettings, cloud: CloudId): z.output<S> {
  const read = block.safeParse(settings[cloud] ?? {});
  if (read.success) return read.data;
  throw new LabError({ kind: 'state', summary: `the settings "${cloud}" of this session cannot be read: ${z.prettifyError(read.error)}` });
}
