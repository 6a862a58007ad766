import type { Cloud, CloudApi, Lookup, StateResource } from '../../src/core/cloud.ts';
import type { CloudFacts } from '../../src/core/clouds.ts';
import { LabError, type Problem } from '../../src/core/errors.ts';
import type { LeftResource } from '../../src/core/events.ts';
import type { StackPlan } from '../../src/core/plan.ts';

/** What a test may bend in the fake cloud. */
export interface FakeCloudOptions {
  readonly lookupError?: Problem;
  /** What the cloud's own listing shows, call by call; the last one repeats. */
  readonly listings?: readonly (readonly LeftResource[])[];
  readonly listingError?: Problem;
  readonly hourlyPrice?: number | null;
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
    lookup: (plan: StackPlan): Promise<Lookup> => {
      calls.push('lookup');
      if (options.lookupError !== undefined) return Promise.reject(new LabError(options.lookupError));
      const region = plan.region === 'auto' ? 'us-east-1' : plan.region;
      return Promise.resolve({
        account: '123456789012',
        region,
        zone: `${region}b`,
        image: { id: 'ami-1', name: 'image-1', owner: '1', minDiskGb: 8, createdAt: null },
        instanceType: plan.instanceTypes[0]?.type ?? 'none',
        vcpu: 2,
        memoryGb: 4,
        hourlyPrice: options.hourlyPrice === undefined ? 0.04 : options.hourlyPrice,
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
      const code = /\b(Quota|Capacity|Throttled|Expired)\b/.exec(text)?.[1];
      if (code === undefined) return null;
      const kind = { Quota: 'quota', Capacity: 'capacity', Throttled: 'throttled', Expired: 'credentials' } as const;
      return { kind: kind[code as keyof typeof kind], code, summary: `${code} reached`, hint: 'ask for more', retryable: code === 'Throttled' };
    },
    hostsOf: (resources: readonly StateResource[]) =>
      resources
        .filter(({ type }) => type === 'fake_machine')
        .map(({ name, id }) => ({ name: name ?? '', instanceId: id, state: 'running', zone: 'us-east-1b', publicIp: '192.0.2.10', publicDns: null, privateIp: '10.0.0.10' })),
    loadStack: () => {
      calls.push('stack');
      return Promise.resolve({ synthesize: ({ stack }) => `${JSON.stringify({ machines: stack.machines.map(({ name }) => name) })}\n` });
    },
    loadApi: () => Promise.resolve(api),
  };
}
