import * as z from 'zod';
import type { Arch, ImageForm } from '../core/clouds.ts';
import type { ImageQuery } from '../core/distro.ts';
import { type EntryDetails, entryDetails, line } from './image-entry.ts';

/** An entry with what the file says for every version put in. */
export interface ReadEntry {
  readonly details: EntryDetails;
  readonly queryFor: (arch: Arch) => ImageQuery | null;
}

/** One way to say where a cloud's images are. */
export interface EntryForm {
  /** As it is written. */
  readonly written: z.ZodType;
  /** What an entry must say for its image to be found. */
  readonly needs: string;
  /** The fields of what was written. */
  fieldsOf(entry: unknown): Readonly<Record<string, unknown>>;
  read(fields: Readonly<Record<string, unknown>>): ReadEntry;
}

/** Text with `{arch}` or `{cpu}` in it: any other placeholder is a typing error. */
const template = line.refine((text) => [...text.matchAll(/\{([^{}]*)\}/g)].every(([, name]) => name === 'arch' || name === 'cpu'), {
  error: 'only {arch} (amd64, arm64) and {cpu} (x86_64, aarch64) are filled in',
});
const perArch = z.union([template, z.strictObject({ amd64: template.optional(), arm64: template.optional() })], {
  error: 'expected text, or text for each architecture such as { amd64: ..., arm64: ... }',
});
const accountId = z.string().regex(/^(?:\d{12}|amazon|aws-marketplace|self)$/, {
  error: 'an owner is an account id of 12 digits in quotes, such as "099720109477"',
});
const address = perArch.refine((value) => (typeof value === 'string' ? [value] : Object.values(value)).every((url) => /^https?:\/\//.test(url)), {
  error: 'expected an http or https URL',
});

const owner = formOf(
  z.strictObject({
    ...entryDetails,
    owners: z.array(accountId).min(1).optional(),
    name: perArch.optional(),
    ssm: perArch.optional(),
    marketplace: z.boolean().optional(),
    newestBy: z.enum(['date', 'version']).optional(),
    includeDeprecated: z.boolean().optional(),
  }),
  'owners and name, or ssm',
  (entry, arch) => {
    const name = textFor(entry.name, arch);
    const namePattern = entry.owners === undefined ? null : name;
    const ssmParameter = textFor(entry.ssm, arch);
    if (namePattern === null && (ssmParameter === null || name !== null)) return null;
    const { owners = [], marketplace = false, newestBy = 'date', includeDeprecated = false } = entry;
    return { cloud: 'aws', owners, namePattern, ssmParameter, marketplace, newestBy, includeDeprecated };
  },
);

const family = formOf(
  z.strictObject({ ...entryDetails, project: line.optional(), family: perArch.optional(), name: perArch.optional() }),
  'project, and family or name',
  (entry, arch) => {
    const [ofFamily, name] = [textFor(entry.family, arch), textFor(entry.name, arch)];
    if (entry.project === undefined || (ofFamily === null && name === null)) return null;
    return { cloud: 'gcp', project: entry.project, family: ofFamily, name };
  },
);

const offer = formOf(
  z.strictObject({
    ...entryDetails,
    gallery: perArch.optional(),
    publisher: perArch.optional(),
    offer: perArch.optional(),
    sku: perArch.optional(),
    version: line.optional(),
    generation: z.enum(['V1', 'V2']).optional(),
    plan: z.boolean().optional(),
  }),
  'publisher, offer and sku, or gallery',
  (entry, arch) => {
    const generation = entry.generation ?? 'V2';
    const communityGallery = textFor(entry.gallery, arch);
    if (communityGallery !== null) return { cloud: 'azure', communityGallery, generation };
    const [publisher, product, sku] = [textFor(entry.publisher, arch), textFor(entry.offer, arch), textFor(entry.sku, arch)];
    if (publisher === null || product === null || sku === null) return null;
    const plan = entry.plan === true ? { name: sku, product, publisher } : null;
    return { cloud: 'azure', publisher, offer: product, sku, version: entry.version ?? 'latest', generation, plan };
  },
);

const slugFields = z.strictObject({ ...entryDetails, slug: line.optional() });
const slug: EntryForm = {
  ...formOf(slugFields, 'slug', (entry) => (entry.slug === undefined ? null : { slug: entry.slug })),
  written: z.union([line, slugFields], { error: 'expected the slug, or { slug: ..., status: ..., notes: ... }' }),
  fieldsOf: (entry) => (typeof entry === 'string' ? { slug: entry } : slugFields.parse(entry)),
};

const url = formOf(
  z.strictObject({
    ...entryDetails,
    url: address.optional(),
    checksumUrl: address.optional(),
    checksum: line.optional(),
    format: line.optional(),
    firmware: line.optional(),
  }),
  'url',
  (entry, arch) => {
    const file = textFor(entry.url, arch);
    if (file === null) return null;
    const { checksum = null, format = 'qcow2', firmware = 'uefi or bios' } = entry;
    return { cloud: 'local', url: file, checksumUrl: textFor(entry.checksumUrl, arch), checksum, format, firmware };
  },
);

/** The forms of entries, by name. */
export const entryForms: Readonly<Record<ImageForm, EntryForm>> = { owner, family, offer, slug, url };

function formOf<S extends z.ZodObject<typeof entryDetails>>(schema: S, needs: string, queryOf: (entry: z.output<S>, arch: Arch) => ImageQuery | null): EntryForm {
  return {
    written: schema,
    needs,
    fieldsOf: (entry) => schema.parse(entry),
    read: (fields) => {
      const entry = schema.parse(fields);
      return { details: entry, queryFor: (arch) => queryOf(entry, arch) };
    },
  };
}

const cpuNames: Readonly<Record<Arch, string>> = { amd64: 'x86_64', arm64: 'aarch64' };

function textFor(value: z.output<typeof perArch> | undefined, arch: Arch): string | null {
  const text = typeof value === 'string' ? value : value?.[arch];
  return text?.replaceAll('{arch}', arch).replaceAll('{cpu}', cpuNames[arch]) ?? null;
}
