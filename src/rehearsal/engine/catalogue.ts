import type { Arch, CloudId } from '../../core/clouds.ts';
import type { ImageQuery } from '../../core/distro.ts';
import type { GuestSystem } from './machine.ts';

/** What the simulated clouds offer. Made from labtui's own catalogue and kept with the world. */
export interface Catalogue {
  /** Tells whether it would be made the same again; absent: it was not made from files. */
  readonly madeFrom?: string;
  readonly clouds: Readonly<Partial<Record<CloudId, CloudCatalogue>>>;
}

export interface CloudCatalogue {
  readonly regions: readonly { readonly id: string; readonly name: string; readonly zones: readonly string[] }[];
  readonly instanceTypes: readonly CatalogueType[];
  readonly images: readonly CatalogueImage[];
  /** What disks and addresses cost, in every region the same. Absent in worlds that an older labtui made. */
  readonly prices?: readonly CataloguePrice[];
}

/** A list price in US dollars; items are named as labtui's own price lists name them. */
export interface CataloguePrice {
  readonly item: string;
  readonly amount: number;
}

export interface CatalogueType {
  readonly type: string;
  readonly arch: Arch;
  readonly vcpu: number;
  readonly memoryGb: number;
  readonly hourlyPrice: number | null;
}

/** An image of a distribution. Its id in a region is made by the cloud's model. */
export interface CatalogueImage {
  /** Simulated: the query's pattern with a day put in. */
  readonly name: string;
  readonly query: ImageQuery;
  readonly arch: Arch;
  readonly system: GuestSystem;
  readonly defaultUser: string;
  readonly minDiskGb: number;
  /** ISO 8601. */
  readonly createdAt: string;
}
