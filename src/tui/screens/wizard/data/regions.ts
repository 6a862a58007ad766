import { isObject, isTrue, numberAt, objectsOf, textAt } from './json.ts';

export interface RegionOption {
  readonly id: string;
  readonly place: string;
  readonly usable: boolean;
  readonly optIn: boolean;
}

/** The regions of one cloud, as `regions --json` has them; null where the document is none of it. */
export function regionsFrom(document: unknown): readonly RegionOption[] | null {
  if (!isObject(document) || !Array.isArray(document.regions)) return null;
  return objectsOf(document.regions).map((region) => {
    const place = [textAt(region, 'city'), textAt(region, 'country')].filter((part) => part !== null && part !== '').join(', ');
    return { id: textAt(region, 'id') ?? '', place: place === '' ? (textAt(region, 'name') ?? '') : place, usable: isTrue(region, 'usable'), optIn: isTrue(region, 'optIn') };
  });
}

/** Milliseconds to each region that answered, nearest first, as `regions --measure --json` has them. */
export function latenciesFrom(document: unknown): ReadonlyMap<string, number> | null {
  if (!isObject(document) || !Array.isArray(document.regions)) return null;
  const answered = objectsOf(document.regions).flatMap((region): readonly (readonly [string, number])[] => {
    const id = textAt(region, 'id');
    const ms = numberAt(region, 'connectMs');
    return id === null || ms === null ? [] : [[id, ms]];
  });
  return new Map(answered.toSorted(([, a], [, b]) => a - b));
}
