import type { LabRun } from '../library/lab-run.ts';
import type { ProfileFields } from '../library/profile-fields.ts';
import { surroundingsOf } from '../library/surroundings.ts';
import { applyOverrides } from '../input/overrides.ts';
import type { CliContext } from './context.ts';
import type { Reader } from './readers/reader.ts';

/** The fields of the profile that flags give. Rejects with invalid-input that names the flag. */
export async function flagFields(context: CliContext, options: Readonly<Record<string, unknown>>): Promise<ProfileFields> {
  // Checked against the profile's own schema as it is read.
  return applyOverrides(options, await surroundingsOf(context)).value as ProfileFields;
}

/** Shows a run's events as they come; what it ended with. */
export async function follow<Result>(run: LabRun<Result>, reader: Pick<Reader, 'take'>): Promise<Result> {
  for (;;) {
    const { done, value } = await run.next();
    if (done === true) return value;
    reader.take(value);
  }
}
