import type { CloudApi, MarkedListing } from '../core/cloud.ts';
import type { CloudSettings } from '../core/cloud-settings.ts';
import { LabError, type Problem } from '../core/errors.ts';
import type { ListedAccount, SweepAccount } from './sweep-places.ts';
import type { SweepPorts } from './sweep-ports.ts';

export type SweepAnswer =
  | { readonly kind: 'listed'; readonly listed: ListedAccount }
  | { readonly kind: 'unasked'; readonly account: SweepAccount; readonly problem: Problem };

/**
 * What an account holds with labtui's marker, by the first way that leads to it; null: it is one to skip. Never rejects for an expected
 * failure.
 */
export async function listAccount(account: SweepAccount, ports: Pick<SweepPorts, 'cloud' | 'now'>, skip: (cloud: string, account: string) => boolean): Promise<SweepAnswer | null> {
  const problems: Problem[] = [];
  for (const settings of account.ways) {
    try {
      const answer = await listBy(account, settings, ports, skip);
      if (answer === null || 'listing' in answer) return answer === null ? null : { kind: 'listed', listed: answer };
      problems.push(answer);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      problems.push(error.problem);
    }
  }
  const [problem = { kind: 'prerequisite', summary: 'nothing leads there' } as const] = problems;
  return { kind: 'unasked', account, problem };
}

/** A problem where it is another account than the one that is meant; null where this one is to be skipped. */
async function listBy(account: SweepAccount, settings: CloudSettings, ports: Pick<SweepPorts, 'cloud' | 'now'>, skip: (cloud: string, account: string) => boolean): Promise<ListedAccount | Problem | null> {
  const { cloud, regions, expected } = account;
  const region = regions === 'everywhere' ? null : (regions[0] ?? null);
  const api = await ports.cloud(cloud).loadApi?.({ region, settings, account: account.account });
  if (api === undefined) return cannotList(cloud);
  try {
    if (api.listMarked === undefined) return cannotList(cloud);
    const identity = await api.whoAmI();
    const id = identity.accountId ?? identity.account;
    if (account.account !== null && id !== account.account) {
      return { kind: 'credentials', summary: `the credentials at hand are those of ${cloud} account ${id}, not of ${account.account}`, hint: `log in to ${account.account}, then run the sweep again` };
    }
    if (skip(cloud, id)) return null;
    const listing = await api.listMarked(regions);
    return { cloud, account: id, expected, regions, settings, listing, listedAt: ports.now().toISOString() };
  } finally {
    api.close();
  }
}

function cannotList(cloud: string): Problem {
  return { kind: 'prerequisite', summary: `labtui cannot list what it has made on ${cloud}` };
}

/** The cloud's interface in one region of an account that answered. Rejects with the cloud's LabError. */
export async function openRegion({ cloud, account, settings }: ListedAccount, region: string | null, ports: Pick<SweepPorts, 'cloud'>): Promise<CloudApi> {
  const api = await ports.cloud(cloud).loadApi?.({ region, settings, account });
  if (api === undefined) throw new LabError(cannotList(cloud));
  return api;
}

/** The regions of an answer, with what is of no region where there is any; null: that, or an account that is listed as a whole. */
export function answeredRegions({ regions, found }: MarkedListing): readonly (string | null)[] {
  return [...new Set([...regions, ...found.map(({ region }) => region)])];
}

/** Whether a listing that does not show a resource there proves that it is gone. */
export function hasAnswered({ regions, unanswered }: MarkedListing, region: string | null): boolean {
  if (region === null) return regions.length > 0 && !unanswered.some((place) => place.region === null);
  return regions.includes(region) || (regions.includes(null) && !unanswered.some((place) => place.region === region));
}
