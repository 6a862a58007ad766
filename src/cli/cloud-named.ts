import { type CloudId, cloudIds } from '../core/clouds.ts';
import { invalidInput } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';

/** A cloud by its id; LabError invalid-input with the known ones otherwise. */
export function cloudNamed(text: string): CloudId {
  const id = cloudIds.find((known) => known === text);
  if (id !== undefined) return id;
  throw invalidInput(`unknown cloud "${text}"${didYouMean(text, cloudIds)}`, `one of ${cloudIds.join(', ')}`);
}
