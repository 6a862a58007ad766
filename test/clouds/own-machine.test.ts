import { describe, expect, it } from 'vitest';
import { synthesize as aws } from '../../src/clouds/aws/stack.ts';
import { synthesize as azure } from '../../src/clouds/azure/stack.ts';
import { synthesize as gcp } from '../../src/clouds/gcp/stack.ts';
import type { StackInput } from '../../src/core/cloud.ts';
import { alikeParts, choiceOf, machineStackNamed, withChoice } from '../../src/core/machine-stack.ts';
import { addressesNamed, withResourcesOf } from '../../src/core/written-stack.ts';
import { debian } from '../support/stack-inputs.ts';
import { stackInput as awsInput } from './aws/stack-inputs.ts';
import { stackInput as azureInput } from './azure/stack-inputs.ts';
import { stackInput as gcpInput } from './gcp/stack-inputs.ts';

interface Written {
  readonly resource: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
const read = (json: string) => JSON.parse(json) as Written;

/** The second of two machines is another distribution, of another type, with a larger disk. */
function withOwn(input: StackInput, instanceType: string): StackInput {
  const { stack } = input;
  const choice = { ...choiceOf(stack), distro: debian, user: 'other', instanceType, disk: { ...stack.disk, sizeGb: stack.disk.sizeGb + 30 } };
  return { ...input, stack: withChoice(stack, [stack.machines[1]?.name ?? ''], choice) };
}

describe.each([
  ['aws', aws, awsInput({ count: 2 }), 'm7i.large', /m7i\.large/],
  ['azure', azure, azureInput({ count: 2 }), 'Standard_D4s_v5', /Standard_D4s_v5/],
  ['gcp', gcp, gcpInput({ count: 2 }), 'n2-standard-4', /n2-standard-4/],
] as const)('one machine of several that is something else, on %s', (_, synthesize, input, type, said) => {
  it('is written as what it is, and changes nothing else of the stack', () => {
    const [before, after] = [synthesize(input), synthesize(withOwn(input, type))];
    const unlike = Object.entries(read(after).resource).flatMap(([kind, named]) => Object.keys(named).filter((name) => JSON.stringify(named[name]) !== JSON.stringify(read(before).resource[kind]?.[name])).map((name) => `${kind}.${name}`));
    expect(unlike).toEqual(addressesNamed(after, ['vm-2']));
    expect(unlike).toHaveLength(1);
    expect(JSON.stringify(read(after).resource[unlike[0]?.split('.')[0] ?? '']?.['vm-2'])).toMatch(said);
  });

  it('is taken out of one writing into another by its name alone', () => {
    const [before, after] = [synthesize(input), synthesize(withOwn(input, type))];
    expect(withResourcesOf(before, after, ['vm-2'])).toBe(after);
    expect(withResourcesOf(before, after, ['vm-1'])).toBe(before);
  });
});

describe('machines of a stack that are not alike', () => {
  const { stack } = awsInput({ count: 3 });
  const names = stack.machines.map(({ name }) => name);
  const own = { ...choiceOf(stack), distro: debian, instanceType: 'm7i.large' };

  it('are parts of it, each as it is; alike they are one', () => {
    const mixed = withChoice(stack, names.slice(1, 2), own);
    expect(alikeParts(stack)).toEqual([stack]);
    expect(alikeParts(mixed).map(({ instanceType, machines }) => [instanceType, machines.length])).toEqual([['t3.medium', 2], ['m7i.large', 1]]);
    expect(machineStackNamed(mixed, names[1] ?? '').distro).toBe(debian);
    expect(machineStackNamed(mixed, names[0] ?? '')).toBe(mixed);
  });

  it('are the stack itself once all of them are the same by one choice', () => {
    const whole = withChoice(withChoice(stack, names.slice(0, 1), own), names, own);
    expect(whole).toMatchObject({ distro: debian, instanceType: 'm7i.large' });
    expect(whole.machines).toEqual(stack.machines);
  });
});
