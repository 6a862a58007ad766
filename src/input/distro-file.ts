import * as z from 'zod';
import { arches } from '../core/clouds.ts';
import { imageStatuses, initKinds } from '../core/distro.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'expected a day such as 2030-05-31' });
const word = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, { error: 'expected lower-case letters, digits, . and -' });
const user = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: 'a login user has a-z, 0-9, _ and -' });
const line = z.string().min(1);

/** Text with `{arch}` or `{cpu}` in it: any other placeholder is a typing error. */
const template = line.refine((text) => [...text.matchAll(/\{([^{}]*)\}/g)].every(([, name]) => name === 'arch' || name === 'cpu'), {
  error: 'only {arch} (amd64, arm64) and {cpu} (x86_64, aarch64) are filled in',
});
const perArch = z.union([template, z.strictObject({ amd64: template.optional(), arm64: template.optional() })], {
  error: 'expected text, or text for each architecture such as { amd64: ..., arm64: ... }',
});

const confidence = z.enum(['high', 'medium', 'low']);
const details = {
  status: z.enum(imageStatuses).optional(),
  confidence: confidence.optional(),
  user: user.optional(),
  init: z.enum(initKinds).optional(),
  sourceDate: day.optional(),
  notes: line.optional(),
};
const everyCloud = {
  ...details,
  arch: z.array(z.enum(arches)).min(1).optional(),
  amd64: z.strictObject(details).optional(),
  arm64: z.strictObject(details).optional(),
};

const accountId = z.string().regex(/^(?:\d{12}|amazon|aws-marketplace|self)$/, {
  error: 'an owner is an account id of 12 digits in quotes, such as "099720109477"',
});
const slug = z.union([line, z.strictObject({ ...everyCloud, slug: line.optional() })], {
  error: 'expected the slug, or { slug: ..., status: ..., notes: ... }',
});
const address = perArch.refine((value) => (typeof value === 'string' ? [value] : Object.values(value)).every((url) => /^https?:\/\//.test(url)), {
  error: 'expected an http or https URL',
});

/** How an image is found on each cloud; each field may come from `common` or from the version. */
const cloudImages = z.strictObject({
  aws: z
    .strictObject({
      ...everyCloud,
      owners: z.array(accountId).min(1).optional(),
      name: perArch.optional(),
      ssm: perArch.optional(),
      marketplace: z.boolean().optional(),
      newestBy: z.enum(['date', 'version']).optional(),
      includeDeprecated: z.boolean().optional(),
    })
    .optional(),
  gcp: z.strictObject({ ...everyCloud, project: line.optional(), family: perArch.optional(), name: perArch.optional() }).optional(),
  azure: z
    .strictObject({
      ...everyCloud,
      gallery: perArch.optional(),
      publisher: perArch.optional(),
      offer: perArch.optional(),
      sku: perArch.optional(),
      version: line.optional(),
      generation: z.enum(['V1', 'V2']).optional(),
      plan: z.boolean().optional(),
    })
    .optional(),
  digitalocean: slug.optional(),
  hetzner: slug.optional(),
  linode: slug.optional(),
  local: z
    .strictObject({
      ...everyCloud,
      url: address.optional(),
      checksumUrl: address.optional(),
      checksum: line.optional(),
      format: line.optional(),
      firmware: line.optional(),
    })
    .optional(),
});

const serviceManager = z.enum(['systemd', 'openrc', 'rc']);
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

/** A file of `distros/`, as it is written (distros/README.md). Whether each image can be found is checked by `toDistro`. */
export const distroFileSchema = z.strictObject({
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

export type DistroFile = z.output<typeof distroFileSchema>;
export type VersionEntry = DistroFile['versions'][number];
export type CloudImages = DistroFile['common'];
export type PerArch = z.output<typeof perArch>;
/** What every cloud's entry may say. */
export type EntryDetails = z.output<z.ZodObject<typeof everyCloud>>;
