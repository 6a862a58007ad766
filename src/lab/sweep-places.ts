import type { MarkedListing } from '../core/cloud.ts';
import type { CloudSettings } from '../core/cloud-settings.ts';
import type { CloudId } from '../core/clouds.ts';
import type { CloudPlace } from '../core/ledger.ts';

/** Narrows a sweep; null: everywhere. */
export interface SweepScope {
  readonly clouds: readonly CloudId[] | null;
  /** By cloud, those of the regions named that it has; null: none were named. */
  readonly regions: ((cloud: CloudId) => readonly string[]) | null;
  /** Every region of every account, also where labtui has used only some. */
  readonly everywhere: boolean;
}

/** One account to look through. */
export interface SweepAccount {
  readonly cloud: CloudId;
  /** null: the one that the configured credentials lead to. */
  readonly account: string | null;
  /** What may lead there, the likeliest first. */
  readonly ways: readonly CloudSettings[];
  readonly regions: readonly string[] | 'everywhere';
  /** labtui has created something there, or the user names it: what cannot be asked there is not proved. */
  readonly expected: boolean;
  /** The ledger's files that name it. */
  readonly files: readonly string[];
}

/** An account that answered. */
export interface ListedAccount {
  readonly cloud: string;
  /** As stacks are pinned to it. */
  readonly account: string;
  readonly expected: boolean;
  readonly regions: SweepAccount['regions'];
  readonly settings: CloudSettings;
  readonly listing: MarkedListing;
  readonly listedAt: string;
}

/**
 * Accounts to look through: those that labtui has used, in the regions that it has used there, and of each cloud the one that the
 * configured credentials lead to, everywhere. An account that turns up in both ways is to be looked through once, as a used one.
 */
export function accountsToSweep(used: readonly (CloudPlace & { readonly file?: string })[], clouds: readonly CloudId[], scope: SweepScope): readonly SweepAccount[] {
  const wanted = (cloud: CloudId): boolean => scope.clouds === null || scope.clouds.includes(cloud);
  const groups = new Map<string, (CloudPlace & { readonly file?: string })[]>();
  for (const place of used.filter(({ cloud }) => wanted(cloud))) {
    const key = `${place.cloud}\n${place.account ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), place]);
  }
  const known = [...groups.values()].flatMap((places): readonly SweepAccount[] => {
    const [{ cloud, account } = { cloud: '', account: null }] = places;
    const regions = regionsIn(cloud, [...new Set(places.map(({ region }) => region))].sort(), scope);
    const files = places.flatMap(({ file }) => file ?? []);
    return regions.length === 0 ? [] : [{ cloud, account, ways: waysOf(places), regions, expected: true, files }];
  });
  const configured = clouds.filter(wanted).flatMap((cloud): readonly SweepAccount[] => {
    const regions = regionsIn(cloud, 'everywhere', scope);
    return regions.length === 0 ? [] : [{ cloud, account: null, ways: [{}], regions, expected: scope.clouds !== null, files: [] }];
  });
  return [...known, ...configured];
}

function regionsIn(cloud: CloudId, usual: SweepAccount['regions'], { regions, everywhere }: SweepScope): SweepAccount['regions'] {
  if (regions !== null) return regions(cloud);
  return everywhere ? 'everywhere' : usual;
}

/** Each once, and last what is configured now. */
function waysOf(places: readonly CloudPlace[]): readonly CloudSettings[] {
  const all = [...places.map(({ settings }) => settings), {}];
  return [...new Map(all.map((settings) => [JSON.stringify(settings), settings])).values()];
}
