import type { CloudDeadline } from './deadline.ts';
import type { ProtectionEvent, ProtectionLayer } from './events.ts';
import type { FactsOf, PinnedStack } from './plan.ts';
import { isOff } from './power.ts';
import type { GuestDeadline, SessionRecord } from './session.ts';

type Protection = Pick<ProtectionEvent, 'by' | 'until' | 'missing'>;
type Missing = Protection['missing'][number];

/** Whether `labtui cleanup --expired` runs on a schedule where the session is known. */
export type SweeperLayer = { readonly armed: true } | { readonly armed: false; readonly reason: string };

/** No schedule is known. */
export const noSweeper: SweeperLayer = { armed: false, reason: 'none is installed: labtui sweeper install' };

/** A stack with what is known of the timers inside of its machines, once they run. */
export type ProtectedStack = Pick<PinnedStack, 'id' | 'cloud' | 'distro' | 'cloudDeadline'> &
  Partial<Pick<PinnedStack, 'machines'>> & {
    readonly guestDeadline?: GuestDeadline | undefined;
    /** A machine of it is stopped. @default false */
    readonly isStopped?: boolean | undefined;
  };

/**
 * Which layers act on the machines at the deadline without this computer. Before an apply what is planned counts, afterwards only what
 * is really armed. A layer that is in both lists is armed, and `missing` says what it leaves open.
 */
export function protectionOf(expiresAt: string | null, stacks: readonly ProtectedStack[], factsOf: FactsOf, sweeper: SweeperLayer = noSweeper): Protection {
  if (expiresAt === null) {
    const reason = 'no TTL is set';
    return { by: [], until: null, missing: (['guest', 'cloud', 'sweeper'] as const).map((layer) => ({ layer, reason })) };
  }
  const guest = stacks.flatMap((stack) => withoutGuest(stack));
  const cloud = stacks.flatMap((stack) => withoutCloud(stack, factsOf));
  const stops = stacks.filter((stack) => factsOf(stack.cloud).capabilities.stoppedIsBilled === true && withoutGuest(stack).length === 0 && withoutCloud(stack, factsOf).length > 0);
  const missing: readonly Missing[] = [
    ...guest,
    ...stops.map(({ id, cloud: of }): Missing => ({
      layer: 'guest',
      reason: `${id}: its timer only stops the machine, and ${factsOf(of).title} bills a stopped one until it is destroyed`,
    })),
    ...cloud,
    ...(sweeper.armed ? [] : [{ layer: 'sweeper', reason: sweeper.reason } as const]),
  ];
  const by: readonly ProtectionLayer[] = [...(guest.length === 0 ? (['guest'] as const) : []), ...(cloud.length === 0 ? (['cloud'] as const) : []), ...(sweeper.armed ? (['sweeper'] as const) : [])];
  return { by, until: expiresAt, missing };
}

/** The same of a session, by what its stacks are known to be. */
export function protectionOfSession({ expiresAt, stacks }: Pick<SessionRecord, 'expiresAt' | 'stacks'>, factsOf: FactsOf, sweeper: SweeperLayer = noSweeper): Protection {
  const known = Object.values(stacks).filter(({ goneAt }) => goneAt === null);
  return protectionOf(expiresAt, known.map(({ plan, guestDeadline, hosts }) => ({ ...plan, guestDeadline, isStopped: hosts.some(({ state }) => isOff(state)) })), factsOf, sweeper);
}

/** The stack's cloud deadline; of one that an older labtui recorded, or that nobody asked about, what its cloud does anyway. */
export function deadlineOf({ cloud, cloudDeadline }: Pick<PinnedStack, 'cloud' | 'cloudDeadline'>, factsOf: FactsOf): CloudDeadline {
  const { capabilities, title } = factsOf(cloud);
  if (cloudDeadline !== undefined) return cloudDeadline;
  if (capabilities.nativeTtl) return { kind: 'termination-time', state: 'planned' };
  return { kind: null, state: 'missing', reason: `${title} has no deadline of its own for a machine` };
}

function withoutGuest({ id, distro: common, machines = [], guestDeadline, isStopped }: ProtectedStack): readonly Missing[] {
  const distro = machines.find(({ own }) => own?.distro.init === 'none')?.own?.distro ?? common;
  if (distro.init === 'none') return [{ layer: 'guest', reason: `${id}: ${distro.title} takes no instructions, so no timer is set in it` }];
  if (isStopped === true) return [{ layer: 'guest', reason: `${id}: the timer in a machine does not run while it is stopped` }];
  if (guestDeadline === undefined || guestDeadline.reason === null) return [];
  return [{ layer: 'guest', reason: `${id}: ${guestDeadline.reason}` }];
}

function withoutCloud(stack: ProtectedStack, factsOf: FactsOf): readonly Missing[] {
  const deadline = deadlineOf(stack, factsOf);
  const { title, capabilities } = factsOf(stack.cloud);
  if (deadline.state !== 'missing' && stack.isStopped === true && capabilities.deadlineHoldsStopped === false) {
    return [{ layer: 'cloud', reason: `${stack.id}: ${title} forgets the deadline of a machine while it is stopped` }];
  }
  return deadline.state === 'missing' ? [{ layer: 'cloud', reason: `${stack.id}: ${deadline.reason}` }] : [];
}

/** What the layers that are armed leave open: what goes on costing after the deadline. */
export function leftOpen({ by, missing }: Pick<Protection, 'by' | 'missing'>): readonly string[] {
  return missing.filter(({ layer }) => by.includes(layer)).map(({ reason }) => reason);
}
