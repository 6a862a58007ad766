import * as z from 'zod';
import { profileSchema } from '../core/profile.ts';
import { settingsSchema } from './settings-schema.ts';

type Schema = z.core.$ZodType;

/**
 * The schema of a part of what `schema` describes: every key may be absent, at every depth, and nothing is
 * filled in. Unknown keys stay errors.
 */
export function partOf(schema: z.ZodObject): z.ZodObject {
  const shape: Readonly<Record<string, Schema>> = schema.shape;
  return z.strictObject(Object.fromEntries(Object.entries(shape).map(([key, field]) => [key, z.optional(withoutDefaults(field))])));
}

function withoutDefaults(field: Schema): Schema {
  if (field instanceof z.ZodDefault || field instanceof z.ZodPrefault) return withoutDefaults(field.unwrap());
  return field instanceof z.ZodObject ? partOf(field) : field;
}

/** A profile file: what it leaves out may come from flags, environment and configuration. */
export const profilePart = partOf(profileSchema);
export const settingsPart = partOf(settingsSchema);
/** `labtui.yaml` and `config.yaml`: fields of a profile and settings side by side. */
export const configFileSchema = z.strictObject({ ...profilePart.shape, ...settingsPart.shape });
