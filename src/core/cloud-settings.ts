import * as z from 'zod';
import type { CloudId, CloudSettings } from './clouds.ts';
import { LabError } from './errors.ts';

export type { CloudSettings } from './clouds.ts';

/** A cloud's own part of a profile. */
export interface CloudSettingsModule {
  /** What the block named after the cloud may say, every field with its default. */
  readonly block: z.ZodObject;
  /** Fields of it that are paths on this computer. */
  readonly paths?: readonly string[];
  /**
   * Fields of it that lead to the account, so that it is found again without the profile: names and addresses, never a secret. Each with
   * the variable that stands for it where it is not set; null: none.
   */
  readonly access?: Readonly<Record<string, string | null>>;
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

/**
 * Of a stack's settings what leads to its account again: the fields of its cloud's block that say so, and what stood in the environment
 * in their place.
 */
export function accessSettings(
  settings: CloudSettings,
  cloud: CloudId,
  { access = {} }: Pick<CloudSettingsModule, 'access'>,
  environment: Readonly<Record<string, string | undefined>>,
): CloudSettings {
  const block = settings[cloud];
  const written = new Map(typeof block === 'object' && block !== null ? Object.entries(block) : []);
  const kept = Object.entries(access).flatMap(([field, variable]) => {
    const value: unknown = written.get(field) ?? (variable === null ? null : environment[variable]);
    return typeof value === 'string' && value !== '' ? [[field, withoutPassword(value)] as const] : [];
  });
  return kept.length === 0 ? {} : { [cloud]: Object.fromEntries(kept) };
}

/** An address may have a password in it. */
function withoutPassword(value: string): string {
  if (!URL.canParse(value)) return value;
  const url = new URL(value);
  if (url.password === '') return value;
  url.password = '';
  return url.href;
}
