import type { Arch, CloudId, Confidence } from './clouds.ts';

/** How an image takes its first instructions. */
export const initKinds = ['cloud-init', 'startup-script', 'ignition', 'none'] as const;
export type InitKind = (typeof initKinds)[number];

/**
 * available: the official image was seen at its source · unverified: said to exist, not confirmed lately ·
 * community: not made by the distribution · eol/stale: still there, no longer maintained ·
 * bring: only an image of one's own works (`image:`) · none: there is no image.
 */
export const imageStatuses = ['available', 'unverified', 'community', 'eol', 'stale', 'bring', 'none'] as const;
export type ImageStatus = (typeof imageStatuses)[number];

/** How an official image is found, by the form of the cloud's entries. Owner-filtered: a name alone can be anybody's. */
export type ImageQuery =
  | {
      readonly cloud: 'aws';
      readonly owners: readonly string[];
      /** Glob for DescribeImages' `name` filter; null where only the parameter is known. */
      readonly namePattern: string | null;
      /** Public SSM parameter that holds the newest image's id. */
      readonly ssmParameter: string | null;
      readonly marketplace: boolean;
      /** Of several matches: the youngest, or the highest version in the name (older minors are republished later). */
      readonly newestBy: 'date' | 'version';
      /** Ask again including deprecated images when nothing else is found. */
      readonly includeDeprecated: boolean;
    }
  | { readonly cloud: 'gcp'; readonly project: string; readonly family: string | null; readonly name: string | null }
  | {
      readonly cloud: 'azure';
      readonly publisher: string;
      readonly offer: string;
      readonly sku: string;
      readonly version: string;
      readonly generation: 'V1' | 'V2' | null;
      readonly plan: { readonly name: string; readonly product: string; readonly publisher: string } | null;
    }
  | { readonly cloud: 'azure'; readonly communityGallery: string; readonly generation: 'V1' | 'V2' | null }
  /** A word that is the image's name there, on any cloud. */
  | { readonly cloud?: undefined; readonly slug: string }
  | {
      readonly cloud: 'local';
      readonly url: string;
      readonly checksumUrl: string | null;
      readonly checksum: string | null;
      readonly format: string;
      readonly firmware: string;
    };

export interface DistroImage {
  readonly cloud: CloudId;
  readonly arch: Arch;
  readonly status: ImageStatus;
  /** null where status is `bring` or `none`, or where no way to look it up is known. */
  readonly query: ImageQuery | null;
  /** Login user on this cloud; null: any name, the cloud creates it (Azure, GCP). */
  readonly user: string | null;
  readonly init: InitKind;
  /** Day of the source, `YYYY-MM-DD`. */
  readonly sourceDate: string;
  readonly confidence: Confidence;
  readonly notes?: string | undefined;
}

export interface DistroVersion {
  readonly version: string;
  readonly codename: string | null;
  /** Last day of support, `YYYY-MM-DD`; null: rolling, or not known. */
  readonly endOfLife: string | null;
  /** false: known, but not a choice of `latest` (beta, or past its end). */
  readonly latestEligible: boolean;
  readonly defaultUser: string;
  readonly serviceManager: 'systemd' | 'openrc' | 'rc';
  readonly images: readonly DistroImage[];
  readonly notes?: string | undefined;
}

export interface Distro {
  readonly name: string;
  readonly title: string;
  readonly aliases: readonly string[];
  readonly homepage: string | null;
  /** Newest first. */
  readonly versions: readonly DistroVersion[];
  /** Where it was read from: for messages. */
  readonly file: string;
}

/** What planLab needs of the catalogue: the distros the profile names. */
export interface DistroCatalogue {
  /** By name or alias. */
  find(name: string): Distro | null;
  /** All names, for suggestions. */
  readonly names: readonly string[];
}
