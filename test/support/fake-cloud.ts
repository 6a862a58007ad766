import type { Snapshot } from '../../src/core/snapshot.ts';
import type { Cloud, CloudApi, Lookup, StateResource, Undeleted } from '../../src/core/cloud.ts';
import type { CloudFacts } from '../../src/core/clouds.ts';
import type { CloudDeadline, DeadlineReading } from '../../src/core/deadline.ts';
import type { BilledItem } from '../../src/core/cost.ts';
import { isWritten } from '../../src/core/deadline.ts';
import { LabError, type Problem } from '../../src/core/errors.ts';
import type { InstanceState, LeftResource } from '../../src/core/events.ts';
import { distroLabel, machineStack } from '../../src/core/machine-stack.ts';
import type { PinnedStack, StackPlan } from '../../src/core/plan.ts';
import { machineResource } from '../../src/core/stack-names.ts';

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
  /** Its machines can be switched; each start gives another address. Absent: labtui cannot do it there. */
  readonly power?: {
    /** What setPower rejects with, call by call; the last one repeats; undefined: it succeeds. */
    readonly refusals?: readonly (Problem | undefined)[];
    /** Called when setPower has begun; it then never ends by itself. */
    readonly onHang?: () => void;
  };
  readonly account?: string;
  /** It keeps snapshots; what is in it from the beginning. */
  readonly snapshots?: readonly Snapshot[];
  /** @default nothing but the machine */
  readonly billed?: readonly BilledItem[];
}

export interface FakeCloud extends Cloud {
  readonly calls: string[];
  /** What its machines do, where that is not `running`; a test may change it by hand. */
  readonly states: Map<string, InstanceState>;
}

/** Each as its stack's other writers name and describe it. */
function machinesOf(stack: PinnedStack): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    stack.machines.map((machine) => {
      const own = machineStack(stack, machine);
      return [machineResource(machine, stack.machines.length), { name: machine.name, distro: distroLabel(own), type: own.instanceType }];
    }),
  );
}

/** A cloud without a network: its stack is one machine, its errors are `CODE: text`. */
export function fakeCloud(facts: CloudFacts, options: FakeCloudOptions = {}): FakeCloud {
  const calls: string[] = [];
  let listed = 0;
  let read = 0;
  const { deadline, readings } = options;
  const gone = new Set<string>();
  const states = new Map<string, InstanceState>();
  let starts = 0;
  let switched = 0;
  let snapshots = options.snapshots ?? [];
  const stateOf = (id: string | null): InstanceState => states.get(id ?? '') ?? 'running';
  const switchable: Pick<CloudApi, 'setPower'> =
    options.power === undefined
      ? {}
      : {
          setPower: (ids, power) => {
            calls.push(`${power} ${ids.join(' ')}`);
            const { refusals = [], onHang } = options.power ?? {};
            const refusal = refusals[Math.min(switched++, refusals.length - 1)];
            if (refusal !== undefined) return Promise.reject(new LabError(refusal));
            if (onHang !== undefined) {
              setImmediate(onHang);
              return new Promise(() => undefined);
            }
            if (ids.some((id) => stateOf(id) !== power) && power === 'running') starts += 1;
            for (const id of ids) states.set(id, power);
            return Promise.resolve();
          },
        };
  const named = (name: string): Snapshot => {
    const found = snapshots.find((one) => one.name === name);
    if (found === undefined) throw new LabError({ kind: 'not-found', summary: `there is no snapshot ${name}` });
    return found;
  };
  const keeping: Pick<CloudApi, 'snapshots'> =
    options.snapshots === undefined
      ? {}
      : {
          snapshots: {
            create: (id, name) => {
              calls.push(`snapshot ${id} ${name}`);
              snapshots = [...snapshots, { name, createdAt: '2026-11-21T11:00:00.000Z', sizeBytes: 1_048_576 }];
              return Promise.resolve();
            },
            list: () => Promise.resolve(snapshots),
            restore: (id, name) => new Promise((resolve) => resolve(void calls.push(`restore ${id} ${named(name).name}`))),
            delete: (id, name) =>
              new Promise((resolve) => {
                const doomed = named(name);
                calls.push(`forget ${id} ${name}`);
                snapshots = snapshots.filter((one) => one !== doomed);
                resolve();
              }),
          },
        };
  const api: CloudApi = {
    whoAmI: () => Promise.resolve({ account: options.account ?? '123456789012', principal: 'tester' }),
    ...switchable,
    ...keeping,
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
    states,
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
        .map(({ name, id }) => ({ name: name ?? '', instanceId: id, state: stateOf(id), zone: 'us-east-1b', publicIp: stateOf(id) === 'stopped' ? null : `192.0.2.${10 + starts}`, publicDns: null, privateIp: '10.0.0.10' })),
    billedItems: ({ instanceType }) => options.billed ?? [{ part: 'machines', item: instanceType, unit: 'hour', quantity: 1 }],
    loadStack: () => {
      calls.push('stack');
      return Promise.resolve({
        synthesize: ({ stack }) =>
          `${JSON.stringify({ resource: { ...(isWritten(stack.cloudDeadline) ? { fake_schedule: { deadline: { at: 'then' } } } : {}), fake_machine: machinesOf(stack) }, machines: stack.machines.map(({ name }) => name), where: `${stack.instanceType} in ${stack.zone}${stack.spot.enabled ? ', spot' : ''}` })}\n`,
      });
    },
    ...(options.movesDeadline === false ? {} : { loadDeadline: () => Promise.resolve({ moveDeadline: (json: string, { until }: { readonly until: string }) => json.replace(/"at":"[^"]*"/, `"at":"${until}"`) }) }),
    loadApi: () => Promise.resolve(api),
  };
}
