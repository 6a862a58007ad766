import type { ApiTarget, Cloud, CloudApi, MarkedResource } from '../../src/core/cloud.ts';
import { LabError, type Problem } from '../../src/core/errors.ts';
import type { LeftResource } from '../../src/core/events.ts';
import { fakeCloud } from './fake-cloud.ts';
import { awsFacts } from '../../src/clouds/aws/facts.ts';

/** A resource in an account of one's making. */
export interface Held extends MarkedResource {
  readonly account: string;
}

export interface MarkedCloudOptions {
  readonly id?: string;
  /** Which account settings lead to; a problem: none. */
  readonly identity: (target: ApiTarget) => string | Problem;
  readonly held: readonly Held[];
  /** Ids that cannot be deleted. */
  readonly stuck?: readonly string[];
  /** Listings that still show what is deleted. */
  readonly lag?: number;
  /** Regions that do not answer. */
  readonly silent?: readonly string[];
}

export interface MarkedCloud {
  readonly cloud: Cloud;
  readonly calls: string[];
  /** Ids of what is still there. */
  left(): readonly string[];
}

/** A cloud that lists by marker and deletes: any other call is a failure of the test. */
export function markedCloud({ id = 'aws', identity, held, stuck = [], lag = 0, silent = [] }: MarkedCloudOptions): MarkedCloud {
  const calls: string[] = [];
  let there = [...held];
  let ghosts: { readonly resource: Held; shows: number }[] = [];
  const strict = (name: string) => () => {
    throw new Error(`a sweep does not call ${name}`);
  };
  const open = (target: ApiTarget): CloudApi => {
    const who = identity(target);
    const account = (): string => {
      if (typeof who !== 'string') throw new LabError(who);
      return who;
    };
    return {
      whoAmI: async () => ({ account: await Promise.resolve(account()), principal: 'tester' }),
      lookup: strict('lookup'),
      listBySession: strict('listBySession'),
      listMarked: async (regions) => {
        calls.push(`list ${await Promise.resolve(account())} ${regions === 'everywhere' ? regions : regions.join(' ')}`);
        const asked = regions === 'everywhere' ? ['eu-north-1', 'us-east-1'] : regions;
        const shown = [...there, ...ghosts.filter(({ shows }) => shows > 0).map(({ resource }) => resource)];
        ghosts = ghosts.map(({ resource, shows }) => ({ resource, shows: shows - 1 }));
        return {
          found: shown.filter((one) => one.account === account() && (one.region === null || (asked.includes(one.region) && !silent.includes(one.region)))),
          regions: asked.filter((region) => !silent.includes(region)),
          unanswered: asked.filter((region) => silent.includes(region)).map((region) => ({ region, problem: { kind: 'network', summary: `${region} is silent` } })),
        };
      },
      deleteLeftovers: (found: readonly LeftResource[]) => {
        calls.push(`delete ${account()} ${target.region ?? 'global'} ${found.map((one) => one.id).join(' ')}`);
        const going = there.filter((one) => found.some((other) => other.id === one.id) && !stuck.includes(one.id));
        there = there.filter((one) => !going.includes(one));
        ghosts = [...ghosts, ...going.map((resource) => ({ resource, shows: lag }))];
        return Promise.resolve(found.filter((one) => stuck.includes(one.id)).map((resource) => ({ resource, problem: { kind: 'conflict', summary: 'it is held' } as const })));
      },
      close: () => undefined,
    };
  };
  return {
    cloud: { ...fakeCloud({ ...awsFacts, id }), id, loadApi: (target) => Promise.resolve(open(target)) },
    calls,
    left: () => there.map((one) => one.id),
  };
}

/** Something of a lab, of alice's by default. */
export function held(id: string, session: string | null, fields: Partial<Held> = {}): Held {
  return {
    account: '111',
    type: 'aws_instance',
    id,
    name: null,
    region: 'eu-north-1',
    seenBy: 'listing',
    sessionId: session,
    owner: 'alice@laptop',
    createdAt: '2026-11-21T08:00:00.000Z',
    expiresAt: '2026-11-21T09:00:00.000Z',
    ...fields,
  };
}
