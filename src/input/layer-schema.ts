import * as z from 'zod';
import { type ProfileCloud, type ProfileSchema, profileSchemaOf } from '../core/profile.ts';
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

export const settingsPart = partOf(settingsSchema);

export interface ProfileSchemas {
  /** A whole profile. */
  readonly whole: ProfileSchema;
  /** A profile file: what it leaves out may come from flags, environment and configuration. */
  readonly part: z.ZodObject;
  /** `labtui.yaml` and `config.yaml`: fields of a profile and settings side by side. */
  readonly configFile: z.ZodObject;
}

const made = new WeakMap<readonly ProfileCloud[], ProfileSchemas>();

/** The schemas of what is written about labs on these clouds; made once for each list of them. */
export function profileSchemas(clouds: readonly ProfileCloud[]): ProfileSchemas {
  const known = made.get(clouds);
  if (known !== undefined) return known;
  const whole = profileSchemaOf(clouds);
  const part = partOf(whole);
  const schemas = { whole, part, configFile: z.strictObject({ ...part.shape, ...settingsPart.shape }) };
  made.set(clouds, schemas);
  return schemas;
}
