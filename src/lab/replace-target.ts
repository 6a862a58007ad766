import { invalidInput } from '../core/errors.ts';
import { choiceOf, distroLabel, machineStack, withChoice } from '../core/machine-stack.ts';
import type { PinnedStack, StackPlan } from '../core/plan.ts';
import { planStack } from '../core/plan-stack.ts';
import type { Profile } from '../core/profile.ts';
import type { SessionRecord } from '../core/session.ts';
import type { ReplacedMachines } from './machines-to-replace.ts';
import { askCloud, pinned } from './pin-stack.ts';
import type { LabPorts } from './ports.ts';
import { priceStack } from './price-stacks.ts';
import { diagnosticOf, type Run } from './run.ts';

/** What machines are to become. */
export interface Wanted {
  /** As the command line has it: `rocky@9`. */
  readonly distro: string;
  /** The session's profile with what was asked for laid over it. */
  readonly profile: Profile;
  /** What was asked for besides the distribution; the rest stays as it is. */
  readonly asked: ReadonlySet<'size' | 'instanceType' | 'arch' | 'image' | 'disk'>;
}

/** A replacement of some machines of a stack. */
export interface Swap {
  /** Names of the machines. */
  readonly names: readonly string[];
  /** The stack as it was when all of it worked: what a failed replacement returns to. */
  readonly from: PinnedStack;
  readonly to: PinnedStack;
}

/**
 * Looks up what the machines are to become, in the account, zone and network where they are. null: they are that already. Rejects with
 * a LabError where the cloud has nothing for it there; nothing has been touched then.
 */
export async function lookUpTarget({ stack, names, from }: ReplacedMachines, wanted: Wanted, record: SessionRecord, { ports, run }: { readonly ports: LabPorts; readonly run: Run }): Promise<Swap | null> {
  const now = stack.plan;
  const machines = now.machines.filter(({ name }) => names.includes(name)).map((machine) => machineStack(now, machine));
  const [current = now] = machines;
  const isSound = stack.replacement === undefined && stack.phase === 'ready';
  const draft = planStack(profileFor(wanted, current), { cloud: now.cloud, region: now.region, distro: wanted.distro }, {
    distros: ports.distros,
    factsOf: (id) => ports.cloud(id).facts,
    now: ports.now(),
  });
  const isThat = machines.every((machine) => distroLabel(machine) === distroLabel(draft.stack));
  if (isSound && isThat && wanted.asked.size === 0) return null;
  for (const problem of draft.warnings) run.emit(diagnosticOf(problem, 'warning'), now.id);
  const plan: StackPlan = { ...draft.stack, id: now.id, region: now.region, zone: now.zone, count: names.length, spot: now.spot, settings: now.settings, otherArches: [] };
  const again = { soldOut: [], preferredZones: [now.zone], freedVcpu: machines.reduce((sum, { vcpu }) => sum + (vcpu ?? 0), 0) };
  const lookup = await askCloud({ plan: record, stack: plan, ports, account: now.account }, (lookUpOne) => lookUpOne(plan, (body) => run.emit(body, now.id), again));
  if (lookup.zone !== now.zone) throw invalidInput(`${lookup.instanceType} is not to be had in ${now.zone}, where the network of ${now.id} is`, 'another --size or --instance-type');
  const found = pinned(record, plan, lookup);
  const same = machines.every((machine) => isSame(machine, found) && (!wanted.asked.has('image') || machine.image.id === found.image.id));
  if (isSound && same) return null;
  // Network, addresses and who may reach them stay as they are pinned.
  return { names, from, to: priceStack(withChoice(now, names, choiceOf(found)), ports) };
}

/** An image that the profile pins is of the distribution it was pinned for. */
function profileFor({ profile, distro, asked }: Wanted, current: PinnedStack): Profile {
  const keepsArch = !asked.has('arch');
  const keepsType = keepsArch && !asked.has('size') && !asked.has('instanceType');
  const name = distro.split('@')[0]?.toLowerCase();
  return {
    ...profile,
    arch: keepsArch ? current.arch : profile.arch,
    image: asked.has('image') || name === current.distro.name ? profile.image : null,
    instanceType: keepsType ? current.instanceType : asked.has('size') && !asked.has('instanceType') ? null : profile.instanceType,
  };
}

function isSame(a: Pick<PinnedStack, 'distro' | 'arch' | 'instanceType' | 'disk'>, b: typeof a): boolean {
  return distroLabel(a) === distroLabel(b) && a.arch === b.arch && a.instanceType.toLowerCase() === b.instanceType.toLowerCase() && a.disk.sizeGb === b.disk.sizeGb;
}
