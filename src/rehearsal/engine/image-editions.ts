import type { ImageQuery } from '../../core/distro.ts';
import { type ImageEdition, matchesPattern, nameOfPattern } from './image-names.ts';

export interface NamedEdition {
  readonly name: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

const newer: ImageEdition = { day: '20261110', minor: 7 };
const older: ImageEdition = { day: '20261013', minor: 6 };

/**
 * Images that a query finds: where it leaves a choice, an older one and a newer one. Where the newest goes by version, the
 * older one was published later, as older minor releases are: who goes by the date gets the wrong one. `name` is for images
 * that are listed without one.
 */
export function imageEditions(query: ImageQuery, name: string): readonly NamedEdition[] {
  switch (query.cloud) {
    case 'aws': {
      const pattern = query.namePattern ?? `${name}-*`;
      const editions = [older, newer].map((edition) => ({ name: nameOfPattern(pattern, edition), createdAt: createdAt(edition.day) }));
      const [first, second] = editions.filter((edition) => matchesPattern(pattern, edition.name));
      if (first === undefined || second === undefined || first.name === second.name) return editions.slice(1);
      return query.newestBy === 'version' ? [{ ...first, createdAt: second.createdAt }, { ...second, createdAt: first.createdAt }] : [first, second];
    }
    case 'gcp': {
      if (query.name !== null) return [{ name: query.name, createdAt: createdAt(newer.day) }];
      return [older, newer].map(({ day }) => ({ name: `${query.family ?? name.replace(/[^a-z0-9]+/g, '-')}-v${day}`, createdAt: createdAt(day) }));
    }
    // Its versions stand behind `latest`, and the model makes them.
    case 'azure':
      return [{ name: 'publisher' in query ? `${query.publisher}:${query.offer}:${query.sku}` : query.communityGallery, createdAt: createdAt(newer.day) }];
    case undefined:
      return [{ name: query.slug, createdAt: createdAt(newer.day) }];
    case 'local':
      return [{ name: query.url, createdAt: createdAt(newer.day) }];
  }
}

function createdAt(day: string): string {
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T06:00:00.000Z`;
}
