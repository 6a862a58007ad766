import type { MarkedListing, MarkedResource } from '../../core/cloud.ts';
import { LabError, type Problem } from '../../core/errors.ts';
import { markOf } from '../../core/marked.ts';
import { tagKeys } from '../../core/tags.ts';
import { withLimit } from '../../core/with-limit.ts';
import type { Ec2 } from './ec2-calls.ts';
import { awsFacts } from './facts.ts';
import { findTagged } from './list-tagged.ts';
import { regionStatus } from './region-status.ts';

export interface MarkedSearch {
  /** Works with EC2 in a region, by a client of its own. */
  readonly during: <T>(region: string, work: (ec2: Ec2) => Promise<T>) => Promise<T>;
  /** Where to ask which regions are enabled; the first one that answers is believed. */
  readonly askFirst: readonly string[];
}

/** A region is a dozen calls. */
const regionsAtOnce = 6;

interface Answered {
  readonly region: string;
  readonly found: readonly MarkedResource[];
}

interface Unanswered {
  readonly region: string;
  readonly problem: Problem;
}

/**
 * Everything that carries labtui's marker in these regions, or in each that the account has enabled. A region that is closed, forbidden
 * or out of reach is named, and nothing of it is told: half a region would show half a session. Rejects with a LabError where
 * there is no answer at all: bad credentials, no network.
 */
export async function listMarked(regions: readonly string[] | 'everywhere', search: MarkedSearch): Promise<MarkedListing> {
  const { status, problem } = await enabledRegions(search, regions === 'everywhere');
  const wanted = regions === 'everywhere' ? everywhere(status) : [...new Set(regions)];
  const outcomes = await withLimit(wanted, regionsAtOnce, async (region): Promise<Answered | Unanswered> => {
    if (status?.get(region) === 'not-opted-in') return { region, problem: notEnabled(region) };
    return markedIn(region, search);
  });
  const answered = outcomes.filter((outcome) => 'found' in outcome);
  const unanswered = outcomes.filter((outcome) => 'problem' in outcome);
  const [first] = unanswered;
  // A closed region knows nobody; where no region does, it is the credentials.
  if (status === null && first !== undefined && answered.length === 0 && unanswered.every((outcome) => outcome.problem.kind === 'credentials')) {
    throw new LabError(first.problem);
  }
  return {
    found: answered.flatMap(({ found }) => found),
    regions: answered.map(({ region }) => region),
    unanswered: [...unanswered, ...(regions === 'everywhere' && problem !== null ? [{ region: null, problem }] : [])],
  };
}

async function markedIn(region: string, { during }: MarkedSearch): Promise<Answered | Unanswered> {
  try {
    const tagged = await during(region, (ec2) => findTagged(ec2, { key: tagKeys.marker, value: 'true' }, region));
    return {
      region,
      found: tagged.flatMap(({ resource, tags }) => {
        const mark = markOf((key) => tags[key]);
        return mark === null ? [] : [{ ...resource, ...mark }];
      }),
    };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { region, problem: error.problem };
  }
}

interface EnabledRegions {
  /** null: nobody would tell, and `problem` says why. */
  readonly status: ReadonlyMap<string, string> | null;
  readonly problem: Problem | null;
}

/** Rejects where it is `needed` and nobody answered: the credentials are bad, or AWS is out of reach. */
async function enabledRegions({ during, askFirst }: MarkedSearch, needed: boolean): Promise<EnabledRegions> {
  const failures: LabError[] = [];
  for (const region of askFirst) {
    try {
      const status = await during(region, regionStatus);
      if (status !== null) return { status, problem: null };
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      failures.push(error);
    }
  }
  const [failed] = failures;
  if (needed && failed !== undefined && failures.length === askFirst.length) throw failed;
  return { status: null, problem: unknownRegions };
}

function everywhere(status: ReadonlyMap<string, string> | null): readonly string[] {
  if (status === null) return awsFacts.regions.filter(({ usable, optIn }) => usable && !optIn).map(({ id }) => id);
  return [...status].filter(([, optIn]) => optIn !== 'not-opted-in').map(([region]) => region);
}

const unknownRegions: Problem = {
  kind: 'permission',
  summary: 'the credentials may not ask which regions are enabled (ec2:DescribeRegions), so only those that need no enabling were searched',
  hint: 'allow ec2:DescribeRegions, or name the regions with --region',
};

function notEnabled(region: string): Problem {
  return {
    kind: 'permission',
    summary: `${region} is not enabled for the account: what is left there from before cannot be seen, and is billed`,
    hint: `aws account enable-region --region-name ${region}   and after some minutes repeat the command`,
  };
}
