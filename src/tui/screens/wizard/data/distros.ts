import { isTrue, isObject, objectsOf, textAt } from './json.ts';

/** Whether and how there is an image for one cloud and architecture. */
export interface ImageOption {
  readonly cloud: string;
  readonly arch: string;
  readonly status: string;
  /** labtui can look it up: no image of one's own is needed. */
  readonly findable: boolean;
  readonly init: string;
}

/** One version of a distribution, as `distros list --json` has it. */
export interface DistroOption {
  /** `fedora@44` */
  readonly ref: string;
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly codename: string | null;
  /** `YYYY-MM-DD`; null: rolling, or not known. */
  readonly endOfLife: string | null;
  /** What the name alone means. */
  readonly latest: boolean;
  readonly images: readonly ImageOption[];
}

/** Every distribution at every version, newest first within each; null where the document is none of `distros list`. */
export function distrosFrom(document: unknown): readonly DistroOption[] | null {
  if (!Array.isArray(document)) return null;
  return objectsOf(document).flatMap((distro) => {
    const name = textAt(distro, 'name') ?? '';
    const versions = objectsOf(distro.versions);
    const latest = versions.find((version) => isTrue(version, 'latestEligible'));
    return versions.map((entry): DistroOption => {
      const version = textAt(entry, 'version') ?? '';
      return {
        ref: `${name}@${version}`,
        name,
        title: textAt(distro, 'title') ?? name,
        version,
        codename: textAt(entry, 'codename'),
        endOfLife: textAt(entry, 'endOfLife'),
        latest: entry === latest,
        images: objectsOf(entry.images).map((image) => {
          const status = textAt(image, 'status') ?? 'none';
          return {
            cloud: textAt(image, 'cloud') ?? '',
            arch: textAt(image, 'arch') ?? '',
            status,
            findable: isObject(image.query) && status !== 'none' && status !== 'bring',
            init: textAt(image, 'init') ?? '',
          };
        }),
      };
    });
  });
}

/** The version behind what a profile or a user wrote: `fedora`, `fedora@44`, `debian@bookworm`; null where none is meant exactly. */
export function distroOf(options: readonly DistroOption[], ref: string): DistroOption | null {
  const [name = '', version = 'latest'] = ref.toLowerCase().split('@');
  const own = options.filter((option) => option.name === name);
  if (version === 'latest') return own.find(({ latest }) => latest) ?? null;
  return own.find((option) => option.version.toLowerCase() === version || option.codename?.toLowerCase() === version) ?? null;
}
