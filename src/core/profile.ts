import * as z from 'zod';
import type { CloudSettings, CloudSettingsModule } from './cloud-settings.ts';
import { arches, type CloudId, tiers } from './clouds.ts';
import { parseDuration } from './duration.ts';
import { isIpRange } from './ip-range.ts';
import type { Profile } from './profile-value.ts';
import { didYouMean } from './suggest.ts';

export type { Profile } from './profile-value.ts';

/** Limits of the contract (§4). */
export const ttlLimits = { minMs: 15 * 60_000, maxMs: 30 * 86_400_000 } as const;
export const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** A cloud as profiles name it. */
export interface ProfileCloud {
  readonly id: CloudId;
  /** Its own block, named after it; null: it has none. */
  readonly settings: CloudSettingsModule | null;
}

const oneOrMany = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)]);

/** Text that ends up in resource names, file names or command lines: nothing a shell or a path would read. */
const plainWord = (pattern: RegExp, what: string) => z.string().regex(pattern, { error: what });

const name = plainWord(namePattern, 'a name has only a-z, 0-9 and -, at most 40 characters, and starts and ends with a letter or digit');
const distroRef = plainWord(
  /^[a-z0-9][a-z0-9.-]*(?:@[a-z0-9][a-z0-9.-]*)?$/i,
  'a distro is written name or name@version, such as fedora@44',
);
const cloudTarget = plainWord(/^[a-z]+(?::[a-z0-9-]+)?$/, 'a cloud is written aws or aws:eu-west-1');
const knownTarget = (ids: readonly CloudId[]) =>
  cloudTarget.refine((text) => ids.includes(text.split(':')[0] ?? ''), {
    error: ({ input }) => {
      const [cloud = ''] = String(input).split(':');
      return `unknown cloud "${cloud}"${didYouMean(cloud, ids)} (known: ${ids.join(', ')})`;
    },
  });
const regionWord = plainWord(/^(?:auto|[a-z][a-z0-9-]{1,40})$/, 'a region is auto or an id such as eu-west-1');
const zoneWord = plainWord(/^(?:auto|[a-z0-9][a-z0-9-]{0,40})$/, 'a zone is auto or a name such as eu-west-1a');
const typePattern = /^[A-Za-z][A-Za-z0-9._-]{1,60}$/;
const typeWord = plainWord(typePattern, 'an instance type has only letters, digits, dots, - and _');
const sizeWord = plainWord(typePattern, `expected ${tiers.join(', ')}, or an instance type such as t3.large`);
/** Azure's ids begin with a slash, and may be as long as two group names; an image of this computer is a file, or a URL with its checksum. */
const imageWord = plainWord(
  /^(?:[A-Za-z0-9][A-Za-z0-9._:/@-]{0,250}|(?:file:|https?:\/\/)[A-Za-z0-9._~:/@%+=-]{1,1000}|\/(?:subscriptions|communityGalleries|sharedGalleries)\/[A-Za-z0-9._()/-]{1,500})$/i,
  'an image is an id, a name, a URN, file:PATH or URL@sha256:HEX',
);
const duration = (minMs: number, maxMs: number, range: string) =>
  z.string().refine(
    (text) => {
      const ms = parseDuration(text);
      return ms !== null && ms >= minMs && ms <= maxMs;
    },
    { error: `expected a duration such as 15m, 4h or 2d, ${range}` },
  );
const positive = z.number().int().positive();

const tagKey = plainWord(/^[A-Za-z][A-Za-z0-9_.:/=+@-]{0,62}$/, 'a tag starts with a letter and has at most 63 characters');

/** The fields that every profile has, whatever clouds there are. `ids`: those that may be named; null: any. */
const commonFields = (ids: readonly CloudId[] | null) => {
  const cloudId = ids === null ? z.string() : z.enum(ids);
  const perCloud = <T extends z.ZodType>(value: T) =>
    z.union([value, z.partialRecord(cloudId, value)], { error: 'expected one value, or one for each cloud such as { aws: ... }' });
  return {
    name: name.nullable().default(null),
    distro: oneOrMany(distroRef),
    image: perCloud(imageWord).nullable().default(null),
    cloud: oneOrMany(ids === null ? cloudTarget : knownTarget(ids)),
    arch: oneOrMany(z.enum(arches)).default('amd64'),
    size: z.union([z.enum(tiers), sizeWord]).default('lab'),
    instanceType: perCloud(typeWord).nullable().default(null),
    region: perCloud(regionWord).default('auto'),
    zone: perCloud(zoneWord).default('auto'),
    count: z.number().int().min(1).max(100).default(1),
    ttl: duration(ttlLimits.minMs, ttlLimits.maxMs, 'from 15m to 30d, or none').nullable().default('4h'),
    disk: z
      .strictObject({
        sizeGb: z.number().int().min(1).max(16_384).nullable().default(null),
        type: z.enum(['ssd', 'standard', 'provisioned-iops']).default('ssd'),
        iops: positive.nullable().default(null),
        throughput: positive.nullable().default(null),
        encrypted: z.boolean().default(true),
      })
      .prefault({}),
    spot: z
      .strictObject({
        enabled: z.boolean().default(false),
        maxPrice: z.number().positive().nullable().default(null),
        fallback: z.enum(['on-demand', 'fail']).default('on-demand'),
        timeout: duration(10_000, 3_600_000, 'from 10s to 1h').default('5m'),
      })
      .prefault({}),
    ssh: z
      .strictObject({
        user: plainWord(/^[a-z_][a-z0-9_-]{0,31}$/, 'a login user has a-z, 0-9, _ and -').nullable().default(null),
        key: z.string().min(1).default('generate'),
        keyType: z.enum(['ed25519', 'rsa']).default('ed25519'),
        allowFrom: z
          .union([
            z.literal('auto'),
            oneOrMany(z.string().refine(isIpRange, { error: 'expected auto, an IPv4 address or a range such as 198.51.100.0/24' })),
          ])
          .default('auto'),
        port: z.number().int().min(1).max(65_535).default(22),
        proxyCommand: z.string().min(1).nullable().default(null),
        timeout: duration(10_000, 7_200_000, 'from 10s to 2h').default('5m'),
      })
      .prefault({}),
    network: z.enum(['isolated', 'default']).default('isolated'),
    userData: z
      .union([z.string(), z.strictObject({ file: z.string().min(1) })], { error: 'expected text, or { file: ./init.sh }' })
      .nullable()
      .default(null),
    onReady: z.string().min(1).nullable().default(null),
    tags: z
      .record(tagKey, z.union([z.string().max(255), z.number(), z.boolean()]).transform(String))
      .refine((tags) => Object.keys(tags).length <= 40, { error: 'at most 40 tags' })
      .default({}),
    onFailure: z.enum(['destroy', 'keep']).default('destroy'),
  };
};

type CommonFields = ReturnType<typeof commonFields>;
/** The schema of a profile. Its type has the common fields only: a cloud's block is read through `cloudSettings`. */
export type ProfileSchema = z.ZodObject<CommonFields, z.core.$strict>;

/**
 * A profile as it is written, every field with its default (contract §4), on these clouds and with their blocks.
 * Defaults are applied by parsing; nothing is looked up.
 */
export function profileSchemaOf(clouds: readonly ProfileCloud[]): ProfileSchema {
  const { onFailure, ...fields } = commonFields(clouds.map(({ id }) => id));
  const blocks = clouds.flatMap(({ id, settings }) => (settings === null ? [] : [[id, settings.block.prefault({})] as const]));
  return z.strictObject({ ...fields, ...Object.fromEntries(blocks), onFailure });
}

/** A profile as a session recorded it: checked when it was made, with the clouds of that day. */
export const recordedProfileSchema: z.ZodType<Profile> = z.looseObject(commonFields(null));

/** The profile's block of a cloud, as a stack carries it; empty where the cloud has none. */
export function cloudSettings(profile: Profile, cloud: CloudId): CloudSettings {
  const fields: Readonly<Record<string, unknown>> = profile;
  return cloud in fields ? { [cloud]: fields[cloud] } : {};
}

/** One value of a field that may be given once or per cloud; `fallback` where this cloud is not named. */
export function forCloud<T extends string, F>(
  value: T | Partial<Record<CloudId, T>> | null,
  cloud: CloudId,
  fallback: F,
): T | F {
  if (value === null) return fallback;
  return typeof value === 'string' ? value : (value[cloud] ?? fallback);
}

/** A value that may be single or a list, as a list. */
export function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
