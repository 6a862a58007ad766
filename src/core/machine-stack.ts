import type { MachineChoice, PinnedMachine, PinnedStack } from './plan.ts';

/** A stack as it is for one of its machines: with that machine's own distribution, image, size and disk, where it has its own. */
export function machineStack(stack: PinnedStack, { own }: PinnedMachine): PinnedStack {
  return own === undefined ? stack : { ...stack, ...own };
}

/** As machineStack, by the machine's name; the stack itself where no machine has it. */
export function machineStackNamed(stack: PinnedStack, name: string): PinnedStack {
  const machine = stack.machines.find((one) => one.name === name);
  return machine === undefined ? stack : machineStack(stack, machine);
}

/** A stack in parts whose machines are alike, each as it is for these. One part, where no machine has anything of its own. */
export function alikeParts(stack: PinnedStack): readonly PinnedStack[] {
  const common = stack.machines.filter(({ own }) => own === undefined);
  const single = stack.machines.filter(({ own }) => own !== undefined).map((machine) => ({ ...machineStack(stack, machine), machines: [machine] }));
  return common.length === 0 && single.length > 0 ? single : [{ ...stack, machines: common }, ...single];
}

/** The stack with some of its machines made something else; all of them: the stack itself is. Its cost is what it was before. */
export function withChoice(stack: PinnedStack, names: readonly string[], choice: MachineChoice): PinnedStack {
  if (stack.machines.every(({ name }) => names.includes(name))) {
    return { ...stack, ...choice, machines: stack.machines.map(({ name, index }) => ({ name, index })) };
  }
  return { ...stack, machines: stack.machines.map((machine) => (names.includes(machine.name) ? { ...machine, own: choice } : machine)) };
}

/** What of a stack can be a machine's own. */
export function choiceOf(stack: MachineChoice): MachineChoice {
  const { distro, arch, image, imageUser, user, instanceType, vcpu, memoryGb, hourlyPrice, currency, priceRegion, priceDate, disk } = stack;
  return { distro, arch, image, imageUser, user, instanceType, vcpu, memoryGb, hourlyPrice, currency, priceRegion, priceDate, disk };
}

/** `fedora@44` */
export function distroLabel({ distro }: Pick<PinnedStack, 'distro'>): string {
  return `${distro.name}@${distro.version}`;
}
