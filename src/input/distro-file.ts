import * as z from 'zod';
import type { CloudFacts } from '../core/clouds.ts';
import { initKinds } from '../core/distro.ts';
import { day, line, user } from './image-entry.ts';
import { entryForms } from './image-forms.ts';

/** A cloud, as far as distro files speak of it. */
export type ImageCloud = Pick<CloudFacts, 'id' | 'images' | 'capabilities'>;

const word = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, { error: 'expected lower-case letters, digits, . and -' });
const serviceManager = z.enum(['systemd', 'openrc', 'rc']);

/**
 * A file of `distros/`, as it is written (distros/README.md), with entries for these clouds. Whether each image can be found is checked
 * by `readDistroFile`.
 */
export function distroFileSchemaOf(clouds: readonly ImageCloud[]) {
  // How an image is found on each cloud; each field may come from `common` or from the version.
  const own = clouds.filter(({ images }) => images.entriesOf === undefined);
  const cloudImages = z.strictObject(Object.fromEntries(own.map(({ id, images }) => [id, entryForms[images.form].written.optional()])));
  const version = z.strictObject({
    version: z.string({ error: 'a version is text: in quotes where it looks like a number, such as "24.04"' }).pipe(word),
    codename: line.nullable().default(null),
    eol: day.nullable().default(null),
    latest: z.boolean().default(true),
    user: user.optional(),
    serviceManager: serviceManager.optional(),
    notes: line.optional(),
    images: cloudImages,
  });
  return z.strictObject({
    title: line,
    homepage: z.url({ error: 'expected a URL' }).nullable().default(null),
    aliases: z.array(word).default([]),
    sourceDate: day,
    user,
    init: z.enum(initKinds).default('cloud-init'),
    serviceManager: serviceManager.default('systemd'),
    common: cloudImages.default({}),
    versions: z.array(version).min(1),
  });
}

export type DistroFileSchema = ReturnType<typeof distroFileSchemaOf>;
export type DistroFile = z.output<DistroFileSchema>;
export type VersionEntry = DistroFile['versions'][number];
