import type { Cloud, CloudApi, Lookup, StateResource, Undeleted } from '../../src/core/cloud.ts';
import type { CloudFacts } from '../../src/core/clouds.ts';
import type { CloudDeadline, DeadlineReading } from '../../src/core/deadline.ts';
import type { BilledItem } from '../../src/core/cost.ts';
import { isWritten } from '../../src/core/deadline.ts';
import { LabError, type Problem } from '../../src/core/errors.ts';
import type { LeftResource } from '../../src/core/events.ts';
import type { StackPlan } from '../../src/core/plan.ts';

/** What a test may bend in the fake cloud. */
export interface FakeCloudOptions {
  readonly lookupError?: Problem;
  /** By region, and by market: what a look-up there is refused with. */
  readonly refusals?: Readonly<Record<string, Problem>>;
  /** Prices by type, where they differ. */
  readonly prices?: Readonly<Record<string, number>>;
  /** What the cloud's own listing shows, call by call; the last one repeats. */
  readonly listings?: readonly (readonly LeftResource[])[];
  readonly listingError?: Problem;
  /** The API deletes what it lists, but for these ids. Absent: it deletes nothing. */
  readonly undeletable?: readonly string[];
  readonly hourlyPrice?: number | null;
  /** What the cloud offers as its own deadline. @default it is never asked */
  readonly deadline?: CloudDeadline;
  /** What it says of it, call by call; the last one repeats. */
  readonly readings?: readonly (DeadlineReading | Problem)[];
  /** Its stacks' deadline can be moved. @default true */
  readonly movesDeadline?: boolean;
  /** @default nothing but the machine */
  readonly billed?: readonly BilledItem[];
}

export interface FakeCloud extends Cloud {
  readonly calls: string[];
}

/** A cloud without a network: its stack is one machine, its errors are `CODE: text`. */
export function fakeCloud(facts: CloudFacts, options: FakeCloudOptions = {}): FakeCloud {
  const calls: string[] = [];
  let listed = 0;
  let read = 0;
  const { deadline, readings } = options;
  const gone = new Set<string>();
  const api: CloudApi = {
    whoAmI: () => Promise.resolve({ account: '123456789012', principal: 'tester' }),
    lookup: (plan: StackPlan, _spreadBy, _emit, { again } = {}): Promise<Lookup> => {
      calls.push('lookup');
      if (options.lookupError !== undefined) return Promise.reject(new LabError(options.lookupError));
      const region = plan.region === 'auto' ? 'us-east-1' : plan.region;
      const refusal = options.refusals?.[plan.spot.enabled ? 'spot' : region] ?? options.refusals?.[plan.arch];
      if (refusal !== undefined) return Promise.reject(new LabError(refusal));
      const type = plan.instanceTypes[0]?.type ?? 'none';
      const soldOut = again?.soldOut.filter(({ instanceType }) => instanceType === type).map(({ zone }) => zone) ?? [];
      const zones = ['b', 'a', 'c'].map((letter) => `${region}${letter}`).filter((zone) => !soldOut.includes(zone) && (plan.zone === 'auto' || plan.zone === zone));
      const zone = again?.preferredZones.find((wanted) => zones.includes(wanted)) ?? zones[0];
      if (zone === undefined) return Promise.reject(new LabError({ kind: 'capacity', summary: `no ${type} left` }));
      return Promise.resolve({
        account: '123456789012',
        region,
        zone,
        image: { id: 'ami-1', name: 'image-1', owner: '1', minDiskGb: 8, createdAt: null },
        instanceType: type,
        vcpu: 2,
        memoryGb: 4,
        hourlyPrice: options.prices?.[type] ?? (options.hourlyPrice === undefined ? 0.04 : options.hourlyPrice),
        currency: 'USD',
        priceRegion: 'us-east-1',
        priceDate: '2026-01-19',
        networkIds: null,
      });
    },
    listBySession: () => {
      calls.push('list');
      if (options.listingError !== undefined) return Promise.reject(new LabError(options.listingError));
      const listings = options.listings ?? [[]];
      const listing = listings[Math.min(listed, listings.length - 1)] ?? [];
      listed += 1;
      return Promise.resolve(listing.filter(({ id }) => !gone.has(id)));
    },
    ...(options.undeletable === undefined ? {} : { deleteLeftovers: (found: readonly LeftResource[]) => Promise.resolve(remove(found, options.undeletable ?? [])) }),
    ...(deadline === undefined ? {} : { offerDeadline: () => Promise.resolve(deadline) }),
    ...(readings === undefined
      ? {}
      : {
          readDeadline: () => {
            calls.push('read deadline');
            const reading = readings[Math.min(read++, readings.length - 1)];
            if (reading === undefined || 'kind' in reading) return Promise.reject(new LabError(reading ?? { kind: 'internal', summary: 'no reading' }));
            return Promise.resolve(reading);
          },
        }),
    close: () => undefined,
  };
  const remove = (found: readonly LeftResource[], kept: readonly string[]): readonly Undeleted[] => {
    calls.push(`delete ${found.map(({ id }) => id).join(' ')}`);
    for (const { id } of found) if (!kept.includes(id)) gone.add(id);
    return found.filter(({ id }) => kept.includes(id)).map((resource) => ({ resource, problem: { kind: 'conflict', summary: 'it is held' } }));
  };
  return {
    calls,
    id: facts.id,
    facts,
    environment: ['FAKE_*'],
    classify: (text) => {
      const [, limited, where] = /\b(SoldOut|SoldOutEverywhere|TooDear)\b(?: try (\S+))?/.exec(text) ?? [];
      if (limited !== undefined) {
        const holdsFor = ({ SoldOut: 'zone', SoldOutEverywhere: 'region', TooDear: 'spot' } as const)[limited];
        return { kind: 'capacity', code: limited, summary: `${limited} here`, hint: 'elsewhere', holdsFor, ...(where === undefined ? {} : { zonesOffered: [where] }) };
      }
      const code = /\b(Quota|Capacity|Throttled|Expired)\b/.exec(text)?.[1];
      if (code === undefined) return null;
      const kind = { Quota: 'quota', Capacity: 'capacity', Throttled: 'throttled', Expired: 'credentials' } as const;
      return { kind: kind[code as keyof typeof kind], code, summary: `${code} reached`, hint: 'ask for more', retryable: code === 'Throttled' };
    },
    hostsOf: (resources: readonly StateResource[]) =>
      resources
        .filter(({ type }) => type === 'fake_machine')
        .map(({ name, id }) => ({ name: name ?? '', instanceId: id, state: 'running', zone: 'us-east-1b', publicIp: '192.0.2.10', publicDns: null, privateIp: '10.0.0.10' })),
    billedItems: ({ instanceType }) => options.billed ?? [{ part: 'machines', item: instanceType, unit: 'hour', quantity: 1 }],
    loadStack: () => {
      calls.push('stack');
      return Promise.resolve({
        synthesize: ({ stack }) =>
          `${JSON.stringify({ ...(isWritten(stack.cloudDeadline) ? { resource: { fake_schedule: { deadline: { at: 'then' } } } } : {}), machines: stack.machines.map(({ name }) => name), where: `${stack.instanceType} in ${stack.zone}${stack.spot.enabled ? ', spot' : ''}` })}\n`,
      });
    },
    ...(options.movesDeadline === false ? {} : { loadDeadline: () => Promise.resolve({ moveDeadline: (json: string, { until }: { readonly until: string }) => json.replace(/"at":"[^"]*"/, `"at":"${until}"`) }) }),
    loadApi: () => Promise.resolve(api),
  };
}
