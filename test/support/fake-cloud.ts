import type { Cloud, CloudApi, Lookup, StateResource } from '../../src/core/cloud.ts';
import type { CloudFacts } from '../../src/core/clouds.ts';
import type { BilledItem } from '../../src/core/cost.ts';
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
  readonly hourlyPrice?: number | null;
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
      return Promise.resolve(listing);
    },
    close: () => undefined,
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
          `${JSON.stringify({ machines: stack.machines.map(({ name }) => name), where: `${stack.instanceType} in ${stack.zone}${stack.spot.enabled ? ', spot' : ''}` })}\n`,
      });
    },
    loadApi: () => Promise.resolve(api),
  };
}
