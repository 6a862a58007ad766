import { invalidInput } from '../../core/errors.ts';
import { tagKeys } from '../../core/tags.ts';

type Tags = Readonly<Record<string, string>>;

/** The tag that holds a resource's name in labtui's words: a machine's, or its stack's. */
export const nameTag = 'Name';

const own: ReadonlySet<string> = new Set([...Object.values(tagKeys), nameTag].map(folded));

// Azure Resource Manager: limits of tags, and prefixes that are its own.
const forbiddenCharacters = /[<>%&\\?/]/;
const forbiddenPrefix = /^(?:microsoft|azure|windows)/i;
const longestValue = 256;

/**
 * A resource's tags with its name. Azure tells names apart without their case, so a tag of the user's that differs from one of
 * labtui's in nothing else gives way to it. Throws invalid-input for tags that Azure would refuse.
 */
export function azureTags(tags: Tags, name: string): Record<string, string> {
  const seen = new Map<string, string>();
  const kept = Object.entries({ ...tags, [nameTag]: name }).filter(([key]) => !own.has(folded(key)) || isOwn(key));
  for (const [key, value] of kept) {
    if (!own.has(folded(key))) checkTag(key, value);
    const other = seen.get(folded(key));
    if (other !== undefined) {
      throw invalidInput(`the tags "${other}" and "${key}" are one and the same to Azure`, 'give one of them another name');
    }
    seen.set(folded(key), key);
  }
  return Object.fromEntries(kept);
}

/** The value of a tag whatever its name's case; null where there is none. */
export function tagIn(tags: Tags | null | undefined, key: string): string | null {
  const found = Object.entries(tags ?? {}).find(([name]) => folded(name) === folded(key));
  return found?.[1] ?? null;
}

function isOwn(key: string): boolean {
  return key === nameTag || Object.values(tagKeys).some((one) => one === key);
}

function checkTag(key: string, value: string): void {
  const forbidden = forbiddenCharacters.exec(key)?.[0];
  if (forbidden !== undefined) throw invalidInput(`Azure takes no ${forbidden} in the name of a tag: "${key}"`, 'give the tag another name');
  if (forbiddenPrefix.test(key)) throw invalidInput(`Azure keeps tags that begin with microsoft, azure or windows to itself: "${key}"`, 'give the tag another name');
  if (value.length > longestValue) throw invalidInput(`the tag "${key}" has ${value.length} characters; Azure takes ${longestValue}`, 'shorten it');
}

function folded(key: string): string {
  return key.toLowerCase();
}
