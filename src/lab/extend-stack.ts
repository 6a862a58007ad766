import type { CloudDeadline } from '../core/deadline.ts';
import type { LayerDeadline } from '../core/events.ts';
import { machineStackNamed } from '../core/machine-stack.ts';
import type { PinnedStack } from '../core/plan.ts';
import { isOff } from '../core/power.ts';
import { deadlineOf } from '../core/protection.ts';
import type { GuestDeadline } from '../core/session.ts';
import { judged, readDeadline } from './confirm-deadline.ts';
import { moveInPlace } from './move-in-place.ts';
import type { SessionWork } from './session-work.ts';

/** What became of one stack's layers. */
export interface ExtendedStack {
  readonly id: string;
  /** The tags have moved: for sweepers this is the deadline. */
  readonly isMoved: boolean;
  /** All have moved that could. */
  readonly isWhole: boolean;
  readonly deadlines: readonly LayerDeadline[];
  /** Layers of it that cannot move as the machine is: the cloud's while it runs, the guest's while it is stopped. */
  readonly fixed: readonly LayerDeadline['layer'][];
  /** Absent: as before. */
  readonly cloudDeadline?: CloudDeadline | undefined;
  readonly guestDeadline?: GuestDeadline | undefined;
}

interface Times {
  readonly from: string;
  readonly until: string;
}

/** Moves a stack's deadline: what Terraform has written first, and only then the guests, so that a refusal leaves everything at the old time. */
export async function extendStack(stack: PinnedStack, times: Times, context: SessionWork): Promise<ExtendedStack> {
  const { id } = stack;
  const { from, until } = times;
  const written = await moveInPlace(stack, times, context);
  if (!written.moved) {
    const layer: LayerDeadline = { stack: id, layer: 'tags', at: from, moved: false, reason: written.reason };
    return { id, isMoved: false, isWhole: false, deadlines: [layer], fixed: [] };
  }
  const tags: LayerDeadline = { stack: id, layer: 'tags', at: until, moved: true, reason: null };
  const [cloud, guest] = [await cloudLayer(stack, times, context), await guestLayer(stack, times, context)];
  const deadlines = [tags, ...(cloud === null ? [] : [cloud.layer]), ...(guest === null ? [] : [guest.layer])];
  const fixed = [...(cloud?.isFixed === true ? (['cloud'] as const) : []), ...(guest?.isFixed === true ? (['guest'] as const) : [])];
  return {
    id,
    isMoved: true,
    isWhole: deadlines.every(({ moved, layer }) => moved || fixed.some((each) => each === layer)),
    deadlines,
    fixed,
    ...(cloud === null ? {} : { cloudDeadline: cloud.deadline }),
    ...(guest === null ? {} : { guestDeadline: guest.deadline }),
  };
}

interface CloudLayer {
  readonly layer: LayerDeadline;
  readonly deadline: CloudDeadline;
  readonly isFixed: boolean;
}

/** null: the cloud has no deadline of its own for this stack. */
async function cloudLayer(stack: PinnedStack, { from, until }: Times, context: SessionWork): Promise<CloudLayer | null> {
  const { facts } = context.ports.cloud(stack.cloud);
  const before = deadlineOf(stack, () => facts);
  if (before.state === 'missing') return null;
  const isFixed = facts.capabilities.deadlineMoves === false;
  const reading = (await readDeadline(stack, context)) ?? ({ armed: true, at: isFixed ? from : until } as const);
  const deadline = judged(before.kind, reading, until);
  if (deadline.state === 'armed') return { isFixed, deadline, layer: { stack: stack.id, layer: 'cloud', at: deadline.at, moved: true, reason: null } };
  const reason = isFixed ? `${facts.title} changes it only while a machine is stopped, and deletes the machine then` : deadline.state === 'missing' ? deadline.reason : null;
  return { isFixed, deadline, layer: { stack: stack.id, layer: 'cloud', at: reading.armed ? reading.at : null, moved: false, reason } };
}

export interface GuestLayer {
  readonly layer: LayerDeadline;
  readonly deadline: GuestDeadline;
  /** Those that stay do so because they are off: their next start moves them. */
  readonly isFixed: boolean;
}

/** Moves the timers in a stack's guests. null: there is none, as they take no instructions. */
export async function guestLayer(stack: PinnedStack, { until }: Pick<Times, 'until'>, { ports, run, book }: SessionWork): Promise<GuestLayer | null> {
  const hosts = (book.record.stacks[stack.id]?.hosts ?? []).filter(({ instanceId, name }) => instanceId !== null && machineStackNamed(stack, name).distro.init !== 'none');
  if (hosts.length === 0) return null;
  const afterMs = Date.parse(until) - ports.now().getTime();
  const asleep = { moved: false, at: book.record.stacks[stack.id]?.guestDeadline?.at ?? book.record.expiresAt, reason: 'it is stopped, and its next start moves it' } as const;
  const outcomes = await Promise.all(
    hosts.map(async (host) => ({ host, outcome: isOff(host.state) ? asleep : await ports.ssh.moveTimer({ host, session: book.record, paths: book.paths, until, afterMs, signal: run.signal }) })),
  );
  const stayed = outcomes.flatMap(({ host, outcome }) => (outcome.moved ? [] : [{ name: host.name, at: outcome.at, reason: outcome.reason }]));
  const [first] = stayed;
  if (first === undefined) return { layer: { stack: stack.id, layer: 'guest', at: until, moved: true, reason: null }, deadline: { at: until, reason: null }, isFixed: false };
  const reason = stayed.map(({ name, reason: why }) => `${name}: ${why}`).join('; ');
  const at = stayed.map((each) => each.at).filter((each) => each !== null).toSorted()[0] ?? null;
  return {
    isFixed: hosts.every(({ name, state }) => isOff(state) || !stayed.some((each) => each.name === name)),
    layer: { stack: stack.id, layer: 'guest', at, moved: false, reason },
    deadline: { at, reason: at === null ? `no timer is armed (${reason})` : `its timer is set to ${at} (${reason})` },
  };
}
